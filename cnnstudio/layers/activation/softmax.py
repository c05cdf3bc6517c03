"""Softmax: values become shares of one."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, Shares
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes
from cnnstudio.layers.arguments import AxesParam, own_axis
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.softmax_calls import needs_own_softmax, own_softmax


class Softmax(PlainLayer):
    """`keras.layers.Softmax`."""

    type: ClassVar[str] = "Softmax"
    category: ClassVar[str] = "activation"
    prefix: ClassVar[str] = "softmax"
    order: ClassVar[int] = 15
    keywords: ClassVar[tuple[str, ...]] = ("probability", "classifier")
    drawing: ClassVar[Drawing] = Shares()
    help: ClassVar[Message] = Message(
        "Turns the values of the last axis into shares that add up to 1: the probabilities at the end of a classifier."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        AxesParam(name="axis", advanced=True, help=Message("The axis whose values add up to 1.")),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        own_axis(self.type, args.integer("axis"), inputs[0])
        return inputs[0]

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        if needs_own_softmax(inputs[0]):
            return (own_softmax(axis=args.integer("axis")),)
        return super().keras(inputs, args)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        last = own_axis(self.type, args.integer("axis"), inputs[0]) == len(inputs[0]) - 1
        return (Call("nn.Softmax", Params(dim=1)),) if last else None
