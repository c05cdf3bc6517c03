"""Drawings of convolutions: windows that slide, spread, bend, or look along one axis. All sums are worked out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from cnnstudio.core.drawings import BentWindow, ColumnThenRow, FilteredPicture, SlidingWindow, SpreadWindow
from cnnstudio.ui.drawings.kinds import draws
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH, Sketch

Rows = Sequence[Sequence[float]]

LARGEST_KERNEL, LARGEST_STEP = 5, 3
"""Beyond, a drawing of this size would be a grey field: the largest that can be read is drawn."""


def correlate(values: Rows, kernel: Rows, *, strides: int = 1, dilation: int = 1) -> list[list[float]]:
    """What a convolution layer works out, without padding."""
    high, wide = (len(kernel) - 1) * dilation + 1, (len(kernel[0]) - 1) * dilation + 1
    return [
        [
            sum(
                weight * values[top + row * dilation][left + column * dilation]
                for row, weights in enumerate(kernel)
                for column, weight in enumerate(weights)
            )
            for left in range(0, len(values[0]) - wide + 1, strides)
        ]
        for top in range(0, len(values) - high + 1, strides)
    ]


def spread(values: Rows, kernel: Rows, *, strides: int) -> list[list[float]]:
    """What a transposed convolution works out, without padding."""
    high, wide = len(kernel), len(kernel[0])
    result = [
        [0.0] * ((len(values[0]) - 1) * strides + wide) for _ in range((len(values) - 1) * strides + high)
    ]
    for top, line in enumerate(values):
        for left, value in enumerate(line):
            for row, weights in enumerate(kernel):
                for column, weight in enumerate(weights):
                    result[top * strides + row][left * strides + column] += value * weight
    return result


def _edge_kernel(size: int, rows: int) -> list[list[float]]:
    """Finds upright edges: minus at the left, plus at the right."""
    line = [1.0] if size == 1 else [-1.0, *[0.0] * (size - 2), 1.0]
    return [line] * rows


@draws(SlidingWindow)
def _paint_sliding_window(s: Sketch, d: SlidingWindow) -> None:
    kernel = min(d.kernel, LARGEST_KERNEL)
    dilation = min(d.dilation, 2 if kernel > 2 else LARGEST_STEP) if kernel > 1 else 1
    strides = min(d.strides, LARGEST_STEP)
    seen = (kernel - 1) * dilation + 1
    if d.rank == 1:
        _slide_along(s, kernel, strides, dilation, seen)
    elif d.rank == 2:
        _slide_over(s, kernel, strides, dilation, seen)
    else:
        _slide_through(s, min(kernel, 3))


def _slide_over(s: Sketch, kernel: int, strides: int, dilation: int, seen: int) -> None:
    outputs = 3 if strides == 1 and seen <= 5 else 2
    side = seen + (outputs - 1) * strides
    weights = _edge_kernel(kernel, kernel)
    values = [[1.0 if column >= (side + 1) // 2 else 0.0 for column in range(side)] for _ in range(side)]
    results = correlate(values, weights, strides=strides, dilation=dilation)
    cell = min(17.0, 112 / side, (WIDTH - 48) / (side + kernel + outputs))
    width = (side + kernel + outputs) * cell + 46
    x, middle = (WIDTH - width) / 2, HEIGHT / 2
    row, column = 0, 1
    top, left = row * strides, column * strides
    taps = {(top + r * dilation, left + c * dilation) for r in range(kernel) for c in range(kernel)}
    y = middle - side * cell / 2

    s.numbers(
        x,
        y,
        values,
        cell,
        fill=lambda r, c: s.soft(s.accent, 1.3) if (r, c) in taps else s.shade(0.16 * values[r][c]),
        strong=lambda r, c: (r, c) in taps,
    )
    s.frame(x + left * cell, y + top * cell, seen * cell, seen * cell)
    x += side * cell
    s.text(x + 11, middle, "∗", size=14, color=s.muted)
    x += 23
    s.numbers(x, middle - kernel * cell / 2, weights, cell, fill=lambda _r, _c: s.soft(s.hue(1)))
    x += kernel * cell
    s.text(x + 11, middle, "=", size=14, color=s.muted)
    x += 23
    s.numbers(
        x,
        middle - outputs * cell / 2,
        results,
        cell,
        fill=lambda r, c: s.soft(s.accent, 1.6) if (r, c) == (row, column) else None,
        strong=lambda r, c: (r, c) == (row, column),
    )
    s.frame(x + column * cell, middle - outputs * cell / 2 + row * cell, cell, cell)


def _slide_along(s: Sketch, kernel: int, strides: int, dilation: int, seen: int) -> None:
    outputs = 4 if strides == 1 and seen <= 5 else 3
    count = seen + (outputs - 1) * strides
    weights = _edge_kernel(kernel, 1)
    pattern = (1.0, 1.0, 2.0, 5.0, 5.0, 4.0, 1.0, 1.0, 2.0, 5.0, 4.0, 3.0)
    values = [[pattern[number % len(pattern)] for number in range(count)]]
    results = correlate(values, weights, strides=strides, dilation=dilation)
    cell = min(25.0, (WIDTH - 12) / count)
    x = (WIDTH - count * cell) / 2
    place = 1
    left = place * strides
    taps = {left + number * dilation for number in range(kernel)}
    s.numbers(
        x,
        8,
        values,
        cell,
        fill=lambda _r, c: s.soft(s.accent, 1.3) if c in taps else None,
        strong=lambda _r, c: c in taps,
    )
    s.frame(x + left * cell, 8, seen * cell, cell)
    small = min(cell, 19.0)
    for number, weight in enumerate(weights[0]):
        middle = x + (left + number * dilation + 0.5) * cell
        s.stroke(middle, 8 + cell + 1, middle, 43, color=s.hue(1))
        s.numbers(middle - small / 2, 43, [[weight]], small, fill=lambda _r, _c: s.soft(s.hue(1)))
    width = outputs * cell
    start = (WIDTH - width) / 2
    target = start + (place + 0.5) * cell
    bottom = HEIGHT - 8 - cell
    for number in range(kernel):
        middle = x + (left + number * dilation + 0.5) * cell
        s.stroke(middle, 43 + small + 1, target, bottom - 1, color=s.soft(s.accent, 2.2))
    s.numbers(
        start,
        bottom,
        results,
        cell,
        fill=lambda _r, c: s.soft(s.accent, 1.6) if c == place else None,
        strong=lambda _r, c: c == place,
    )
    s.frame(start + place * cell, bottom, cell, cell)


def _slide_through(s: Sketch, kernel: int) -> None:
    side, cell = kernel + 2, min(16.0, 68 / (kernel + 1))
    wide, high, rise = s.block_size((side, side, side), cell)
    out_wide, out_high, out_rise = s.block_size((3, 3, 3), cell)
    x = (WIDTH - wide - out_wide - 52) / 2
    window = ((side - kernel, side), (0, kernel), (0, kernel))
    s.block(x, (HEIGHT - high) / 2 + rise, (side, side, side), cell, part=window)
    s.arrow(x + wide + 10, HEIGHT / 2, x + wide + 42, HEIGHT / 2, color=s.accent)
    s.block(
        x + wide + 52,
        (HEIGHT - out_high) / 2 + out_rise,
        (3, 3, 3),
        cell,
        part=((2, 3), (0, 1), (0, 1)),
    )


@draws(ColumnThenRow)
def _paint_column_then_row(s: Sketch, _d: ColumnThenRow) -> None:
    cell, middle = 14.8, HEIGHT / 2 - 4
    x = 6.0
    y = middle - 2.5 * cell
    column = s.hue(0)
    row = s.hue(1)
    s.grid(x, y, 5, 5, cell, fill=lambda r, c: s.soft(column, 1.5) if c == 2 and r < 3 else None)
    s.frame(x + 2 * cell, y, cell, 3 * cell, column)
    s.arrow(x + 5 * cell + 4, middle, x + 5 * cell + 24, middle)
    s.note(x + 5 * cell + 14, middle - 10, "3×1")
    x += 5 * cell + 28
    y = middle - 1.5 * cell

    s.grid(x, y, 3, 5, cell, fill=lambda r, c: s.soft(row, 1.5) if r == 0 and 1 <= c < 4 else None)
    s.box(x + 2 * cell, y, cell, cell, fill=s.soft(column, 1.5))
    s.frame(x + cell, y, 3 * cell, cell, row)
    s.arrow(x + 5 * cell + 4, middle, x + 5 * cell + 24, middle)
    s.note(x + 5 * cell + 14, middle - 10, "1×3")
    x += 5 * cell + 28
    s.grid(x, y, 3, 3, cell, fill=lambda r, c: s.soft(s.accent, 1.6) if (r, c) == (0, 1) else None)
    s.frame(x + cell, y, cell, cell)
    s.note(WIDTH / 2, HEIGHT - 9, "15·3 + 9·3 = 72  <  9·9 = 81")


@draws(SpreadWindow)
def _paint_spread_window(s: Sketch, d: SpreadWindow) -> None:
    if d.rank == 3:
        cell = 16.0
        wide, high, rise = s.block_size((2, 2, 2), cell)
        out_wide, out_high, out_rise = s.block_size((5, 5, 4), cell)
        x = (WIDTH - wide - out_wide - 52) / 2
        s.block(x, (HEIGHT - high) / 2 + rise, (2, 2, 2), cell, part=((1, 2), (0, 1), (0, 1)))
        s.arrow(x + wide + 10, HEIGHT / 2, x + wide + 42, HEIGHT / 2, color=s.accent)
        s.block(
            x + wide + 52, (HEIGHT - out_high) / 2 + out_rise, (5, 5, 4), cell, part=((2, 5), (0, 3), (0, 3))
        )
        return
    if d.rank == 1:
        values, cell = [[1.0, 4.0, 2.0]], 25.0
        results = spread(values, [[1, 1, 1]], strides=2)
        x, out_x = (WIDTH - 3 * cell) / 2, (WIDTH - 7 * cell) / 2
        top, bottom = 10.0, HEIGHT - 10 - cell
        for source in range(3):
            color = s.hue(source)
            for tap in range(3):
                s.stroke(
                    x + (source + 0.5) * cell,
                    top + cell,
                    out_x + (source * 2 + tap + 0.5) * cell,
                    bottom,
                    color=s.soft(color, 2.2),
                    width=1.5,
                )
        s.numbers(x, top, values, cell, fill=lambda _r, c: s.soft(s.hue(c), 1.3))
        s.numbers(out_x, bottom, results, cell, fill=lambda _r, c: None if c % 2 else s.shade(0.06))
        for source in range(3):
            left = out_x + source * 2 * cell
            s.frame(left, bottom - 1.5 + 3 * (source % 2), 3 * cell, cell, s.soft(s.hue(source), 2.6))
        return
    values, cell = [[1.0, 2.0], [3.0, 4.0]], 21.0
    results = spread(values, [[1, 1, 1]] * 3, strides=2)
    side = len(results)
    x, middle = 34.0, HEIGHT / 2
    out_x, out_y = WIDTH - 34 - side * cell, middle - side * cell / 2
    y = middle - cell
    for down in (0, 1):
        s.stroke(
            x + 2 * cell,
            y + down * cell,
            out_x + 2 * cell,
            out_y + down * 3 * cell,
            color=s.accent,
            dotted=True,
        )
    s.numbers(
        x,
        y,
        values,
        cell,
        fill=lambda r, c: s.soft(s.accent, 1.5) if (r, c) == (0, 1) else None,
        strong=lambda r, c: (r, c) == (0, 1),
    )
    s.frame(x + cell, y, cell, cell)

    s.numbers(
        out_x,
        out_y,
        results,
        cell,
        fill=lambda r, c: (
            s.soft(s.accent, 1.1) if r < 3 and c >= 2 else s.shade(0.05 * (r == 2) + 0.05 * (c == 2))
        ),
        strong=lambda r, c: r < 3 and c >= 2,
    )
    s.frame(out_x + 2 * cell, out_y, 3 * cell, 3 * cell)


PICTURE = tuple(
    tuple(1.0 if (row - 5) ** 2 + (column - 5) ** 2 <= 10 or row >= 9 else 0.0 for column in range(11))
    for row in range(11)
)
"""A disc over a floor: edges of every direction."""


@draws(FilteredPicture)
def _paint_filtered_picture(s: Sketch, d: FilteredPicture) -> None:
    kernel = [list(line[:7]) for line in d.kernel[:7]]
    rows, columns = len(kernel), len(kernel[0])
    pad = max(rows, columns)
    framed = [
        [PICTURE[min(max(row, 0), 10)][min(max(column, 0), 10)] for column in range(-pad, 11 + pad)]
        for row in range(-pad, 11 + pad)
    ]
    whole = correlate(framed, kernel)
    down, across = pad - (rows - 1) // 2, pad - (columns - 1) // 2
    result = [line[across : across + 11] for line in whole[down : down + 11]]
    largest = max(*(abs(value) for line in result for value in line), 1e-9)
    cell = 7.6
    side = 11 * cell
    inner = min(17.5, 54 / max(rows, columns))
    x, middle = 5.0, HEIGHT / 2
    _pixels(s, x, middle - side / 2, cell, PICTURE, 1.0)
    center = x + side + (WIDTH - 2 * side - 10) / 2
    left = center - columns * inner / 2
    s.text(left - 8, middle, "∗", size=13, color=s.muted)
    s.text(left + columns * inner + 8, middle, "=", size=13, color=s.muted)
    small = all(abs(value) >= 1 or value == 0 for line in kernel for value in line)
    s.grid(
        left,
        middle - rows * inner / 2,
        rows,
        columns,
        inner,
        fill=lambda _r, _c: s.soft(s.hue(1), 0.8),
        words=lambda r, c: _weight_words(kernel[r][c], whole=small),
        size=min(9.0, inner * 0.6),
    )
    _pixels(s, WIDTH - 5 - side, middle - side / 2, cell, result, largest)


def _weight_words(value: float, *, whole: bool) -> str:
    text = f"{value:g}" if whole else f"{value:.2f}".removeprefix("0")
    return text.replace("-0.", "-.").replace("-", "−")


def _pixels(s: Sketch, x: float, y: float, cell: float, values: Rows, largest: float) -> None:
    """Positive values towards the ink, negative ones in a colour."""
    s.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # no seams between the pixels
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            color = s.shade(0.85 * value / largest)
            if value < -1e-9:
                color = s.soft(s.hue(3), 2.6 * -value / largest)
            s.painter.fillRect(QRectF(x + column * cell, y + row * cell, cell + 0.15, cell + 0.15), color)
    s.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    s.box(x, y, len(values[0]) * cell, len(values) * cell)


@draws(BentWindow)
def _paint_bent_window(s: Sketch, _d: BentWindow) -> None:
    cell, side = 14.5, 7
    x, y = 26.0, (HEIGHT - side * cell) / 2
    moved = {
        (2, 2): (-0.9, -1.0), (2, 3): (0.1, -1.2), (2, 4): (1.2, -0.7), (3, 2): (-1.3, 0.2), (3, 3): (0.3, 0.2),
        (3, 4): (1.5, 0.5), (4, 2): (-0.7, 1.2), (4, 3): (-0.2, 1.5), (4, 4): (0.8, 1.0),
    }  # fmt: skip
    s.grid(x, y, side, side, cell)
    s.box(x + 2 * cell, y + 2 * cell, 3 * cell, 3 * cell, outline=s.muted, pen=1.4, dotted=True)
    for (row, column), (right, down) in moved.items():
        x1, y1 = x + (column + 0.5) * cell, y + (row + 0.5) * cell
        s.disc(x1, y1, 2.0, s.paper, outline=s.muted)
        x2, y2 = x1 + right * cell, y1 + down * cell
        s.arrow(x1, y1, x2, y2, color=s.soft(s.accent, 2.4))
        s.disc(x2, y2, 3.4, s.accent)
    start = x + side * cell + 10
    s.arrow(start, HEIGHT / 2, start + 32, HEIGHT / 2, color=s.accent)
    out = start + 42
    s.grid(
        out,
        HEIGHT / 2 - 2.5 * cell,
        5,
        5,
        cell,
        fill=lambda r, c: s.soft(s.accent, 1.6) if (r, c) == (2, 2) else None,
    )
    s.frame(out + 2 * cell, HEIGHT / 2 - cell / 2, cell, cell)
