"""What a gesture shows while it runs: a wire in hand, ghost cards, guides, a rubber band, a word on why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH
from cnnstudio.core.network import Position
from cnnstudio.ui.canvas import routing
from cnnstudio.ui.canvas.card_body import PORT, RADIUS, Body, paint_body
from cnnstudio.ui.canvas.geometry import Point, Rect
from cnnstudio.ui.canvas.layers import Layer
from cnnstudio.ui.canvas.node_face import NodeFace
from cnnstudio.ui.canvas.wire_face import painter_path

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.scene import CanvasScene

BUBBLE_ROOM = 16.0
"""Left free between a bubble's text and the edge of the view, in pixels of the screen."""


class Overlay(Layer):
    """The topmost layer. A gesture sets what it wants to show and calls `clear` at its end."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._wire: tuple[Point, Point] | None = None
        self._wire_is_refused = False
        self._ghosts: list[tuple[NodeFace, Position]] = []
        self._guides: tuple[QLineF, ...] = ()
        self._band: Rect | None = None
        self._word: tuple[str, Point] | None = None
        self._word_is_warning = False

    @property
    def word(self) -> str:
        """What is said beside the pointer."""
        return self._word[0] if self._word else ""

    @property
    def is_empty(self) -> bool:
        return not (self._wire or self._ghosts or self._guides or self._band or self._word)

    @property
    def guides(self) -> tuple[QLineF, ...]:
        return self._guides

    @property
    def ghost(self) -> Position | None:
        """Where the ghost card is, or the first of several."""
        return self._ghosts[0][1] if self._ghosts else None

    def show_wire(self, start: Point, end: Point, *, refused: bool = False) -> None:
        """A wire that is being drawn."""
        self._wire, self._wire_is_refused = (start, end), refused
        self.update()

    def hide_wire(self) -> None:
        """No wire is being drawn."""
        self._wire = None
        self.update()

    def show_ghost(self, face: NodeFace, position: Position) -> None:
        """A card that is not there yet."""
        self.show_ghosts([(face, position)])

    def show_ghosts(self, ghosts: list[tuple[NodeFace, Position]]) -> None:
        """Cards that are not there yet."""
        if ghosts != self._ghosts:
            self._ghosts = ghosts
            self.update()

    def show_guides(self, lines: tuple[QLineF, ...]) -> None:
        """Lines along which something is aligned."""
        if lines != self._guides:
            self._guides = lines
            self.update()

    def show_band(self, band: Rect) -> None:
        """The rubber band."""
        self._band = band
        self.update()

    def say(self, text: str, point: Point, *, warning: bool = False) -> None:
        """Why not, or what will be wrong (`warning`), beside the pointer; an empty text takes it away."""
        self._word_is_warning = warning
        self._word = (text, point) if text else None
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._wire = self._band = self._word = None
        self._ghosts = []
        self._guides = ()
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 - Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002 - Qt's signature
    ) -> None:
        if self.is_empty:
            return
        look = self._scene.look
        scale = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._guides:
            painter.setPen(look.guide)
            painter.drawLines(list(self._guides))
        for face, (x, y) in self._ghosts:
            painter.setOpacity(0.85)
            body = Body(face.content.category, "border_hover", face.content.inputs)
            paint_body(painter, x, y, body, look)
            face.paint(painter, x, y)
            painter.setOpacity(1)
            painter.setPen(look.ring)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(x, y, CARD_WIDTH, CARD_HEIGHT), RADIUS, RADIUS)
        if self._wire is not None:
            start, end = self._wire
            pen = QPen(look.wire_error if self._wire_is_refused else look.wire_hover)
            if self._ghosts or self._wire_is_refused:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(painter_path(routing.direct(start, end)))
            painter.setBrush(look.surface)
            painter.drawEllipse(QPointF(*end), PORT, PORT)
        if self._band is not None:
            band = self._band
            fill = QColor(look.accent)
            fill.setAlpha(48)
            pen = QPen(look.accent, 1)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(fill)
            painter.drawRect(QRectF(band.left, band.top, band.width, band.height))
        if self._word is not None:
            self._paint_word(painter, *self._word, scale)

    def _paint_word(self, painter: QPainter, text: str, point: Point, scale: float) -> None:
        """A bubble of constant size on the screen, kept beside the pointer."""
        look = self._scene.look
        painter.save()
        painter.translate(QPointF(*point))
        painter.scale(1 / scale, 1 / scale)
        painter.setFont(look.label.font)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        box = look.label.metrics.boundingRect(QRectF(0, 0, 280, 200), flags, text).translated(26, 22)
        box.translate(self._shift_inside(box, point, scale))
        outline = QPainterPath()
        outline.addRoundedRect(box.adjusted(-10, -7, 10, 7), 6, 6)
        color = look.severities["warning" if self._word_is_warning else "error"]
        painter.setPen(QPen(color, 1.25))
        painter.setBrush(look.surface)
        painter.drawPath(outline)
        painter.setPen(color)
        painter.drawText(box, flags, text)
        painter.restore()

    def _shift_inside(self, box: QRectF, point: Point, scale: float) -> QPointF:
        """How far a bubble at `point` (`box` in pixels of the screen) must move to be seen whole."""
        view = next(iter(self._scene.views()), None)
        if view is None:
            return QPointF()
        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        right = (seen.right() - point[0]) * scale - box.right() - BUBBLE_ROOM
        below = (seen.bottom() - point[1]) * scale - box.bottom() - BUBBLE_ROOM
        return QPointF(min(0.0, right), -(box.height() + 44.0) if below < 0 else 0.0)
