"""Drawings in which channels are what matters: kernels by channel and by group, shuffling, dropping, joining."""

from __future__ import annotations

from PySide6.QtGui import QColor

from cnnstudio.core.drawings import (
    ChannelKernels,
    DroppedChannels,
    GroupedChannels,
    JoinedChannels,
    NeighbouringChannels,
    ShuffledChannels,
)
from cnnstudio.ui.drawings.kinds import draws
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH, Sketch


def plane(s: Sketch, x: float, y: float, rank: int, color: QColor, *, cells: int, cell: float) -> float:
    """One channel: a strip, a square or a cube around the height `y`; gives its width."""
    tint = s.soft(color)
    if rank == 1:
        s.grid(x, y - cell / 2, 1, cells, cell, fill=lambda _r, _c: tint)
        return cells * cell
    if rank == 2:
        s.grid(x, y - cells * cell / 2, cells, cells, cell, fill=lambda _r, _c: tint)
        return cells * cell
    cube = (cells, cells, cells)
    wide, high, rise = s.block_size(cube, cell * 0.8)
    everything = ((0, cells), (0, cells), (0, cells))
    s.block(x, y - high / 2 + rise, cube, cell * 0.8, part=everything, color=color)
    return wide


@draws(ChannelKernels)
def _paint_channel_kernels(s: Sketch, d: ChannelKernels) -> None:
    cell = 8.0 if d.rank == 2 else 11.0
    rows = (21.0, 60.0, 99.0)
    x = 8.0 if d.mixes else 34.0
    gap = 10.0 if d.mixes else 20.0
    end = 0.0
    for number, y in enumerate(rows):
        color = s.hue(number)
        left = x + plane(s, x, y, d.rank, color, cells=4 if d.rank == 2 else 5, cell=cell)
        s.text(left + gap, y, "∗", size=13, color=s.muted)
        left += 2 * gap
        rows_of_kernel = 1 if d.rank == 1 else 3
        strong = s.soft(color, 1.8)
        s.grid(left, y - rows_of_kernel * cell / 2, rows_of_kernel, 3, cell, fill=lambda _r, _c, k=strong: k)  # type: ignore[misc]
        left += 3 * cell
        s.arrow(left + 5, y, left + 2 * gap - 3, y)
        left += 2 * gap
        end = left + plane(s, left, y, d.rank, color, cells=2 if d.rank == 2 else 3, cell=cell)
    if not d.mixes:
        return
    target = WIDTH - 34
    for to in (40.0, 80.0):
        for number, y in enumerate(rows):
            s.stroke(end + 3, y, target - 9, to, color=s.soft(s.hue(number), 2.2), width=1.4)
    for to in (40.0, 80.0):
        s.disc(target, to, 9, s.paper, outline=s.accent)
        s.text(target, to - 0.5, "Σ", size=10, bold=True)
        s.arrow(target + 10, to, target + 28, to, color=s.accent)
    s.note(target - 2, HEIGHT - 8, "1×1" if d.rank == 2 else "1")


