"""Blocks as small networks: a tile for each layer in its category's colour, data flowing from left to right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen

from cnnstudio.core.drawings import BlockLayout, BlockTile
from cnnstudio.ui.drawings.kinds import draws
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH, Sketch
from cnnstudio.ui.icons import layer_icon_name, paint_icon

LARGEST, SMALLEST = 26.0, 5.0
MARKED = 14.0
"""The smallest tile that says how large its window is."""
SIDE, TOP, BOTTOM = 8.0, 8.0, 14.0
WORDS = 12.0


@draws(BlockLayout)
def _paint_block(s: Sketch, d: BlockLayout) -> None:
    rows = max(tile.along for tile in d.tiles)
    columns = max(tile.across for tile in d.tiles)
    room = QRectF(SIDE, TOP, WIDTH - 2 * SIDE, HEIGHT - TOP - BOTTOM - (WORDS if d.repeat > 1 else 0))
    side = max(SMALLEST, min(LARGEST, room.width() / (rows + 1) * 0.72, room.height() / (columns + 1) * 0.6))
    step = min((room.width() - side) / rows if rows else 0.0, 2.4 * side)
    across = min((room.height() - side) / columns if columns else 0.0, 2.0 * side)
    start = QPointF(room.center().x() - step * rows / 2, room.center().y() - across * columns / 2)
    centres = [QPointF(start.x() + step * t.along, start.y() + across * t.across) for t in d.tiles]
    bend = _free_side(room, start, across * columns, side)
    s.painter.setBrush(Qt.BrushStyle.NoBrush)
    s.painter.setPen(QPen(s.muted, 1.2))
    for source, target in d.wires:
        passed = [c for n, c in enumerate(centres) if n not in (source, target)]
        first = centres[source] + QPointF(_half(d.tiles[source], side), 0)
        last = centres[target] - QPointF(_half(d.tiles[target], side), 0)
        s.painter.drawPath(_wire(first, last, step, side, passed, bend))
    for tile, centre in zip(d.tiles, centres, strict=True):
        _paint_tile(s, tile, QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side))
    if d.repeat > 1:
        s.note(WIDTH / 2, HEIGHT - WORDS / 2 - 2, f"×{d.repeat}", size=10)


def _free_side(room: QRectF, start: QPointF, height: float, side: float) -> float:
    """How far a wire that would run through tiles bends upward."""
    above = start.y() - side / 2 - room.top()
    return min(max(above, side * 0.75), side * 1.4) if above > side * 0.6 or height == 0 else side * 0.9


def _wire(
    first: QPointF, last: QPointF, step: float, side: float, passed: list[QPointF], bend: float
) -> QPainterPath:
    """From port to port: level as long as nothing lies there, at the height of its start or else of its end."""
    path = QPainterPath(first)
    turn = min(max(step - side, side * 0.4), last.x() - first.x())
    if not _is_taken(first.y(), first.x(), last.x(), side, passed):
        path.lineTo(last.x() - turn, first.y())
        _swing(path, last)
    elif not _is_taken(last.y(), first.x(), last.x(), side, passed):
        _swing(path, QPointF(first.x() + turn, last.y()))
        path.lineTo(last)
    else:
        level = min(first.y(), last.y()) - side / 2 - bend
        turn = min(side, (last.x() - first.x()) / 3)
        _swing(path, QPointF(first.x() + turn, level))
        path.lineTo(last.x() - turn, level)
        _swing(path, last)
    return path


def _swing(path: QPainterPath, end: QPointF) -> None:
    """Leave level, arrive level."""
    start = path.currentPosition()
    middle = (start.x() + end.x()) / 2
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)


def _is_taken(level: float, left: float, right: float, side: float, passed: list[QPointF]) -> bool:
    """Whether a tile lies at this height between two places."""
    return any(left < tile.x() < right and abs(level - tile.y()) < side * 0.7 for tile in passed)


def _half(tile: BlockTile, side: float) -> float:
    """How far a tile reaches from its middle."""
    return side * (0.2 if tile.is_end else 0.5)


def _paint_tile(s: Sketch, tile: BlockTile, box: QRectF) -> None:
    if tile.is_end:
        half = _half(tile, box.width())
        small = QRectF(box.center().x() - half, box.center().y() - half, 2 * half, 2 * half)
        s.painter.setPen(QPen(s.accent, 1.2))
        s.painter.setBrush(s.paper)
        s.painter.drawEllipse(small)
        return
    color = s.theme.category(tile.category)
    radius = min(4.0, box.width() / 5)
    surface = s.theme.color("surface")
    for away in (3.0, 0.0) if tile.is_block else (0.0,):
        sheet = box.translated(away, away)
        s.painter.setPen(QPen(color, 1.0))
        s.painter.setBrush(surface)
        s.painter.drawRoundedRect(sheet, radius, radius)
        s.painter.setBrush(s.soft(color))
        s.painter.drawRoundedRect(sheet, radius, radius)
    inset = box.width() * 0.16
    name = layer_icon_name(tile.type, tile.category)
    paint_icon(s.painter, name, box.adjusted(inset, inset, -inset, -inset), color)
    if tile.mark and box.width() >= MARKED:
        below = box.bottom() + (9 if tile.is_block else 6)
        s.note(box.center().x(), below, tile.mark, size=8)
