"""ReLU: negative values become zero."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, FunctionCurve
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import join


class ReLU(PlainLayer):
    """`keras.layers.ReLU`."""

    type: ClassVar[str] = "ReLU"
    category: ClassVar[str] = "activation"
    prefix: ClassVar[str] = "relu"
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("rectifier", "nonlinearity")
    drawing: ClassVar[Drawing] = FunctionCurve(function="relu")
    help: ClassVar[Message] = Message(
        "Keeps positive values and turns negative ones into zero: the usual activation after a convolution."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="max_value",
            minimum=0,
            optional=True,
            help=Message("Larger values are cut off here; no limit by default."),
        ),
        FloatParam(
            name="negative_slope",
            default=0.0,
            minimum=0,
            help=Message("What negative values are multiplied with."),
        ),
        FloatParam(
            name="threshold",
            default=0.0,
            minimum=0,
            advanced=True,
            help=Message("Values below it count as negative."),
        ),
    )

    def drawing_for(self, args: Arguments) -> Drawing | None:
        top = args["max_value"]
        return FunctionCurve(
            function="relu",
            slope=args.number("negative_slope"),
            top=float(top) if isinstance(top, (int, float)) else None,
            threshold=args.number("threshold"),
        )

    def describe(self, args: Arguments) -> str:
        top = args["max_value"]
        slope = args.number("negative_slope")
        return join(None if top is None else f"max {top:g}", f"slope {slope:g}" if slope else None)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        top, slope = args["max_value"], args.number("negative_slope")
        if args.number("threshold"):
            return None
        if top is None:
            return (Call("nn.LeakyReLU", Params(negative_slope=slope)) if slope else Call("nn.ReLU"),)
        return None if slope else (Call("nn.Hardtanh", Params(min_val=0.0, max_val=top)),)
