"""Which kernel, stride, padding or dilation gives a wanted output size. Standard library only.

The layer itself is asked for every value, so an answer holds for every padding mode, for dilation, for pooling whose
stride follows its window and for transposed convolution, and a value that the layer refuses is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from cnnstudio.core.parameters import LARGEST_SIZE, Arguments, PaddingParam, SizeParam
from cnnstudio.core.params import Params, Value, freeze
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import LayerSpec, Shapes

PATIENCE = 64
"""Values tried behind the last one that the layer takes, or behind the one from which on nothing changes."""

MOST_TRIED = 20_000
"""Values tried in all; pictures are smaller."""

_SIZES = ("kernel_size", "pool_size", "strides", "dilation_rate", "padding")


@dataclass(frozen=True, slots=True)
class Near:
    """A value of the unknown, and the size that it gives."""

    value: int
    output: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """`values`: all that give the wanted size, smallest first. `nearest`: where there are none, the next sizes to be had.

    `and_more`: every value above the last one gives it too.
    """

    values: tuple[int, ...]
    and_more: bool = False
    nearest: tuple[Near, ...] = ()


def solve(
    spec: LayerSpec,
    inputs: Shapes,
    params: Params,
    name: str,
    *,
    axis: int,
    wanted: int,
    alone: bool = False,
) -> Solution:
    """All values of the size or padding parameter `name` for which spatial axis number `axis` becomes `wanted`.

    The value is set on all axes, or with `alone` on this axis while the others keep what they have. Sizes in pixels.
    """
    outputs: dict[int, int] = {}
    last = None
    for value, size in _outputs(spec, inputs, params, name, axis, wanted, alone=alone):
        outputs[value] = last = size
    values = tuple(value for value, size in outputs.items() if size == wanted)
    if values:
        endless = last == wanted and values[-1] == max(outputs) and _goes_on(outputs)
        return Solution(values=values[: _first_of_the_rest(values)] if endless else values, and_more=endless)
    below = max((size for size in outputs.values() if size < wanted), default=None)
    above = min((size for size in outputs.values() if size > wanted), default=None)
    nearest = [
        Near(next(value for value, found in outputs.items() if found == size), size)
        for size in (below, above)
        if size is not None
    ]
    return Solution(values=(), nearest=tuple(nearest))


def _goes_on(outputs: dict[int, int]) -> bool:
    """Whether the end of what was tried was not the end of what the layer takes."""
    tail = list(outputs.items())[-PATIENCE:]
    return (
        len(tail) == PATIENCE
        and tail[-1][0] - tail[0][0] == PATIENCE - 1
        and len({size for _, size in tail}) == 1
    )


def _first_of_the_rest(values: tuple[int, ...]) -> int:
    """How many of the values to keep when the rest are all numbers behind: up to the start of the last unbroken run."""
    place = len(values) - 1
    while place and values[place - 1] == values[place] - 1:
        place -= 1
    return place + 1


def _outputs(
    spec: LayerSpec, inputs: Shapes, params: Params, name: str, axis: int, wanted: int, *, alone: bool
) -> Iterator[tuple[int, int]]:
    """The size that each value gives, from the smallest value on; values that the layer refuses are left out."""
    param = spec.params_by_name[name]
    try:
        args = dict(spec.arguments(params).values)
    except ShapeError:
        try:
            args = dict(spec.arguments(params.without(name)).values)
        except ShapeError:
            return
    lowest = 0 if isinstance(param, PaddingParam) else cast("SizeParam", param).minimum
    reach = _reach(inputs, args)
    idle = 0
    first: int | None = None
    before: int | None = None
    for value in range(lowest, min(lowest + MOST_TRIED, LARGEST_SIZE)):
        size: int | None = None
        with suppress(ShapeError):
            args[name] = param.check(_placed(param, args.get(name), value, axis, alone=alone))
            size = spec.output_shape(inputs, Arguments(args))[axis]
        if size is None:
            idle += 1
        else:
            yield value, size
            first = size if first is None else first
            # Sizes only grow, or only shrink, with every one of the unknowns.
            idle = idle + 1 if _is_past(size, first, wanted) or size == before else 0
            before = size
        if idle > PATIENCE and (value > reach or (first is not None and _is_past(before, first, wanted))):
            return


def _is_past(size: int | None, first: int, wanted: int) -> bool:
    return size is not None and (wanted < size > first or wanted > size < first)


def _reach(inputs: Shapes, args: Mapping[str, Value]) -> int:
    """A value above which no size, padding or kernel of the layer can make a difference any more."""
    reach = max((size for shape in inputs for size in shape[:-1] if size is not None), default=0)
    largest = {name: _largest(args.get(name)) for name in _SIZES}
    kernel = max(largest["kernel_size"], largest["pool_size"]) * max(1, largest["dilation_rate"])
    reach += 2 * (largest["padding"] + kernel) + largest["strides"]
    return min(reach, MOST_TRIED)


def _largest(value: Value) -> int:
    """The largest number in a size or in padding; 0 for a word."""
    if isinstance(value, tuple):
        return max(map(_largest, value), default=0)
    return value if isinstance(value, int) else 0


def _placed(param: object, now: Value, value: int, axis: int, *, alone: bool) -> Value:
    """The parameter's value with `value` on one axis or on all."""
    rank = cast("SizeParam | PaddingParam", param).rank
    if not alone or rank == 1:
        return value if isinstance(param, PaddingParam) else (value,) * rank
    return on_axis(cast("SizeParam | PaddingParam", param), now, value, axis)


def on_axis(param: SizeParam | PaddingParam, now: Value, value: int, axis: int) -> Value:
    """`now`, a parameter in normal form, with `value` on one axis. A word of padding counts as none on the others."""
    if isinstance(param, PaddingParam):
        pads: list[Value] = list(now) if isinstance(now, tuple) else [(0, 0)] * param.rank
        pads[axis] = (value, value)
        return freeze(tuple(pads))
    sizes: list[Value] = list(now) if isinstance(now, tuple) else [value] * param.rank
    sizes[axis] = value
    return tuple(sizes)
