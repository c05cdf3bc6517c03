"""Activation: any of Keras's activation functions as a layer of its own."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, FunctionCurve, Shares
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.activation_curves import ACTIVATION_CURVES
from cnnstudio.layers.arguments import ActivationParam
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.softmax_calls import needs_own_softmax, own_softmax
from cnnstudio.layers.torch_calls import torch_activation


class Activation(PlainLayer):
    """`keras.layers.Activation`."""

    type: ClassVar[str] = "Activation"
    category: ClassVar[str] = "activation"
    prefix: ClassVar[str] = "activation"
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("sigmoid", "tanh", "softmax", "gelu", "swish", "nonlinearity")
    drawing: ClassVar[Drawing] = FunctionCurve(function="relu")
    help: ClassVar[Message] = Message(
        "Applies a function to every value. Without one between them, two weighted layers are no stronger than one."
    )
    always: ClassVar[tuple[str, ...]] = ("activation",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        ActivationParam(
            name="activation",
            default="relu",
            optional=False,
            help=Message("The function applied to every value."),
        ),
    )

    def drawing_for(self, args: Arguments) -> Drawing | None:
        function = args.text("activation")
        return FunctionCurve(function=function) if function in ACTIVATION_CURVES else Shares()

    def describe(self, args: Arguments) -> str:
        return args.text("activation")

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        if args.text("activation") == "softmax" and needs_own_softmax(inputs[0]):
            return (own_softmax(),)
        return super().keras(inputs, args)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        calls = torch_activation(args.text("activation"))
        return calls if calls is None or calls else (Call("nn.Identity"),)
