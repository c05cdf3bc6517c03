"""Shapes that tell curves apart without colour, as paths and as icons."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QTransform,
)

STYLES = 8
"""How many runs look different; the ninth looks like the first."""


def marker_path(style: int) -> QPainterPath:
    """The marker of run number `style`, one unit wide around the origin."""
    path = QPainterPath()
    kind = style % STYLES
    if kind == 0:
        path.addEllipse(QPointF(0, 0), 0.5, 0.5)
    elif kind == 1:
        path.addRect(QRectF(-0.44, -0.44, 0.88, 0.88))
    else:
        path.addPolygon(_polygon(kind))
        path.closeSubpath()
    return path


def _polygon(kind: int) -> QPolygonF:
    corners, turn, star = {
        2: (3, -90.0, False),
        3: (4, -90.0, False),
        4: (3, 90.0, False),
        5: (5, -90.0, False),
        6: (10, -90.0, True),
        7: (6, 0.0, False),
    }[kind]
    points = []
    for index in range(corners):
        radius = 0.27 if star and index % 2 else 0.58
        angle = math.radians(turn + 360.0 * index / corners)
        points.append(QPointF(radius * math.cos(angle), radius * math.sin(angle)))
    return QPolygonF(points)


def marker_icon(style: int, color: QColor, size: int = 12) -> QIcon:
    """The marker of a run as an icon, for tables."""
    pixmap, painter = _canvas(size, max(QGuiApplication.primaryScreen().devicePixelRatio(), 2.0))
    painter.translate(size / 2, size / 2)
    painter.scale(size * 0.8, size * 0.8)
    painter.fillPath(marker_path(style), color)
    painter.end()
    return QIcon(pixmap)


@lru_cache(maxsize=64)
def marker_stamp(style: int, outline: int, fill: int, size: float, ratio: float) -> QPixmap:
    """The marker of a run, `size` pixels across, in the middle of a square picture for a screen of `ratio`.

    Colours are `QColor.rgba()`. Many of these are drawn far quicker than as many paths.
    """
    pixmap, painter = _canvas(math.ceil(size) + 4, ratio)
    middle = pixmap.width() / ratio / 2
    painter.translate(middle, middle)
    painter.setPen(QPen(QColor.fromRgba(outline), 1.5))
    painter.setBrush(QColor.fromRgba(fill))
    painter.drawPath(QTransform.fromScale(size, size).map(marker_path(style)))
    painter.end()
    return pixmap


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """`share` of `color` on `ground`, opaque: quicker to paint than a transparent colour."""
    return QColor.fromRgbF(
        color.redF() * share + ground.redF() * (1 - share),
        color.greenF() * share + ground.greenF() * (1 - share),
        color.blueF() * share + ground.blueF() * (1 - share),
    )


def _canvas(size: int, ratio: float) -> tuple[QPixmap, QPainter]:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return pixmap, painter