@draws(GroupedChannels)
def _paint_grouped_channels(s: Sketch, _d: GroupedChannels) -> None:
    side, x, out = 21.0, 52.0, WIDTH - 52 - 21.0
    heights = (4.0, 30.0, 68.0, 94.0)
    for number, y in enumerate(heights):
        group = number // 2
        for other in (2 * group, 2 * group + 1):
            color = s.soft(s.hue(group), 2.4)
            s.stroke(x + side + 2, y + side / 2, out - 2, heights[other] + side / 2, color=color, width=1.5)
    for number, y in enumerate(heights):
        tint = s.soft(s.hue(number // 2), 1.2)
        s.grid(x, y, 3, 3, side / 3, fill=lambda _r, _c, k=tint: k)  # type: ignore[misc]
        s.grid(out, y, 3, 3, side / 3, fill=lambda _r, _c, k=tint: k)  # type: ignore[misc]
    for group in (0, 1):
        s.frame(x - 6, heights[2 * group] - 3, side + 12, 53, s.soft(s.hue(group), 2.2))
    s.stroke(30, HEIGHT / 2, WIDTH - 30, HEIGHT / 2, dotted=True)


@draws(ShuffledChannels)
def _paint_shuffled_channels(s: Sketch, _d: ShuffledChannels) -> None:
    width, gap = 26.0, 8.0
    start = (WIDTH - 6 * width - 5 * gap) / 2
    order = [channel + 3 * group for channel in range(3) for group in range(2)]

    def left(place: int) -> float:
        return start + place * (width + gap)

    for place, channel in enumerate(order):
        color = s.soft(s.hue(channel // 3), 2.4)
        s.stroke(left(channel) + width / 2, 34, left(place) + width / 2, 86, color=color, width=1.8)
    for place in range(6):
        for channel, y in ((place, 10.0), (order[place], 86.0)):
            s.box(left(place), y, width, 24, fill=s.soft(s.hue(channel // 3), 1.3))
            s.text(left(place) + width / 2, y + 12, "ab"[channel // 3] + str(channel % 3 + 1), size=10)


@draws(DroppedChannels)
def _paint_dropped_channels(s: Sketch, d: DroppedChannels) -> None:
    dropped = (1, 2)
    cell = {1: 9.0, 2: 9.0, 3: 12.0}[d.rank]
    for side, x in enumerate((34.0, 158.0)):
        for number in range(4):
            down, across = (number, 0) if d.rank == 1 else divmod(number, 2)
            y = 17 + down * 29 if d.rank == 1 else 33 + down * 54
            left = x + across * (42 if d.rank == 2 else 44) - (2 if d.rank == 3 else 0)
            gone = side == 1 and number in dropped
            color = s.line if gone else s.hue(number)
            cells = 7 if d.rank == 1 else 4 if d.rank == 2 else 2
            wide = plane(s, left, y, d.rank, color, cells=cells, cell=cell)
            if gone:
                s.cross(left + wide / 2 - 13, y - 13, 26)
            elif side == 1:
                s.text(left + wide / 2, y, "×2", size=11, bold=True)
    s.arrow(121, HEIGHT / 2, 147, HEIGHT / 2)


@draws(JoinedChannels)
def _paint_joined_channels(s: Sketch, _d: JoinedChannels) -> None:
    side, step = 34.0, 11.0

    def stack(x: float, y: float, colors: list[QColor]) -> None:
        for number in reversed(range(len(colors))):
            left, top = x + number * step, y - number * step * 0.55
            s.box(left, top, side, side, fill=s.theme.color("surface"))
            s.box(left, top, side, side, fill=s.soft(colors[number], 1.3))

    first, second = [s.hue(0)] * 2, [s.hue(1)] * 3
    stack(16, 14, first)
    stack(16, 80, second)
    s.note(16 + side + 29, 32, "2")
    s.note(16 + side + 38, 98, "3")
    s.arrow(94, 34, 130, 54)
    s.arrow(100, 90, 130, 70)
    stack(146, 56, [*first, *second])
    s.text(146 + side + 20, 104, "2 + 3 = 5", size=11, bold=True)


@draws(NeighbouringChannels)
def _paint_neighbouring_channels(s: Sketch, _d: NeighbouringChannels) -> None:
    heights = (16.0, 30.0, 22.0, 52.0, 40.0, 26.0, 14.0, 34.0, 20.0)
    width, gap, floor = 16.0, 8.0, 84.0
    x = (WIDTH - len(heights) * (width + gap) + gap) / 2
    for number, high in enumerate(heights):
        left = x + number * (width + gap)
        near = abs(number - 4) <= 2
        color = s.soft(s.accent, 2.4) if number == 4 else s.soft(s.hue(1), 1.3) if near else s.paper
        s.box(left, floor - high, width, high, fill=color)
    s.frame(x + 2 * (width + gap) - 4, floor - 62, 5 * (width + gap), 66, s.hue(1))
    s.stroke(x - 4, floor, WIDTH - x + 4, floor)
    s.text(WIDTH / 2, 103, "x / (k + α/5 · Σ x²)^β", size=11)
