"""Concatenate: inputs one behind the other."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, JoinedChannels
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Formula, Shape, Shapes
from cnnstudio.layers.arguments import AxesParam, own_axis
from cnnstudio.layers.merging_layer import Merging, mismatch


class Concatenate(Merging):
    """`keras.layers.Concatenate`: along the channels by default."""

    type: ClassVar[str] = "Concatenate"
    prefix: ClassVar[str] = "concat"
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("inception", "stack", "join", "branch")
    drawing: ClassVar[Drawing] = JoinedChannels()
    help: ClassVar[Message] = Message(
        "Lays the channels of its inputs behind each other, as in an Inception block. Height and width must agree."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        AxesParam(name="axis", advanced=True, help=Message("The axis that grows; -1 is the channels.")),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        first = inputs[0]
        axis = own_axis(self.type, args.integer("axis"), first)
        for shape in inputs[1:]:
            if len(shape) != len(first) or any(
                a != b and None not in (a, b)
                for place, (a, b) in enumerate(zip(first, shape, strict=True))
                if place != axis
            ):
                raise mismatch(
                    self.type,
                    tuple((*s[:axis], 0, *s[axis + 1 :]) if len(s) > axis else s for s in inputs),
                    shown=inputs,
                    hint=Message(
                        "All sizes but the one that grows must agree: use the same strides and padding."
                    ),
                )
        sizes = [shape[axis] for shape in inputs]
        known = [size for size in sizes if size is not None]
        grown = sum(known) if len(known) == len(sizes) else None
        return (*first[:axis], grown, *first[axis + 1 :])

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        axis = own_axis(self.type, args.integer("axis"), inputs[0])
        parts = ["?" if shape[axis] is None else str(shape[axis]) for shape in inputs]
        total = self.output_shape(inputs, args)[axis]
        name = "channels" if axis == len(inputs[0]) - 1 else f"axis {axis + 1}"
        return (Formula(name, f"{' + '.join(parts)} = {'?' if total is None else total}"),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        axis = own_axis(self.type, args.integer("axis"), inputs[0])
        last = len(inputs[0]) - 1
        return (Call("torch.cat", Params(dim=1 if axis == last else axis + 2)),)
