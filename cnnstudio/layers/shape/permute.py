"""Permute: the axes in another order."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, Transposed
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntsParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer


class Permute(PlainLayer):
    """`keras.layers.Permute`; axes count from 1, the batch being 0."""

    type: ClassVar[str] = "Permute"
    category: ClassVar[str] = "shape"
    prefix: ClassVar[str] = "permute"
    order: ClassVar[int] = 20
    keywords: ClassVar[tuple[str, ...]] = ("transpose", "axes", "order")
    drawing: ClassVar[Drawing] = Transposed()
    help: ClassVar[Message] = Message("Puts the axes into another order: 2, 1, 3 swaps height and width.")
    always: ClassVar[tuple[str, ...]] = ("dims",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntsParam(
            name="dims",
            default=(2, 1, 3),
            minimum_length=1,
            help=Message("Which axis comes first, second and so on, counted from 1."),
        ),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        dims, shape = args.sizes("dims"), inputs[0]
        if sorted(dims) != list(range(1, len(shape) + 1)):
            raise ShapeError(
                Message(
                    "The order {dims} does not name each of the {count} axes once.",
                    dims=", ".join(map(str, dims)),
                    count=len(shape),
                ),
                code="param.axis",
                hint=Message("Name the axes 1 to {count}, each once.", count=len(shape)),
                param="dims",
            )
        return tuple(shape[axis - 1] for axis in dims)

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        dims, before = args.sizes("dims"), fields[0]
        if before is None or dims[-1] != len(dims) or len(before) != len(dims) - 1:
            return None
        return tuple(before[axis - 1] for axis in dims[:-1])

    def describe(self, args: Arguments) -> str:
        return " ".join(map(str, args.sizes("dims")))

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        last = len(inputs[0])
        # Keras's axis 1 is PyTorch's 2, and its last one, the channels, is PyTorch's 1.
        theirs = [1 if axis == last else axis + 1 for axis in args.sizes("dims")]
        return (Call("torch.permute", Params(dims=(0, theirs[-1], *theirs[:-1]))),)
