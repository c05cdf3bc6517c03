"""What dropping whole channels of one, two and three axes has in common. Standard library only."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer, seed_param
from cnnstudio.layers.wording import require_rank


class SpatialDropout(PlainLayer):
    """Base of SpatialDropout1D, 2D and 3D. Tompson et al. 2014."""

    category: ClassVar[str] = "regularisation"
    prefix: ClassVar[str] = "dropout"
    keywords: ClassVar[tuple[str, ...]] = ("overfitting", "channels")
    always: ClassVar[tuple[str, ...]] = ("rate",)
    rank: ClassVar[int]
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="rate",
            default=0.5,
            minimum=0,
            maximum=1,
            help=Message("The part of the channels set to zero."),
        ),
        seed_param(),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], self.rank)
        return inputs[0]

    def describe(self, args: Arguments) -> str:
        return f"{args.number('rate'):g}"

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call(f"nn.Dropout{self.rank}d", Params(p=args.number("rate"))),)
