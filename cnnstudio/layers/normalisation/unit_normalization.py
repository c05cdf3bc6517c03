"""UnitNormalization: every vector gets length 1."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, NormalisedValues
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes
from cnnstudio.layers.arguments import own_axis
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.scaling import axis_param


class UnitNormalization(PlainLayer):
    """`keras.layers.UnitNormalization`: divides by the Euclidean length along an axis."""

    type: ClassVar[str] = "UnitNormalization"
    category: ClassVar[str] = "normalisation"
    prefix: ClassVar[str] = "unit_norm"
    order: ClassVar[int] = 35
    keywords: ClassVar[tuple[str, ...]] = ("l2", "length", "vector", "cosine")
    drawing: ClassVar[Drawing] = NormalisedValues(over="place", to="length")
    help: ClassVar[Message] = Message(
        "Divides the values along an axis by their length, so that only their direction counts: two such vectors "
        "multiplied by Dot give the cosine of the angle between them."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        axis_param(Message("The axis or axes along which the length becomes 1."), several=True),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        axis = args["axis"]
        for one in args.sizes("axis") if isinstance(axis, tuple) else (args.integer("axis"),):
            own_axis(self.type, one, inputs[0])
        return inputs[0]

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        if args["axis"] not in (-1, len(inputs[0])):
            return None
        return (Call("F.normalize", Params(dim=1)),)
