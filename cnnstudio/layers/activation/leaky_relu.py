"""LeakyReLU: negative values are made small."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, FunctionCurve
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.plain_layer import PlainLayer


class LeakyReLU(PlainLayer):
    """`keras.layers.LeakyReLU`. Keras's slope is 0.3, PyTorch's 0.01."""

    type: ClassVar[str] = "LeakyReLU"
    category: ClassVar[str] = "activation"
    prefix: ClassVar[str] = "leaky_relu"
    order: ClassVar[int] = 20
    keywords: ClassVar[tuple[str, ...]] = ("rectifier", "nonlinearity")
    drawing: ClassVar[Drawing] = FunctionCurve(function="leaky_relu", slope=0.3)
    help: ClassVar[Message] = Message(
        "Like ReLU, but negative values stay a little alive, so that no unit goes dead."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="negative_slope",
            default=0.3,
            minimum=0,
            help=Message("What negative values are multiplied with."),
        ),
    )

    def drawing_for(self, args: Arguments) -> Drawing | None:
        return FunctionCurve(function="leaky_relu", slope=args.number("negative_slope"))

    def describe(self, args: Arguments) -> str:
        return f"{args.number('negative_slope'):g}"

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("nn.LeakyReLU", Params(negative_slope=args.number("negative_slope"))),)
