"""Axes of the plots: whole epochs below, plain numbers at the side on a linear and on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph

PIXELS_PER_LABEL = 44.0
PIXELS_PER_VALUE = 30.0
MOST_DECIMALS = 4
"""A value with more of them has no room beside the axis."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def even_steps(low: float, high: float, most: int, *, whole: bool = False) -> tuple[float, list[float]]:
    """A round step and its multiples between `low` and `high`, at most about `most` of them."""
    span = high - low
    if span <= 0 or most < 1:
        return 1.0, []
    rough = span / most
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in _STEPS if factor * magnitude >= rough * (1 - 1e-9))
    if whole:
        step = max(1.0, step if step != 2.5 * magnitude or magnitude >= 10 else 5.0 * magnitude)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return step, [index * step for index in range(first, last + 1)]


def log_steps(low: float, high: float, most: int) -> list[float]:
    """Logarithms of round values (1, 2, 5 times a power of ten) between `low` and `high`, themselves logarithms."""
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [
            math.log10(factor * 10.0**power)
            for power in range(math.floor(low), math.ceil(high) + 1)
            for factor in factors
        ]
        found = [value for value in found if low <= value <= high]
        if len(found) <= most:
            break
    if len(found) >= 2:
        stride = max(1, math.ceil(len(found) / most))
        return found[::stride]
    _, plain = even_steps(10.0**low, 10.0**high, most)
    return [math.log10(value) for value in plain if value > 0]


def number_text(value: float, step: float) -> str:
    """A value with the decimals that a step needs."""
    if value != 0 and not 1e-4 <= abs(value) < 1e6:
        return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")
    if step <= 0:
        return f"{value:g}"
    decimals = 0
    while decimals < 8 and abs(round(step, decimals) - step) > step * 1e-6:
        decimals += 1
    if decimals > MOST_DECIMALS:
        return f"{value:.3g}" if value == 0 else f"{value:.2e}".replace("e-0", "e-").replace("e+0", "e")
    return f"{value:.{decimals}f}"


class EpochAxis(pyqtgraph.AxisItem):  # type: ignore[misc]  # pyqtgraph ships no types
    """The lower axis: whole epochs alone have a mark."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        step, values = even_steps(minVal, maxVal, max(2, int(size / PIXELS_PER_LABEL)), whole=True)
        return [(step, [value for value in values if value >= 0])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        return [f"{value:.0f}" for value in values]


class ValueAxis(pyqtgraph.AxisItem):  # type: ignore[misc]  # pyqtgraph ships no types
    """The left axis. With `logarithmic` its positions are decimal logarithms and its labels the values."""

    logarithmic = False

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        most = max(2, int(size / PIXELS_PER_VALUE))
        if self.logarithmic:
            return [(1.0, log_steps(minVal, maxVal, most))]
        step, values = even_steps(minVal, maxVal, most)
        return [(step, values)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        if self.logarithmic:
            return [f"{10.0**value:.3g}" for value in values]
        return [number_text(value, spacing) for value in values]
