"""Drawings of pooling, with numbers that are right: windows, whole channels, and windows fitted to a wanted size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from cnnstudio.core.drawings import FittedWindows, PooledChannels, PooledWindows, Reduction
from cnnstudio.ui.drawings.channels import plane
from cnnstudio.ui.drawings.kinds import draws
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH, Sketch, number_words

NUMBERS = ((1.0, 3.0, 2.0, 0.0), (5.0, 3.0, 1.0, 5.0), (0.0, 1.0, 6.0, 2.0), (2.0, 1.0, 3.0, 5.0))


def reduced(values: Sequence[float], reduction: Reduction) -> float:
    """The largest of some values, or their mean."""
    return max(values) if reduction == "max" else sum(values) / len(values)


def fitted(size: int, outputs: int) -> list[tuple[int, int]]:
    """Where adaptive pooling's windows begin and end."""
    return [(number * size // outputs, -(-(number + 1) * size // outputs)) for number in range(outputs)]


def _word(reduction: Reduction) -> str:
    if reduction == "max":
        return QCoreApplication.translate("Drawing", "max")
    return QCoreApplication.translate("Drawing", "mean")


def _to(s: Sketch, x: float, y: float, width: float, reduction: Reduction) -> None:
    s.arrow(x, y, x + width, y)
    s.note(x + width / 2, y - 10, _word(reduction), size=10)


@draws(PooledWindows)
def _paint_pooled_windows(s: Sketch, d: PooledWindows) -> None:
    if d.rank == 3:
        _volumes(s, d.reduction, (4, 4, 4), 14.5)
        return
    if d.rank == 1:
        values = [1.0, 5.0, 2.0, 0.0, 6.0, 4.0]
        results = [reduced(values[at : at + 2], d.reduction) for at in (0, 2, 4)]
        cell = 30.0
        x = (WIDTH - 6 * cell) / 2
        s.numbers(
            x,
            12,
            [values],
            cell,
            fill=lambda _r, c: s.soft(s.hue(c // 2), 1.2),
            strong=lambda _r, c: d.reduction == "mean" or values[c] == results[c // 2],
            size=13,
        )
        for number in range(3):
            s.frame(x + number * 2 * cell, 12, 2 * cell, cell, s.hue(number))
            s.arrow(
                x + (2 * number + 1) * cell,
                12 + cell + 4,
                x + (2 * number + 1) * cell,
                76,
                color=s.hue(number),
            )
            s.numbers(
                x + (2 * number + 0.5) * cell,
                79,
                [[results[number]]],
                cell,
                fill=lambda _r, _c, k=number: s.soft(s.hue(k), 1.6),  # type: ignore[misc]
                strong=lambda _r, _c: True,
                size=13,
            )
        s.note(x + 2 * cell, 60, _word(d.reduction), size=10)
        return
    grid = NUMBERS
    results_2 = [
        [
            reduced([grid[2 * row + r][2 * column + c] for r in (0, 1) for c in (0, 1)], d.reduction)
            for column in (0, 1)
        ]
        for row in (0, 1)
    ]
    cell = 26.0
    x, y = 30.0, (HEIGHT - 4 * cell) / 2
    s.numbers(
        x,
        y,
        grid,
        cell,
        fill=lambda r, c: s.soft(s.hue(r // 2 * 2 + c // 2), 1.1),
        strong=lambda r, c: d.reduction == "mean" or grid[r][c] == results_2[r // 2][c // 2],
        size=13,
    )
    for row in (0, 1):
        for column in (0, 1):
            s.frame(x + 2 * column * cell, y + 2 * row * cell, 2 * cell, 2 * cell, s.hue(2 * row + column))
    _to(s, x + 4 * cell + 10, HEIGHT / 2, 34, d.reduction)
    s.numbers(
        x + 4 * cell + 54,
        HEIGHT / 2 - cell,
        results_2,
        cell,
        fill=lambda r, c: s.soft(s.hue(2 * r + c), 1.6),
        strong=lambda _r, _c: True,
        size=13,
    )


def _volumes(s: Sketch, reduction: Reduction, cells: tuple[int, int, int], cell: float) -> None:
    wide, high, rise = s.block_size(cells, cell)
    small = 20.0
    out_wide, out_high, out_rise = s.block_size((2, 2, 2), small)
    x = (WIDTH - wide - out_wide - 62) / 2
    right = cells[0] - cells[0] // 2
    part = ((right, cells[0]), (0, cells[1] - cells[1] // 2), (0, cells[2] - cells[2] // 2))
    s.block(x, (HEIGHT - high) / 2 + rise, cells, cell, part=part)
    _to(s, x + wide + 12, HEIGHT / 2, 36, reduction)
    s.block(
        x + wide + 62, (HEIGHT - out_high) / 2 + out_rise, (2, 2, 2), small, part=((1, 2), (0, 1), (0, 1))
    )


@draws(PooledChannels)
def _paint_pooled_channels(s: Sketch, d: PooledChannels) -> None:
    channels = (
        (1.0, 0.0, 2.0, 3.0, 6.0, 2.0, 1.0, 2.0, 1.0),
        (0.0, 1.0, 0.0, 5.0, 4.0, 3.0, 2.0, 1.0, 2.0),
        (4.0, 4.0, 3.0, 5.0, 7.0, 4.0, 3.0, 4.0, 2.0),
    )
    if d.rank == 1:
        rows = ((1.0, 3.0, 6.0, 2.0, 3.0), (0.0, 1.0, 5.0, 4.0, 0.0), (4.0, 7.0, 5.0, 5.0, 4.0))
        cell = 24.0
        for number, line in enumerate(rows):
            y = 15 + number * 33
            _channel_value(s, 44, y, [line], cell, number, d.reduction, WIDTH - 44 - cell)
        return
    if d.rank == 3:
        for number in range(3):
            x = 26 + number * 74.0
            wide = plane(s, x, 38, 3, s.hue(number), cells=3, cell=16.0)
            s.arrow(x + wide / 2, 72, x + wide / 2, 88, color=s.hue(number))
            s.box(x + wide / 2 - 12, 91, 24, 22, fill=s.soft(s.hue(number), 1.6))
            s.text(x + wide / 2, 102, _word(d.reduction), size=8)
        return
    cell = 19.0
    for number, values in enumerate(channels):
        x = 20 + number * (3 * cell + 24)
        grid = [list(values[at : at + 3]) for at in (0, 3, 6)]
        result = reduced(values, d.reduction)
        tint = s.soft(s.hue(number), 1.1)
        s.numbers(
            x,
            6,
            grid,
            cell,
            fill=lambda _r, _c, k=tint: k,  # type: ignore[misc]
            strong=lambda r, c, g=grid, k=result: d.reduction == "mean" or g[r][c] == k,  # type: ignore[misc]
        )
        middle = x + 1.5 * cell
        s.arrow(middle, 6 + 3 * cell + 3, middle, 86, color=s.hue(number))
        s.box(middle - 15, 89, 30, 24, fill=s.soft(s.hue(number), 1.8))
        s.text(middle, 101, number_words(result), size=13, bold=True)
        s.note(middle + 18, 75, _word(d.reduction))


def _channel_value(
    s: Sketch,
    x: float,
    y: float,
    grid: list[tuple[float, ...]],
    cell: float,
    number: int,
    reduction: Reduction,
    target: float,
) -> None:
    values = [value for line in grid for value in line]
    result = reduced(values, reduction)
    s.numbers(
        x,
        y,
        grid,
        cell,
        fill=lambda _r, _c: s.soft(s.hue(number), 1.1),
        strong=lambda r, c: reduction == "mean" or grid[r][c] == result,
    )
    s.arrow(x + len(grid[0]) * cell + 5, y + cell / 2, target - 5, y + cell / 2, color=s.hue(number))
    if number == 0:
        s.note((x + len(grid[0]) * cell + target) / 2, y, _word(reduction))
    s.box(target, y, cell, cell, fill=s.soft(s.hue(number), 1.8))
    s.text(target + cell / 2, y + cell / 2, number_words(result), size=12, bold=True)


@draws(FittedWindows)
def _paint_fitted_windows(s: Sketch, d: FittedWindows) -> None:
    if d.rank == 3:
        _volumes(s, d.reduction, (5, 4, 3), 15.0)
        return
    if d.rank == 2:
        _fitted_pictures(s, d.reduction)
        return
    for place, values in enumerate(((4.0, 2.0, 0.0, 3.0, 6.0, 3.0, 9.0), (1.0, 3.0, 5.0, 1.0))):
        cell, y = 20.0, 20.0 + place * 56
        x = 22.0 + (7 - len(values)) * cell / 2
        ends = fitted(len(values), 3)
        results = [reduced(values[begin:end], d.reduction) for begin, end in ends]
        s.numbers(x, y, [values], cell)
        for number, (begin, end) in enumerate(ends):
            lift = -4.0 if number % 2 else cell + 4.0
            color = s.hue(number)
            s.stroke(x + begin * cell + 2, y + lift, x + end * cell - 2, y + lift, color=color, width=2.4)
        _to(s, 172, y + cell / 2, 22, d.reduction)
        s.numbers(
            200,
            y,
            [[round(value, 1) for value in results]],
            18,
            fill=lambda _r, c: s.soft(s.hue(c), 1.5),
            strong=lambda _r, _c: True,
            size=9.5,
        )


def _fitted_pictures(s: Sketch, reduction: Reduction) -> None:
    for x, y, rows, columns in ((24.0, 9.0, 5, 7), (34.0, 77.0, 3, 5)):
        cell = 11.5
        for number, (top, bottom) in enumerate(fitted(rows, 2)):
            for other, (left, right) in enumerate(fitted(columns, 2)):
                color = s.soft(s.hue(2 * number + other), 1.1)
                s.box(
                    x + left * cell, y + top * cell, (right - left) * cell, (bottom - top) * cell, fill=color
                )
        for row in range(rows + 1):
            s.stroke(x, y + row * cell, x + columns * cell, y + row * cell, color=s.line, width=0.8)
        for column in range(columns + 1):
            s.stroke(x + column * cell, y, x + column * cell, y + rows * cell, color=s.line, width=0.8)
        middle = y + rows * cell / 2
        _to(s, 120, middle, 36, reduction)
        s.grid(
            174,
            middle - 17,
            2,
            2,
            17,
            fill=lambda r, c: s.soft(s.hue(2 * r + c), 1.6),
        )
        s.note(226, middle, "2×2", size=10)
