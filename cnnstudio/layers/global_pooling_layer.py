"""What global pooling of one, two and three axes has in common. Standard library only."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Fields, Formula, Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import require_rank, shape_text


class GlobalPooling(PlainLayer):
    """Base of the global pooling layers: one value per channel."""

    category: ClassVar[str] = "pooling"
    prefix: ClassVar[str] = "global_pool"
    rank: ClassVar[int]
    torch_name: ClassVar[str]
    """`Max` or `Avg`."""
    params: ClassVar[tuple[ParamSpec, ...]] = (
        BoolParam(
            name="keepdims",
            default=False,
            help=Message("Whether height and width stay, with size 1, or go."),
        ),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], self.rank)
        channels = inputs[0][-1:]
        return (1,) * self.rank + channels if args.flag("keepdims") else channels

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return None

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        sizes = inputs[0][:-1]
        return (Formula("window", f"{shape_text(sizes)} -> {shape_text((1,) * self.rank)}"),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        pool = Call(f"nn.Adaptive{self.torch_name}Pool{self.rank}d", Params(output_size=1))
        return (pool,) if args.flag("keepdims") else (pool, Call("nn.Flatten", suffix="flatten"))
