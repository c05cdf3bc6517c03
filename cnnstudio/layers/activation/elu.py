"""ELU: negative values level off smoothly."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, FunctionCurve
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.plain_layer import PlainLayer


class ELU(PlainLayer):
    """`keras.layers.ELU`. Clevert et al. 2015."""

    type: ClassVar[str] = "ELU"
    category: ClassVar[str] = "activation"
    prefix: ClassVar[str] = "elu"
    order: ClassVar[int] = 40
    keywords: ClassVar[tuple[str, ...]] = ("exponential", "nonlinearity")
    drawing: ClassVar[Drawing] = FunctionCurve(function="elu")
    help: ClassVar[Message] = Message(
        "Like ReLU, but negative values level off at -alpha along a smooth curve."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(name="alpha", default=1.0, help=Message("Where negative values level off.")),
    )

    def drawing_for(self, args: Arguments) -> Drawing | None:
        return FunctionCurve(function="elu", slope=args.number("alpha"))

    def describe(self, args: Arguments) -> str:
        return f"{args.number('alpha'):g}"

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("nn.ELU", Params(alpha=args.number("alpha"))),)
