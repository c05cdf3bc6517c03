"""How much of each card is painted: what can be read at a zoom, and what a frame has time for."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from cnnstudio.ui.canvas.diagram import Diagram
from cnnstudio.ui.canvas.geometry import Rect
from cnnstudio.ui.canvas.look import FULL_DETAIL, NAMES_ONLY, WITH_SHAPES


class Detail(IntEnum):
    """What a card shows, more and more of it."""

    BLOCK = 0
    """Its colour."""
    NAME = 1
    SHAPE = 2
    """Name and output shape in large letters."""
    FULL = 3


MOST = {Detail.FULL: 150, Detail.SHAPE: 280, Detail.NAME: 420}
"""Cards in view up to which each can be painted within a frame; no network laid out by itself has as many."""

_FROM = {Detail.FULL: FULL_DETAIL, Detail.SHAPE: WITH_SHAPES, Detail.NAME: NAMES_ONLY}


def detail(scale: float, cards: int) -> Detail:
    """What is shown of each card at this zoom, with so many in view."""
    for level in (Detail.FULL, Detail.SHAPE, Detail.NAME):
        if scale >= _FROM[level] and cards <= MOST[level]:
            return level
    return Detail.BLOCK


def detail_in_view(painter: QPainter, scale: float, diagram: Diagram) -> Detail:
    """The same for all that `painter`'s whole surface shows, whatever part of it is painted now."""
    if scale < NAMES_ONLY:
        return Detail.BLOCK
    seen = painter.worldTransform().inverted()[0].mapRect(QRectF(painter.viewport()))
    around = Rect(seen.left(), seen.top(), seen.right(), seen.bottom())
    return detail(scale, len(diagram.cards_in(around)))
