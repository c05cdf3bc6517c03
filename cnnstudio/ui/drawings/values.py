"""Drawings of what happens to values: noise and dropout, merging, dense layers, ranges. The numbers are right."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from cnnstudio.core.drawings import (
    DenseFan,
    DisturbedValues,
    DotProduct,
    MergedValues,
    MovedRange,
    PassedOn,
    Penalty,
)
from cnnstudio.ui.drawings.kinds import draws
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH, Sketch, number_words

BEFORE = ((1.0, 3.0, 2.0), (2.0, 1.0, 4.0), (3.0, 2.0, 1.0))
DROPPED = frozenset({(0, 1), (1, 0), (1, 2), (2, 1)})
NOISE = ((0.2, -0.1, 0.1), (-0.3, 0.0, 0.2), (0.1, -0.2, 0.3))
SELU_LOWEST = -1.7580993408473766
"""- alpha * scale of selu, what AlphaDropout puts in the place of what it drops."""


def alpha_dropped(values: tuple[tuple[float, ...], ...], rate: float) -> list[list[float]]:
    """What AlphaDropout makes of values when it drops `DROPPED`. Klambauer et al. 2017."""
    keep = 1 - rate
    scale = (keep * (1 + rate * SELU_LOWEST**2)) ** -0.5
    shift = -scale * SELU_LOWEST * rate
    return [
        [
            round(scale * (SELU_LOWEST if (r, c) in DROPPED else value) + shift, 1)
            for c, value in enumerate(line)
        ]
        for r, line in enumerate(values)
    ]


@draws(DisturbedValues)
def _paint_disturbed_values(s: Sketch, d: DisturbedValues) -> None:
    if d.by == "drop":
        after = [
            [0.0 if (r, c) in DROPPED else 2 * v for c, v in enumerate(line)] for r, line in enumerate(BEFORE)
        ]
    elif d.by == "alpha_drop":
        after = alpha_dropped(BEFORE, 4 / 9)
    elif d.by == "add_noise":
        after = [[v + NOISE[r][c] for c, v in enumerate(line)] for r, line in enumerate(BEFORE)]
    else:
        after = [
            [round(v * (1 + NOISE[r][c]), 1) for c, v in enumerate(line)] for r, line in enumerate(BEFORE)
        ]
    cell = 34.0
    y = (HEIGHT - 3 * cell) / 2
    crossing = d.by in ("drop", "alpha_drop")
    s.numbers(
        14, y, BEFORE, cell, size=13,
        fill=lambda r, c: s.soft(s.hue(3), 0.8) if crossing and (r, c) in DROPPED else s.shade(0.05),
    )  # fmt: skip
    if crossing:
        for row, column in DROPPED:
            s.cross(14 + column * cell, y + row * cell, cell)
    s.arrow(14 + 3 * cell + 6, HEIGHT / 2, WIDTH - 14 - 3 * cell - 6, HEIGHT / 2)
    sign = {"drop": "×2", "alpha_drop": "", "add_noise": "+ ε", "multiply_noise": "× ε"}[d.by]
    s.note(WIDTH / 2, HEIGHT / 2 - 11, sign, size=10)

    def fill(r: int, c: int) -> object:
        if crossing:
            return s.soft(s.hue(3), 0.8) if (r, c) in DROPPED else s.soft(s.accent, 1.2)
        return s.soft(s.hue(1) if NOISE[r][c] > 0 else s.hue(0), 4 * abs(NOISE[r][c]) + 0.1)

    s.numbers(
        WIDTH - 14 - 3 * cell, y, after, cell, size=13,
        fill=fill,  # type: ignore[arg-type]
        strong=lambda r, c: not crossing or (r, c) not in DROPPED,
    )  # fmt: skip


@draws(Penalty)
def _paint_penalty(s: Sketch, _d: Penalty) -> None:
    values = (0.3, 0.9, 0.2, 0.5, 0.1)
    for x in (30.0, 158.0):
        for number, value in enumerate(values):
            s.box(x + number * 15, 62 - 46 * value, 11, 46 * value, fill=s.soft(s.accent, 1.4))
        s.stroke(x - 4, 62, x + 76, 62)
    s.arrow(114, 40, 146, 40)
    s.arrow(67, 66, 67, 84, color=s.hue(3))
    loss = QCoreApplication.translate("Drawing", "loss")
    s.text(WIDTH / 2, 99, f"{loss} + l1 · Σ|x| + l2 · Σx²", size=12, color=s.hue(3), bold=True)


SIGNS = {"add": "+", "subtract": "−", "multiply": "×", "average": "", "maximum": "", "minimum": ""}


def merged(operation: str, a: float, b: float) -> float:
    """Two values made one."""
    if operation == "add":
        return a + b
    if operation == "subtract":
        return a - b
    if operation == "multiply":
        return a * b
    if operation == "average":
        return (a + b) / 2
    return max(a, b) if operation == "maximum" else min(a, b)


@draws(MergedValues)
def _paint_merged_values(s: Sketch, d: MergedValues) -> None:
    first, second = ((1.0, 4.0), (3.0, 2.0)), ((2.0, 1.0), (3.0, 5.0))
    if d.operation == "multiply":
        second = ((0.0, 1.0), (1.0, 0.0))
    result = [[merged(d.operation, first[r][c], second[r][c]) for c in (0, 1)] for r in (0, 1)]
    cell = 30.0
    y = HEIGHT / 2 - cell
    xs = (14.0, 100.0, 186.0)
    chosen = d.operation in ("maximum", "minimum")

    def wins(mine: tuple[tuple[float, float], tuple[float, float]]) -> object:
        return lambda r, c: not chosen or mine[r][c] == result[r][c]

    s.numbers(xs[0], y, first, cell, fill=lambda _r, _c: s.soft(s.hue(0)), strong=wins(first), size=14)  # type: ignore[arg-type]
    s.numbers(xs[1], y, second, cell, fill=lambda _r, _c: s.soft(s.hue(1)), strong=wins(second), size=14)  # type: ignore[arg-type]
    sign = SIGNS[d.operation]
    word = {
        "average": QCoreApplication.translate("Drawing", "mean"),
        "maximum": QCoreApplication.translate("Drawing", "max"),
        "minimum": QCoreApplication.translate("Drawing", "min"),
    }.get(d.operation, "")
    s.text(87, HEIGHT / 2, sign or ",", size=17, color=s.muted)
    if word:
        s.note(WIDTH / 2, y - 14, word, size=11)
    s.text(173, HEIGHT / 2, "=", size=17, color=s.muted)

    def fill(r: int, c: int) -> object:
        if not chosen:
            return s.soft(s.hue(3), 1.3)
        return s.soft(s.hue(0 if first[r][c] == result[r][c] else 1), 1.6)

    s.numbers(xs[2], y, result, cell, fill=fill, strong=lambda _r, _c: True, size=14)  # type: ignore[arg-type]


@draws(DotProduct)
def _paint_dot_product(s: Sketch, _d: DotProduct) -> None:
    first, second, cell = (1.0, 3.0, 2.0, 0.0), (2.0, 1.0, 0.0, 4.0), 27.0
    products = [a * b for a, b in zip(first, second, strict=True)]
    x = 20.0
    s.numbers(x, 6, [first], cell, fill=lambda _r, _c: s.soft(s.hue(0)), size=13)
    s.numbers(x, 46, [second], cell, fill=lambda _r, _c: s.soft(s.hue(1)), size=13)
    for number, product in enumerate(products):
        middle = x + (number + 0.5) * cell
        s.text(middle, 39.5, "×", size=11, color=s.muted)
        s.stroke(middle, 46 + cell + 2, middle, 88)
        s.text(middle, 101, number_words(product), size=13)
        if number:
            s.text(x + number * cell, 101, "+", size=12, color=s.muted)
    s.text(x + 4 * cell + 18, 101, "=", size=15, color=s.muted)
    s.box(x + 4 * cell + 36, 85, 34, 31, fill=s.soft(s.hue(3), 1.6))
    s.text(x + 4 * cell + 53, 100.5, number_words(sum(products)), size=15, bold=True)


@draws(DenseFan)
def _paint_dense_fan(s: Sketch, _d: DenseFan) -> None:
    inputs, weights = (2.0, 0.0, 1.0, 3.0), (0.5, 1.0, -1.0, 1.0)
    left, right = 62.0, 176.0
    ins = [13 + number * 25.0 for number in range(4)]
    outs = [18 + number * 32.5 for number in range(3)]
    for y in ins:
        for to in (outs[0], outs[2]):
            s.stroke(left, y, right, to, color=s.line, width=1.0)
    for y, weight in zip(ins, weights, strict=True):
        color = s.hue(3) if weight < 0 else s.accent
        s.stroke(left, y, right, outs[1], color=color, width=0.8 + 1.6 * abs(weight))
    surface = s.theme.color("surface")
    for y, value in zip(ins, inputs, strict=True):
        s.disc(left, y, 10.5, surface, outline=s.line)
        s.text(left, y - 0.5, number_words(value), size=11)
    for y in (outs[0], outs[2]):
        s.disc(right, y, 12, surface, outline=s.line)
    s.disc(right, outs[1], 12, surface)
    s.disc(right, outs[1], 12, s.soft(s.accent, 1.5), outline=s.accent)
    result = math.fsum(a * b for a, b in zip(inputs, weights, strict=True))
    s.text(right, outs[1] - 0.5, number_words(result), bold=True, size=12)
    s.note(230, outs[1], "Σ w·x + b", size=10)
    terms = " + ".join(
        f"{number_words(weight) if weight >= 0 else f'({number_words(weight)})'}·{number_words(value)}"
        for weight, value in zip(weights, inputs, strict=True)
    )
    s.text(WIDTH / 2, 111, f"{terms} = {number_words(result)}", size=10)


@draws(PassedOn)
def _paint_passed_on(s: Sketch, _d: PassedOn) -> None:
    values, cell = ((1.0, 3.0), (5.0, 2.0)), 32.0
    for x in (36.0, WIDTH - 36 - 2 * cell):
        s.numbers(x, HEIGHT / 2 - cell, values, cell, fill=lambda _r, _c: s.soft(s.accent, 0.9), size=14)
    s.arrow(36 + 2 * cell + 10, HEIGHT / 2, WIDTH - 36 - 2 * cell - 10, HEIGHT / 2)


@draws(MovedRange)
def _paint_moved_range(s: Sketch, _d: MovedRange) -> None:
    left, right, steps = 34.0, WIDTH - 34, 12
    width = (right - left) / steps
    for y, ends in ((20.0, ("0", "127.5", "255")), (78.0, ("0", "0.5", "1"))):
        for step in range(steps):
            s.box(left + step * width, y, width, 18, fill=s.shade(0.92 * step / (steps - 1)))
        for place, words in zip((left, WIDTH / 2, right), ends, strict=True):
            s.text(place, y - 9 if y < 50 else y + 29, words, size=10)
    for place in (left, (left + WIDTH / 2) / 2, (right + WIDTH / 2) / 2, right):
        s.arrow(place, 41, place, 75, color=s.accent)
    s.text(WIDTH / 2, 58, "× 1/255", size=11, bold=True)
