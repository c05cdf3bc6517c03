"""Drawings with graphs: activations from their true functions, shares, and what normalisation does to values."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt

from cnnstudio.core.drawings import FunctionCurve, LearnedSlope, NormalisedValues, Shares, StandardisedData
from cnnstudio.layers.activation_curves import ACTIVATION_CURVES, Curve, elu, relu
from cnnstudio.ui.drawings.kinds import draws
from cnnstudio.ui.drawings.sketch import HEIGHT, Sketch, number_words

REACH = 4.0
"""Graphs go from minus to plus this x."""


def curve_of(drawing: FunctionCurve) -> Curve:
    """The function that a drawing names, with the drawing's numbers."""
    if drawing.function == "relu":
        return relu(slope=drawing.slope or 0.0, top=drawing.top, threshold=drawing.threshold)
    if drawing.function == "leaky_relu" and drawing.slope is not None:
        return relu(slope=drawing.slope)
    if drawing.function == "elu" and drawing.slope is not None:
        return elu(drawing.slope)
    return ACTIVATION_CURVES[drawing.function]


class _Axes:
    """A pair of axes in a rectangle, and where points lie on them."""

    def __init__(
        self, s: Sketch, x: float, y: float, width: float, height: float, reach: tuple[float, ...]
    ) -> None:
        self._s, self._x, self._y, self._width, self._height = s, x, y, width, height
        self._left, self._right, self._low, self._high = reach
        across, up = self.at(0, 0)
        s.stroke(x, up, x + width, up, color=s.line)
        s.stroke(across, y, across, y + height, color=s.line)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point on paper."""
        return (
            self._x + (x - self._left) / (self._right - self._left) * self._width,
            self._y + (self._high - y) / (self._high - self._low) * self._height,
        )

    def curve(self, function: Callable[[float], float], *, width: float = 2.2, color: object = None) -> None:
        """The graph of a function, cut off where it leaves the axes."""
        s, points = self._s, []
        s.painter.save()
        s.clip(self._x, self._y - 1, self._width, self._height + 2)
        for step in range(241):
            x = self._left + (self._right - self._left) * step / 240
            points.append(self.at(x, min(max(function(x), -1e3), 1e3)))
        s.path(points, color=color or s.accent, width=width)  # type: ignore[arg-type]
        s.painter.restore()


def _range(function: Curve) -> tuple[float, float]:
    values = [function(-REACH + REACH * step / 60) for step in range(121)]
    low, high = max(min(values), -4.0), min(max(values), 4.0)
    if high - low <= 2.6:
        return min(low, 0) - 0.35, max(high, 0) + 0.35
    return min(low, 0) - 0.6, max(high, 0) + 0.4


@draws(FunctionCurve)
def _paint_function_curve(s: Sketch, d: FunctionCurve) -> None:
    function = curve_of(d)
    low, high = _range(function)
    axes = _Axes(s, 10, 6, 150, 108, (-REACH, REACH, low, high))
    ticks = (1, -1) if high - low < 3.5 else (2, -2)
    for tick in ticks:
        if low < tick < high:
            x, y = axes.at(0, tick)
            s.stroke(x - 2, y, x + 2, y, color=s.muted)
            s.text(x - 5, y, number_words(tick), size=8, color=s.muted, align=Qt.AlignmentFlag.AlignRight)
    for tick in (-2, 2):
        x, y = axes.at(tick, 0)
        s.stroke(x, y - 2, x, y + 2, color=s.muted)
        s.text(x, y + 8, number_words(tick), size=8, color=s.muted)
    axes.curve(function)
    for place, x in enumerate((-2.0, -0.5, 0.5, 2.0)):
        y = function(x)
        spot = axes.at(x, y)
        if low <= y <= high:
            s.disc(*spot, 2.6, s.accent)
        value = number_words(round(y, 2) + 0.0)
        s.text(
            206,
            24 + 24 * place,
            f"{number_words(x)}  →",
            size=11,
            color=s.muted,
            align=Qt.AlignmentFlag.AlignRight,
        )
        s.text(213, 24 + 24 * place, value, size=11, bold=True, align=Qt.AlignmentFlag.AlignLeft)


@draws(LearnedSlope)
def _paint_learned_slope(s: Sketch, _d: LearnedSlope) -> None:
    axes = _Axes(s, 10, 6, 150, 108, (-REACH, REACH, -1.9, 4.2))
    for number, slope in enumerate((0.45, 0.25, 0.05)):
        color = s.hue((1, 0, 2)[number])
        axes.curve(relu(slope=slope), width=2.6 if number == 1 else 1.6, color=color)
        x, y = axes.at(-REACH, -REACH * slope)
        s.disc(x + 3, y - 1, 2.4, color)
    x, y = axes.at(-3.3, -0.2)
    s.arrow(x, y + 14, x, y - 6, color=s.ink)
    s.arrow(x, y - 6, x, y + 16, color=s.ink)
    s.text(212, 48, "x > 0:  x", size=11)
    s.text(212, 68, "x < 0:  α·x", size=11, bold=True)


@draws(Shares)
def _paint_shares(s: Sketch, _d: Shares) -> None:
    scores = (1.0, 3.0, 0.0, 2.0)
    total = sum(map(math.exp, scores))
    floor = 94.0
    for number, score in enumerate(scores):
        left, share = 22 + number * 23.0, math.exp(score) / total
        color = s.soft(s.accent, 2.2) if number == 1 else s.soft(s.accent, 1.1)
        s.box(left, floor - 20 * score, 17, max(20 * score, 0.8), fill=s.soft(s.hue(1), 1.2))
        s.text(left + 8.5, floor + 10, number_words(score), size=10)
        right = 148 + number * 26.0
        s.box(right, floor - 78 * share, 19, 78 * share, fill=color)
        s.text(right + 9.5, floor - 78 * share - 8, f"{100 * share:.0f} %", size=9, bold=number == 1)
    s.stroke(18, floor, 114, floor)
    s.stroke(144, floor, 248, floor)
    s.arrow(119, 52, 141, 52)
    s.note(196, floor + 10, "Σ = 100 %", size=10)


def _bell(mean: float, deviation: float) -> Curve:
    return lambda x: math.exp(-(((x - mean) / deviation) ** 2) / 2) / deviation


_PARTS = {
    # columns are channels, rows the places of a picture, layers the examples of the batch
    "batch": ((4, 5), (0, 4), (0, 3)),
    "place": ((0, 5), (0, 1), (0, 1)),
    "group": ((3, 5), (0, 4), (0, 1)),
    "channel": ((4, 5), (0, 4), (0, 1)),
    "example": ((0, 5), (0, 4), (0, 1)),
}


@draws(NormalisedValues)
def _paint_normalised_values(s: Sketch, d: NormalisedValues) -> None:
    cell, cells = 15.5, (5, 4, 3)
    _wide, high, rise = s.block_size(cells, cell)
    x, y = 26.0, (HEIGHT - 12 - high) / 2 + rise + 2
    s.block(x, y, cells, cell, part=_PARTS[d.over])
    s.note(x + 2.5 * cell, y + 4 * cell + 9, "C", size=10)
    s.note(x - 13, y + 2 * cell, "H·W", size=9)
    s.note(x + 5 * cell + 1.5 * cell * 0.5 + 8, y + 4 * cell - 4, "N", size=10)
    if d.to == "length":
        _unit_circle(s)
        return
    before = _bell(1.6, 1.5)
    after = _bell(0, 1) if d.to == "standard" else _bell(0.73, 0.68)
    for top, function, color in ((10.0, before, s.hue(1)), (66.0, after, s.accent)):
        axes = _Axes(s, 146, top, 104, 38, (-3.5, 5.5, 0, 1.55))
        axes.curve(function, color=color)
        zero, base = axes.at(0, 0)
        s.text(zero, base + 8, "0", size=8, color=s.muted)
    s.arrow(240, 50, 240, 68)


def _unit_circle(s: Sketch) -> None:
    x, y, radius = 196.0, HEIGHT / 2, 30.0
    s.disc(x, y, radius, s.paper, outline=s.line)
    for number, (angle, length) in enumerate(((0.5, 1.75), (1.9, 0.5), (3.7, 1.5))):
        right, up = math.cos(angle) * radius, math.sin(angle) * radius
        color = s.hue(number)
        s.stroke(x, y, x + right * length, y - up * length, color=s.soft(color, 2.0), dotted=True, width=1.4)
        s.disc(x + right * length, y - up * length, 2.2, s.soft(color, 2.0))
        s.arrow(x, y, x + right, y - up, color=color, width=2.0)
    s.note(x + radius - 3, y + radius + 4, "1", size=10)


@draws(StandardisedData)
def _paint_standardised_data(s: Sketch, _d: StandardisedData) -> None:
    for x, functions, ends in (
        (14.0, (_bell(0.45, 0.22), _bell(0.62, 0.12), _bell(0.3, 0.3)), (-0.3, 1.3)),
        (146.0, (_bell(0, 1),), (-3.4, 3.4)),
    ):
        top = 9.0 if x < 100 else 1.3
        axes = _Axes(s, x, 12, 100, 84, (*ends, 0, top))
        for number, function in enumerate(functions):
            axes.curve(function, color=s.hue((3, 2, 0)[number]) if len(functions) > 1 else s.accent)
        if len(functions) == 1:
            for number, width in enumerate((4.6, 3.0, 1.4)):
                axes.curve(functions[0], color=s.hue((3, 2, 0)[number]), width=width)
        for tick in (0, 1):
            place, base = axes.at(tick, 0)
            s.text(place, base + 9, str(tick), size=9, color=s.muted)
    s.arrow(119, 54, 141, 54)
    s.text(130, 113, "(x − mean) / √variance", size=10)
