"""What up-sampling of one, two and three axes has in common. Standard library only."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from cnnstudio.core.parameters import Arguments
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Fields, Formula, Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import AXES, join, require_rank, shape_text


class UpSampling(PlainLayer):
    """Base of UpSampling1D, 2D and 3D."""

    category: ClassVar[str] = "shape"
    prefix: ClassVar[str] = "up"
    keywords: ClassVar[tuple[str, ...]] = ("interpolate", "resize", "enlarge", "nearest", "bilinear")
    always: ClassVar[tuple[str, ...]] = ("size",)
    rank: ClassVar[int]

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], self.rank)
        sizes = zip(inputs[0][:-1], args.sizes("size"), strict=True)
        return (*(None if size is None else size * factor for size, factor in sizes), inputs[0][-1])

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        if fields[0] is None or len(fields[0]) != self.rank:
            return None
        seen = 0 if self._interpolation(args) == "nearest" else 1  # a blend also sees one neighbour
        return tuple(
            replace(
                field,
                size=round(field.size + seen * field.jump),
                jump=field.jump / factor,
                start=field.start - (factor - 1) / (2 * factor) * field.jump,
            )
            for field, factor in zip(fields[0], args.sizes("size"), strict=True)
        )

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        outputs = self.output_shape(inputs, args)
        return tuple(
            Formula(name, f"{'?' if size is None else size}*{factor} = {'?' if out is None else out}")
            for name, size, factor, out in zip(
                AXES[self.rank], inputs[0][:-1], args.sizes("size"), outputs[:-1], strict=True
            )
        )

    def describe(self, args: Arguments) -> str:
        kind = self._interpolation(args)
        return join(shape_text(args.sizes("size")), None if kind == "nearest" else kind)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        kind = self._interpolation(args)
        if kind == "nearest":
            return (Call("nn.Upsample", Params(scale_factor=args.sizes("size"))),)
        if kind == "bilinear":
            return (
                Call("nn.Upsample", Params(scale_factor=args.sizes("size"), mode=kind, align_corners=False)),
            )
        return None

    def _interpolation(self, args: Arguments) -> str:
        return args.text("interpolation") if "interpolation" in args.values else "nearest"
