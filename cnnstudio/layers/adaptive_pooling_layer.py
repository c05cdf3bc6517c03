"""What adaptive pooling of one, two and three axes has in common. Standard library only.

Output i sees the inputs from floor(i * W / W_out) up to ceil((i + 1) * W / W_out): PyTorch's rule.
"""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec, SizeParam
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Field, Fields, Formula, LayerSpec, Shape, Shapes
from cnnstudio.layers.wording import AXES, require_rank, shape_text


def adaptive_params(rank: int) -> tuple[ParamSpec, ...]:
    """The size that comes out."""
    return (
        SizeParam(
            name="output_size",
            rank=rank,
            default=(1,) * rank,
            help=Message("The size that comes out along each axis, whatever goes in."),
        ),
    )


class AdaptivePooling(LayerSpec):
    """Base of the adaptive pooling layers. Windows of equal size become ordinary pooling, one window global pooling."""

    category: ClassVar[str] = "pooling"
    prefix: ClassVar[str] = "adaptive_pool"
    rank: ClassVar[int]
    kind: ClassVar[str]
    """`Max` or `Average`."""

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], self.rank)
        wanted = args.sizes("output_size")
        if None in inputs[0][:-1] and set(wanted) != {1}:
            raise ShapeError(
                Message(
                    "{layer} needs to know the size of its input, which is unknown here.", layer=self.type
                ),
                code="shape.unknown",
                hint=Message("Give the Input layer numbers in place of null, or ask for size 1."),
                param="output_size",
            )
        return (*wanted, inputs[0][-1])

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        wanted, before = args.sizes("output_size"), fields[0]
        if set(wanted) == {1} or before is None or len(before) != self.rank:
            return None
        grown: list[Field] = []
        for field, size, out in zip(before, inputs[0][:-1], wanted, strict=True):
            if size is None:
                return None
            seen = max(end - start for start, end in windows(size, out))
            first = windows(size, out)[0]
            grown.append(
                Field(
                    size=round(field.size + (seen - 1) * field.jump),
                    jump=field.jump * size / out,
                    start=field.start + (first[1] - first[0] - 1) / 2 * field.jump,
                )
            )
        return tuple(grown)

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        lines: list[Formula] = []
        for name, size, out in zip(AXES[self.rank], inputs[0][:-1], args.sizes("output_size"), strict=True):
            if size is None:
                lines.append(Formula(name, f"? -> {out}"))
                continue
            lengths = sorted({end - start for start, end in windows(size, out)})
            shown = str(lengths[0]) if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]}"
            lines.append(Formula(name, f"{size} -> {out} windows of {shown}"))
        return tuple(lines)

    def describe(self, args: Arguments) -> str:
        return shape_text(args.sizes("output_size"))

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        wanted, sizes = args.sizes("output_size"), inputs[0][:-1]
        if set(wanted) == {1}:
            return (Call(f"layers.Global{self.kind}Pooling{self.rank}D", Params(keepdims=True)),)
        known = [size for size in sizes if size is not None]
        if all(size % out == 0 for size, out in zip(known, wanted, strict=True)):
            pool = tuple(size // out for size, out in zip(known, wanted, strict=True))
            return (Call(f"layers.{self.kind}Pooling{self.rank}D", Params(pool_size=pool)),)
        return (Call(f"custom.Adaptive{self.kind}Pooling", Params(output_size=wanted)),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        name = "Max" if self.kind == "Max" else "Avg"
        wanted = args.sizes("output_size")
        size = wanted[0] if len(set(wanted)) == 1 else wanted
        return (Call(f"nn.Adaptive{name}Pool{self.rank}d", Params(output_size=size)),)


def windows(size: int, output: int) -> list[tuple[int, int]]:
    """Start and end of every window along an axis, in pixels of the input."""
    return [(i * size // output, -(-(i + 1) * size // output)) for i in range(output)]
