"""PReLU: the slope of negative values is learned."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, LearnedSlope
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntsParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.arguments import constraint, initializer, own_axis, regularizer
from cnnstudio.layers.plain_layer import PlainLayer


class PReLU(PlainLayer):
    """`keras.layers.PReLU`: one slope per value, or per channel with `shared_axes` 1 and 2. He et al. 2015."""

    type: ClassVar[str] = "PReLU"
    category: ClassVar[str] = "activation"
    prefix: ClassVar[str] = "prelu"
    order: ClassVar[int] = 30
    keywords: ClassVar[tuple[str, ...]] = ("parametric", "nonlinearity")
    drawing: ClassVar[Drawing] = LearnedSlope()
    help: ClassVar[Message] = Message(
        "Like LeakyReLU, but the slope is learned. Share axes 1 and 2 to learn one slope per channel."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntsParam(
            name="shared_axes",
            optional=True,
            help=Message("Axes along which one slope serves all: 1, 2 for height and width."),
        ),
        initializer("alpha_initializer", "zeros"),
        regularizer("alpha_regularizer"),
        constraint("alpha_constraint"),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        self._alpha(inputs[0], args)
        return inputs[0]

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        return (Weight("alpha", self._alpha(inputs[0], args)),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        *shared, channels = self._alpha(inputs[0], args)
        if any(size != 1 for size in shared) or args.text("alpha_initializer") != "zeros":
            return None
        return (Call("nn.PReLU", Params(num_parameters=channels, init=0.0)),)

    def _alpha(self, shape: Shape, args: Arguments) -> tuple[int, ...]:
        sizes = list(shape)
        for axis in args.optional_sizes("shared_axes") or ():
            sizes[own_axis(self.type, axis, shape, param="shared_axes")] = 1
        known = [size for size in sizes if size is not None]
        if len(known) < len(sizes):
            raise ShapeError(
                Message("PReLU learns a slope per value and needs to know how many there are."),
                code="shape.unknown",
                hint=Message("Share the axes of unknown size: 1, 2 for height and width."),
                param="shared_axes",
            )
        return tuple(known)
