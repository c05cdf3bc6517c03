"""SpatialDropout2D: whole channels become zero while training."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer, seed_param
from cnnstudio.layers.wording import require_rank


class SpatialDropout2D(PlainLayer):
    """`keras.layers.SpatialDropout2D`. Tompson et al. 2014."""

    type: ClassVar[str] = "SpatialDropout2D"
    category: ClassVar[str] = "regularisation"
    prefix: ClassVar[str] = "dropout"
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("overfitting", "channels")
    help: ClassVar[Message] = Message(
        "Like Dropout, but sets whole channels of a picture to zero: neighbouring pixels are so alike that "
        "dropping single ones changes little."
    )
    always: ClassVar[tuple[str, ...]] = ("rate",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="rate",
            default=0.5,
            minimum=0,
            maximum=1,
            help=Message("The part of the channels set to zero."),
        ),
        seed_param(),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], 2)
        return inputs[0]

    def describe(self, args: Arguments) -> str:
        return f"{args.number('rate'):g}"

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("nn.Dropout2d", Params(p=args.number("rate"))),)
