"""The ground of the canvas with its dots, which keep about the same distance on the screen at every zoom."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from cnnstudio.ui.canvas.look import Look

SPACING = 24.0
"""Between dots at 100 %, in pixels."""


def paint_backdrop(painter: QPainter, exposed: QRectF, look: Look) -> None:
    """Fill `exposed` (scene pixels) with the ground and its dots."""
    transform = painter.worldTransform()
    area = transform.mapRect(exposed)
    spacing = SPACING * transform.m11()
    spacing *= 2.0 ** -math.floor(math.log2(spacing / 16))  # 16 to 32 pixels
    side = max(round(spacing), 1)
    painter.save()
    painter.resetTransform()
    painter.fillRect(area, look.canvas)
    offset = QPointF((area.left() - transform.dx()) % side, (area.top() - transform.dy()) % side)
    painter.drawTiledPixmap(area, _tile(side, look, painter.device().devicePixelRatioF()), offset)
    painter.restore()


_tiles: dict[tuple[int, str, float], QPixmap] = {}


def _tile(side: int, look: Look, ratio: float) -> QPixmap:
    key = side, look.dot.name(), ratio
    tile = _tiles.get(key)
    if tile is None:
        if len(_tiles) > 64:
            _tiles.clear()
        tile = QPixmap(round(side * ratio), round(side * ratio))
        tile.setDevicePixelRatio(ratio)
        tile.fill(look.canvas)
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.dot)
        painter.drawEllipse(QPointF(1.25, 1.25), 1.1, 1.1)
        painter.end()
        _tiles[key] = tile
    return tile
