"""RMSNormalization: each example is divided by the size of its values."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, NormalisedValues
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.arguments import known_axis, own_axis
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.scaling import axis_param


class RMSNormalization(PlainLayer):
    """`keras.layers.RMSNormalization`: x / sqrt(mean of x² + epsilon) * scale. Zhang & Sennrich 2019."""

    type: ClassVar[str] = "RMSNormalization"
    category: ClassVar[str] = "normalisation"
    prefix: ClassVar[str] = "norm"
    order: ClassVar[int] = 15
    keywords: ClassVar[tuple[str, ...]] = ("rmsnorm", "root mean square")
    drawing: ClassVar[Drawing] = NormalisedValues(over="place", to="scale")
    help: ClassVar[Message] = Message(
        "Like layer normalisation without taking off the mean: divides by the root of the mean square of the values "
        "of one example, then multiplies with a learned factor."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="epsilon",
            default=1e-6,
            minimum=0,
            advanced=True,
            help=Message("Added to the mean square, so that nothing divides by 0."),
        ),
        axis_param(Message("The axis whose values are divided by their size.")),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        axis = args.integer("axis")
        known_axis(self.type, axis, inputs[0])
        if own_axis(self.type, axis, inputs[0]) != len(inputs[0]) - 1:
            # Keras takes it, and fails when it runs: the learned factor lies along the last axis.
            raise ShapeError(
                Message(
                    "RMSNormalization works along the last axis, {last}, not {axis}.",
                    last=len(inputs[0]),
                    axis=axis,
                ),
                code="param.axis",
                hint=Message("Use -1, or put Permute in front."),
                param="axis",
            )
        return inputs[0]

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        return (Weight("scale", (known_axis(self.type, args.integer("axis"), inputs[0]),)),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        if len(inputs[0]) != 1:  # PyTorch's works on the last axes, and its channels come first
            return None
        return (Call("nn.RMSNorm", Params(normalized_shape=inputs[0][0], eps=args.number("epsilon"))),)
