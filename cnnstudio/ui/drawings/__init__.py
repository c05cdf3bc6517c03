"""The drawings beside the layers' help: which kinds there are, and one of them painted into a rectangle."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter

from cnnstudio.core.drawings import Drawing
from cnnstudio.ui.drawings import blocks, channels, curves, pictures, pooling, shapes, values, windows, words
from cnnstudio.ui.drawings.kinds import PAINTERS
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH, Sketch
from cnnstudio.ui.theme import Theme

__all__ = [
    "blocks",
    "can_paint",
    "channels",
    "curves",
    "paint_drawing",
    "pictures",
    "pooling",
    "shapes",
    "values",
    "windows",
    "words",
]


def can_paint(drawing: Drawing | None) -> bool:
    """Whether there is a painter for this kind."""
    return type(drawing) in PAINTERS


def paint_drawing(painter: QPainter, rect: QRectF, drawing: Drawing, theme: Theme, font: QFont) -> None:
    """Paint a drawing as large as fits, in the middle of `rect`. Raises KeyError for a kind without a painter."""
    scale = min(rect.width() / WIDTH, rect.height() / HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - WIDTH * scale / 2, rect.center().y() - HEIGHT * scale / 2)
    painter.scale(scale, scale)
    PAINTERS[type(drawing)](Sketch(painter, theme, font), drawing)
    painter.restore()
