"""Drawings of layers that move values about: unroll, reshape, turn, repeat, border, enlarge. Nothing is worked out anew."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPen

from cnnstudio.core.drawings import BlockEnd, Border, Enlarged, RepeatedRow, Reshaped, Transposed, Unrolled
from cnnstudio.ui.drawings.kinds import draws
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH, Sketch


@draws(Unrolled)
def _paint_unrolled(s: Sketch, _d: Unrolled) -> None:
    cell, x = 24.0, 68.0
    for channel in (1, 0):
        left, top = x + 84 * channel, 8.0
        values = [[1 + channel, 3 + channel], [5 + channel, 7 + channel]]
        tint = s.soft(s.hue(channel), 1.3)
        s.numbers(left, top, values, cell, fill=lambda _r, _c, k=tint: k, size=12)  # type: ignore[misc]
    small = 24.0
    start, bottom = (WIDTH - 8 * small) / 2, 88.0
    for place in range(8):
        channel, pixel = place % 2, place // 2
        row, column = divmod(pixel, 2)
        s.stroke(
            x + 84 * channel + (column + 0.5) * cell,
            8 + (row + 1) * cell if row else 8 + 2 * cell,
            start + (place + 0.5) * small,
            bottom,
            color=s.soft(s.hue(channel), 1.8),
        )
    s.numbers(
        start, bottom, [list(range(1, 9))], small, fill=lambda _r, c: s.soft(s.hue(c % 2), 1.3), size=12
    )


@draws(Reshaped)
def _paint_reshaped(s: Sketch, _d: Reshaped) -> None:
    cell = 20.0
    s.grid(
        14, HEIGHT / 2 - cell, 2, 6, cell, size=11,
        words=lambda r, c: str(6 * r + c + 1), fill=lambda r, _c: s.soft(s.hue(r), 1.2),
    )  # fmt: skip
    s.arrow(140, HEIGHT / 2, 162, HEIGHT / 2)
    s.grid(
        168, HEIGHT / 2 - 1.5 * cell, 3, 4, cell, size=11,
        words=lambda r, c: str(4 * r + c + 1), fill=lambda r, c: s.soft(s.hue((4 * r + c) // 6), 1.2),
    )  # fmt: skip
    s.note(74, HEIGHT / 2 + cell + 11, "2 × 6", size=10)
    s.note(208, HEIGHT / 2 + 1.5 * cell + 11, "3 × 4", size=10)


@draws(Transposed)
def _paint_transposed(s: Sketch, _d: Transposed) -> None:
    cell = 27.0
    s.grid(
        24, HEIGHT / 2 - cell, 2, 3, cell, size=13,
        words=lambda r, c: str(3 * r + c + 1), fill=lambda r, _c: s.soft(s.hue(r), 1.3),
    )  # fmt: skip
    s.arrow(118, HEIGHT / 2, 156, HEIGHT / 2)
    s.grid(
        176, HEIGHT / 2 - 1.5 * cell, 3, 2, cell, size=13,
        words=lambda r, c: str(3 * c + r + 1), fill=lambda _r, c: s.soft(s.hue(c), 1.3),
    )  # fmt: skip
    s.note(64, HEIGHT / 2 + cell + 12, "(1, 2)", size=10)
    s.note(137, HEIGHT / 2 - 12, "2, 1", size=10)


@draws(RepeatedRow)
def _paint_repeated_row(s: Sketch, _d: RepeatedRow) -> None:
    values, cell = (3.0, 1.0, 4.0, 2.0), 24.0
    s.numbers(14, HEIGHT / 2 - cell / 2, [values], cell, fill=lambda _r, _c: s.soft(s.accent, 1.2), size=12)
    x = WIDTH - 14 - 4 * cell
    for number in range(3):
        y = 12 + number * 36.0
        s.arrow(14 + 4 * cell + 4, HEIGHT / 2, x - 4, y + cell / 2, color=s.soft(s.accent, 2.2))
        s.numbers(x, y, [values], cell, fill=lambda _r, _c: s.soft(s.accent, 1.2), size=12)


@draws(Border)
def _paint_border(s: Sketch, d: Border) -> None:
    if d.rank == 3:
        _border_of_volume(s, cut=d.cut)
        return
    small = ((2, 1, 3), (4, 2, 1), (1, 3, 2)) if d.rank == 2 else ((2, 4, 1, 3, 2),)
    rows, columns = len(small), len(small[0])
    rim = 1 if d.rank == 2 else 0
    cell = 20.0 if d.rank == 2 else 24.0

    def is_inside(r: int, c: int) -> bool:
        return rim <= r < rim + rows and 1 <= c <= columns

    def outer_words(r: int, c: int) -> str:
        if is_inside(r, c):
            return str(small[r - rim][c - 1])
        return str((2 * r + 3 * c) % 5) if d.cut else "0"

    high, wide = rows + 2 * rim, columns + 2

    def draw_outer(x: float, y: float) -> None:
        s.grid(
            x, y, high, wide, cell, words=outer_words, strong=is_inside, size=11,
            fill=lambda r, c: s.soft(s.accent, 1.2) if is_inside(r, c) else s.soft(s.hue(3 if d.cut else 1), 0.5),
        )  # fmt: skip
        s.frame(x + cell, y + rim * cell, columns * cell, rows * cell)
        if d.cut:
            for r in range(high):
                for c in range(wide):
                    if not is_inside(r, c):
                        s.cross(x + c * cell, y + r * cell, cell, s.soft(s.theme.color("error"), 2.2))

    def draw_inner(x: float, y: float) -> None:
        s.grid(
            x, y, rows, columns, cell, words=lambda r, c: str(small[r][c]), size=11,
            fill=lambda _r, _c: s.soft(s.accent, 1.2),
        )  # fmt: skip

    if d.rank == 2:
        outer, inner = wide * cell, columns * cell
        x = (WIDTH - outer - inner - 40) / 2
        top, mid = (HEIGHT - high * cell) / 2, (HEIGHT - rows * cell) / 2
        if d.cut:
            draw_outer(x, top)
            s.arrow(x + outer + 8, HEIGHT / 2, x + outer + 32, HEIGHT / 2)
            draw_inner(x + outer + 40, mid)
        else:
            draw_inner(x, mid)
            s.arrow(x + inner + 8, HEIGHT / 2, x + inner + 32, HEIGHT / 2)
            draw_outer(x + inner + 40, top)
        return
    inner_x, outer_x = (WIDTH - columns * cell) / 2, (WIDTH - wide * cell) / 2
    s.arrow(WIDTH / 2, 18 + cell + 4, WIDTH / 2, HEIGHT - 18 - cell - 4)
    if d.cut:
        draw_outer(outer_x, 18)
        draw_inner(inner_x, HEIGHT - 18 - cell)
    else:
        draw_inner(inner_x, 18)
        draw_outer(outer_x, HEIGHT - 18 - cell)


def _border_of_volume(s: Sketch, *, cut: bool) -> None:
    cell = 15.0
    small, large = (2, 2, 2), (4, 4, 4)
    blue = ((0, 2), (0, 2), (0, 2))
    wide, high, rise = s.block_size(small, cell)
    out_wide, out_high, out_rise = s.block_size(large, cell)
    x = (WIDTH - wide - out_wide - 56) / 2

    def inner(left: float) -> None:
        s.block(left, (HEIGHT - high) / 2 + rise, small, cell, part=blue)

    def outer(left: float) -> None:
        top = (HEIGHT - out_high) / 2 + out_rise
        middle_x, middle_y = left + cell + cell * 0.5, top + cell - cell * 0.36
        s.block(middle_x, middle_y, small, cell, part=blue)
        s.painter.save()
        s.painter.setOpacity(0.45)
        s.block(left, top, large, cell, faint=True)
        s.painter.restore()

    if cut:
        outer(x)
        s.arrow(x + out_wide + 12, HEIGHT / 2, x + out_wide + 44, HEIGHT / 2)
        inner(x + out_wide + 56)
    else:
        inner(x)
        s.arrow(x + wide + 12, HEIGHT / 2, x + wide + 44, HEIGHT / 2)
        outer(x + wide + 56)


def enlarged(values: tuple[tuple[float, ...], ...], *, blended: bool) -> list[list[float]]:
    """A grid twice as large, as Keras's UpSampling2D makes it: nearest, or bilinear with half-pixel centres."""
    rows, columns = len(values), len(values[0])

    def sample(row: float, column: float) -> float:
        row, column = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
        top, left = int(row), int(column)
        down, right = row - top, column - left
        low, far = min(top + 1, rows - 1), min(left + 1, columns - 1)
        upper = values[top][left] * (1 - right) + values[top][far] * right
        lower = values[low][left] * (1 - right) + values[low][far] * right
        return upper * (1 - down) + lower * down

    if not blended:
        return [[values[row // 2][column // 2] for column in range(2 * columns)] for row in range(2 * rows)]
    return [
        [sample((row - 0.5) / 2, (column - 0.5) / 2) for column in range(2 * columns)]
        for row in range(2 * rows)
    ]


@draws(Enlarged)
def _paint_enlarged(s: Sketch, d: Enlarged) -> None:
    if d.rank == 3:
        cell = 26.0
        wide, high, rise = s.block_size((2, 2, 2), cell / 2)
        out_wide, out_high, out_rise = s.block_size((4, 4, 4), 14.5)
        x = (WIDTH - wide - out_wide - 56) / 2
        s.block(x, (HEIGHT - high) / 2 + rise, (2, 2, 2), cell / 2, part=((1, 2), (0, 1), (0, 1)))
        s.arrow(x + wide + 12, HEIGHT / 2, x + wide + 44, HEIGHT / 2)
        s.block(
            x + wide + 56, (HEIGHT - out_high) / 2 + out_rise, (4, 4, 4), 14.5, part=((2, 4), (0, 2), (0, 2))
        )
        return
    if d.rank == 1:
        cell, values = 26.0, (3.0, 1.0, 4.0)
        x, out = (WIDTH - 3 * cell) / 2, (WIDTH - 6 * cell) / 2
        for number in range(6):
            s.stroke(
                x + (number // 2 + 0.5) * cell, 14 + cell, out + (number + 0.5) * cell, 82,
                color=s.soft(s.hue(number // 2), 2.2), width=1.6,
            )  # fmt: skip
        s.numbers(x, 14, [values], cell, fill=lambda _r, c: s.soft(s.hue(c), 1.3), size=13)
        doubled = [[values[number // 2] for number in range(6)]]
        s.numbers(out, 82, doubled, cell, fill=lambda _r, c: s.soft(s.hue(c // 2), 1.3), size=13)
        return
    grid = ((0.0, 4.0), (8.0, 12.0))
    result = enlarged(grid, blended=d.blended)
    cell = 25.0
    x = (WIDTH - 6 * cell - 50) / 2

    def tint(value: float, block: int) -> object:
        return s.soft(s.accent, 0.15 + value / 5) if d.blended else s.soft(s.hue(block), 1.2)

    s.numbers(x, HEIGHT / 2 - cell, grid, cell, size=12, fill=lambda r, c: tint(grid[r][c], 2 * r + c))  # type: ignore[arg-type, return-value]
    s.arrow(x + 2 * cell + 10, HEIGHT / 2, x + 2 * cell + 40, HEIGHT / 2)
    s.numbers(
        x + 2 * cell + 50, HEIGHT / 2 - 2 * cell, result, cell, size=12,
        fill=lambda r, c: tint(result[r][c], 2 * (r // 2) + c // 2),  # type: ignore[arg-type, return-value]
    )  # fmt: skip


@draws(BlockEnd)
def _paint_block_end(s: Sketch, d: BlockEnd) -> None:
    color = s.theme.category("block")
    s.painter.setPen(QPen(color, 1.8))
    s.painter.setBrush(s.soft(color, 0.5))
    s.painter.drawRoundedRect(QRectF(70, 16, 120, 88), 8, 8)
    middle = WIDTH / 2
    s.box(middle - 26, 34, 52, 18, fill=s.soft(s.hue(0), 1.2))
    s.box(middle - 26, 68, 52, 18, fill=s.soft(s.hue(1), 1.2))
    s.stroke(middle, 52, middle, 68, color=s.muted)
    for y1, y2, lit in ((2.0, 34.0, d.inwards), (86.0, 118.0, not d.inwards)):
        s.arrow(middle, y1, middle, y2, color=s.accent if lit else s.line, width=2.4 if lit else 1.3)
    s.disc(middle, 16 if d.inwards else 104, 4.5, s.accent)
