"""What zero padding and cropping share: pixels added to or cut from the ends of each axis. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, cast

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, PaddingParam, Pads, is_int
from cnnstudio.core.params import Params, Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Formula, LayerSpec, Shape, Shapes
from cnnstudio.layers.padding import compact_pads
from cnnstudio.layers.wording import AXES, require_rank, shape_text


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderParam(PaddingParam):
    """Explicit pixels alone. With one axis, two numbers are before and after, as in Keras."""

    default: Value = 1
    modes: tuple[str, ...] = ()

    def normalise(self, value: Value) -> Value:
        if self.rank == 1 and isinstance(value, tuple) and len(value) == 2 and all(map(is_int, value)):
            value = (value,)
        return PaddingParam.normalise(self, value)


class BorderLayer(LayerSpec):
    """Base of ZeroPadding and Cropping."""

    category: ClassVar[str] = "shape"
    rank: ClassVar[int]
    param: ClassVar[str]
    sign: ClassVar[int]
    """1 adds pixels, -1 cuts them."""

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], self.rank)
        sizes = [
            None if size is None else size + self.sign * (before + after)
            for size, (before, after) in zip(inputs[0][:-1], self._pads(args), strict=True)
        ]
        if any(size is not None and size < 1 for size in sizes):
            raise ShapeError(
                Message("Cropping leaves nothing of the {size} input.", size=shape_text(inputs[0][:-1])),
                code="shape.window",
                hint=Message("Cut fewer pixels than the input has."),
                param=self.param,
            )
        return (*sizes, inputs[0][-1])

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        if fields[0] is None or len(fields[0]) != self.rank:
            return None
        return tuple(
            replace(field, start=field.start - self.sign * before * field.jump)
            for field, (before, _) in zip(fields[0], self._pads(args), strict=True)
        )

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        sign = "+" if self.sign > 0 else "-"
        outputs = self.output_shape(inputs, args)
        return tuple(
            Formula(
                name,
                f"{'?' if size is None else size} {sign} ({before} + {after}) = {'?' if out is None else out}",
            )
            for name, size, out, (before, after) in zip(
                AXES[self.rank], inputs[0][:-1], outputs[:-1], self._pads(args), strict=True
            )
        )

    def describe(self, args: Arguments) -> str:
        pads = self._pads(args)
        if all(before == after for before, after in pads):
            firsts = {before for before, _ in pads}
            return str(firsts.pop()) if len(firsts) == 1 else shape_text([before for before, _ in pads])
        return "×".join(f"({before},{after})" for before, after in pads)

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        arguments: Mapping[str, object] = {self.param: compact_pads(self._pads(args))}
        return (Call(f"layers.{self.type}", Params(arguments)),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        flat = tuple(self.sign * side for pair in reversed(self._pads(args)) for side in pair)
        return (Call(f"nn.ConstantPad{self.rank}d", Params(padding=flat, value=0.0)),)

    def _pads(self, args: Arguments) -> Pads:
        return cast("Pads", args[self.param])
