"""RepeatVector: the same vector several times, as a sequence."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, RepeatedRow
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Formula, LayerSpec, Shape, Shapes


class RepeatVector(LayerSpec):
    """`keras.layers.RepeatVector`: `(features,)` becomes `(n, features)`."""

    type: ClassVar[str] = "RepeatVector"
    category: ClassVar[str] = "shape"
    prefix: ClassVar[str] = "repeat"
    order: ClassVar[int] = 25
    keywords: ClassVar[tuple[str, ...]] = ("copy", "sequence")
    drawing: ClassVar[Drawing] = RepeatedRow()
    help: ClassVar[Message] = Message("Repeats its input, so that a sequence can be made out of one vector.")
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(name="n", default=2, help=Message("How many times the input is repeated.")),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        if len(inputs[0]) != 1:
            raise ShapeError(
                Message("RepeatVector needs a vector; its input has {rank} axes.", rank=len(inputs[0])),
                code="shape.rank",
                hint=Message("Put Flatten in front of it."),
                slot=0,
            )
        return (args.integer("n"), *inputs[0])

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return None

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        n, size = args.integer("n"), inputs[0][0]
        return (Formula("values", f"{n}*{size} = {n * size}"),) if size is not None else ()

    def describe(self, args: Arguments) -> str:
        return f"{args.integer('n')} times"

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call("layers.RepeatVector", Params(n=args.integer("n"))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        repeat = Call("torch.repeat_interleave", Params(repeats=args.integer("n"), dim=2))
        return Call("torch.unsqueeze", Params(dim=2), suffix="row"), repeat
