"""The body of a card - shadow, surface, strip, border, ports - painted once per kind and zoom, then copied.

Copying pixels is several times cheaper than filling rounded rectangles, and hundreds of cards can be in view.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap, QTransform

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH
from cnnstudio.ui.canvas.geometry import input_port, output_port
from cnnstudio.ui.canvas.look import Look

RADIUS = 6.0
STRIP = 4.0
PORT = 4.5
STACK = 3.0
"""How far the sheets under a block's card look out."""
_MARGIN = 8.0
_UNSCALED = QTransform()


@dataclass(frozen=True, slots=True)
class Body:
    """What bodies differ in. `border` names a pen of the look."""

    category: str
    border: str
    inputs: int
    is_block: bool = False
    outputs: int = 1


def paint_body(painter: QPainter, x: float, y: float, body: Body, look: Look) -> None:
    """The body of the card at `(x, y)`, in vectors."""
    if body.is_block:
        for offset in (2 * STACK, STACK):
            painter.setPen(look.border)
            painter.setBrush(look.surface)
            sheet = QRectF(x + offset + 0.5, y + offset + 0.5, CARD_WIDTH - 1, CARD_HEIGHT - 1)
            painter.drawRoundedRect(sheet, RADIUS, RADIUS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.shadow)
    painter.drawRoundedRect(QRectF(x - 1, y + 1, CARD_WIDTH + 2, CARD_HEIGHT + 2), RADIUS + 1, RADIUS + 1)
    painter.setBrush(look.surface)
    outline = QRectF(x + 0.5, y + 0.5, CARD_WIDTH - 1, CARD_HEIGHT - 1)
    painter.drawRoundedRect(outline, RADIUS, RADIUS)
    painter.setBrush(look.strip(body.category))
    painter.drawPath(_STRIP.translated(x, y))
    pen: QPen = getattr(look, body.border)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_EDGE.translated(x, y))
    painter.setPen(look.port)
    painter.setBrush(look.surface)
    for number in range(body.inputs):
        painter.drawEllipse(QPointF(*input_port(x, y, number, body.inputs)), PORT, PORT)
    for number in range(body.outputs):
        painter.drawEllipse(QPointF(*output_port(x, y, number, body.outputs)), PORT, PORT)


class BodyStock:
    """Bodies as pixmaps for one zoom at a time."""

    def __init__(self) -> None:
        self._pixmaps: dict[Body, QPixmap] = {}
        self._for: tuple[Look, float, float] | None = None
        self._world = _UNSCALED

    def prepare(self, painter: QPainter, look: Look) -> None:
        """Bodies are painted by this painter from now on; its transform is a scale and an offset."""
        self._world = painter.worldTransform()
        wanted = look, self._world.m11(), painter.device().devicePixelRatioF()
        if self._for != wanted:
            self._pixmaps.clear()
            self._for = wanted

    def paint(self, painter: QPainter, x: float, y: float, body: Body) -> None:
        """Copy the body of the card at `(x, y)`."""
        assert self._for is not None
        look, scale, ratio = self._for
        world = self._world
        pixmap = self._pixmaps.get(body)
        if pixmap is None:
            pixmap = self._pixmaps[body] = _rendered(body, look, scale, ratio)
        left = round(((x - _MARGIN) * scale + world.dx()) * ratio) / ratio
        top = round(((y - _MARGIN) * scale + world.dy()) * ratio) / ratio
        painter.setWorldTransform(_UNSCALED)
        painter.drawPixmap(QPointF(left, top), pixmap)
        painter.setWorldTransform(world)


def _rendered(body: Body, look: Look, scale: float, ratio: float) -> QPixmap:
    pixmap = QPixmap(
        math.ceil((CARD_WIDTH + 2 * _MARGIN) * scale * ratio),
        math.ceil((CARD_HEIGHT + 2 * _MARGIN) * scale * ratio),
    )
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    paint_body(painter, _MARGIN, _MARGIN, body, look)
    painter.end()
    return pixmap


def _paths() -> tuple[QPainterPath, QPainterPath]:
    """The strip, and the outline without the strip's part."""
    whole = QPainterPath()
    whole.addRoundedRect(QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT), RADIUS, RADIUS)
    band = QPainterPath()
    band.addRect(QRectF(0, 0, STRIP, CARD_HEIGHT))
    edge = QPainterPath(QPointF(STRIP, 0.5))
    right, bottom, corner = CARD_WIDTH - 0.5, CARD_HEIGHT - 0.5, 2 * RADIUS
    edge.lineTo(right - RADIUS, 0.5)
    edge.arcTo(QRectF(right - corner, 0.5, corner, corner), 90, -90)
    edge.lineTo(right, bottom - RADIUS)
    edge.arcTo(QRectF(right - corner, bottom - corner, corner, corner), 0, -90)
    edge.lineTo(STRIP, bottom)
    return whole.intersected(band), edge


_STRIP, _EDGE = _paths()
