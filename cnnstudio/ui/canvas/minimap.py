"""The small map in the canvas's corner: all cards, and a rectangle around what is seen, which can be dragged.

It is drawn from the diagram in one batch per category, a moment after the last change, and kept as a picture.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.canvas.geometry import Rect

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView

LARGEST = QSize(128, 128)
SMALLEST = 40
AT_REST = 0.72
"""How opaque it is while the pointer is elsewhere: what it covers stays to be guessed."""
MOST_SPARED = 200
"""Of more selected cards some lie in every corner, and looking for them takes long."""
MARGIN = 12
"""To the canvas's edge."""
PADDING = 8
DELAY_MS = 60
"""From a change to the map showing it: cards that are dragged change with every move of the mouse."""


class Minimap(QWidget):
    """Hidden when everything is in view, while a gesture runs on the canvas, and when it is switched off."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.setObjectName("minimap")
        self.setAccessibleName(self.tr("Map of the network"))
        self.setToolTip(self.tr("Drag to look at another part of the network"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._view = view
        self._is_on = True
        self._in_the_way = False
        self._content = Rect(0, 0, 0, 0)
        self._picture: QPixmap | None = None
        self._grip = QPointF()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.renew)
        self.hide()
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self._on_scrolled)
        view.session.selection_changed.connect(self._on_selection)

    @property
    def is_on(self) -> bool:
        """Whether it is shown when there is something out of view."""
        return self._is_on

    def switch(self, on: bool) -> None:
        """Show it where it is useful, or never."""
        self._is_on = on
        self.renew()

    def make_way(self, needed: bool) -> None:
        """Be gone while a gesture runs on the canvas, which may need what is below."""
        if needed != self._in_the_way:
            self._in_the_way = needed
            self.resettle()

    @property
    def is_waiting(self) -> bool:
        """Whether it will be drawn anew in a moment."""
        return self._timer.isActive()

    def forget(self) -> None:
        """Something changed: draw anew in a moment."""
        self._timer.start()

    def renew(self) -> None:
        """Draw anew, and be seen where not everything is in view."""
        self._timer.stop()
        self._picture = None
        bounds = self._view.canvas.diagram.bounds if self._is_on else None
        if bounds is None:
            self.hide()
            return
        self._content = bounds.grown(40)
        self.resettle()

    def resettle(self) -> None:
        """Take the place that the size of canvas and network leaves; hide when there is nothing to show."""
        size = self._size()
        if not self._is_on or self._in_the_way or size.isEmpty() or self._shows_all():
            self.hide()
            return
        if size != self.size():
            self._picture = None
        self.setGeometry(self._place(size))
        self.show()
        self.raise_()
        self.update()

    def frame(self) -> QRectF:
        """The rectangle around what is seen, in pixels of the map; it reaches beyond it where the view does."""
        seen = self._view.viewpoint.visible_rect()
        scale, origin = self._scale(), self._origin()
        return QRectF(
            origin.x() + (seen.left - self._content.left) * scale,
            origin.y() + (seen.top - self._content.top) * scale,
            seen.width * scale,
            seen.height * scale,
        )

    def _place(self, size: QSize) -> QRect:
        """The lower right corner, or the next one where no selected card is covered."""
        area = self._view.viewport().rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        right, low = area.right() - size.width() + 1, area.bottom() - size.height() + 1
        corners = [QPoint(right, low), QPoint(area.left(), low), QPoint(right, area.top()), area.topLeft()]
        known, chosen = self._view.canvas.diagram.cards, self._view.session.selection
        if len(chosen) > MOST_SPARED:
            return QRect(corners[0], size)
        selected = [self._view.node_place(node_id) for node_id in chosen if node_id in known]
        places = [QRect(corner, size) for corner in corners]
        return next((place for place in places if not any(map(place.intersects, selected))), places[0])

    def _on_scrolled(self) -> None:
        if not self._is_on or self._content.width == 0 or self._in_the_way:
            return
        held = bool(QGuiApplication.mouseButtons()) and self.underMouse()  # it must not leave the hand
        if not held or self._shows_all() == self.isVisibleTo(self._view):
            self.resettle()
        else:
            self.update()

    def _on_selection(self, _selection: frozenset[str]) -> None:
        self.resettle()

    def _shows_all(self) -> bool:
        content, seen = self._content.grown(-40), self._view.viewpoint.visible_rect()
        return (
            seen.left <= content.left
            and content.right <= seen.right
            and seen.top <= content.top
            and content.bottom <= seen.bottom
        )

    def _size(self) -> QSize:
        """As the network is shaped, no more than a third of the canvas."""
        room = LARGEST.boundedTo(self._view.viewport().size() / 3)
        if min(room.width(), room.height()) < SMALLEST or self._content.width <= 0:
            return QSize()
        scale = min(
            (room.width() - 2 * PADDING) / self._content.width,
            (room.height() - 2 * PADDING) / self._content.height,
        )
        return QSize(
            max(math.ceil(self._content.width * scale) + 2 * PADDING, SMALLEST),
            max(math.ceil(self._content.height * scale) + 2 * PADDING, SMALLEST),
        )

    def _scale(self) -> float:
        return min(
            (self.width() - 2 * PADDING) / max(self._content.width, 1.0),
            (self.height() - 2 * PADDING) / max(self._content.height, 1.0),
        )

    def _origin(self) -> QPointF:
        """Where the network's upper left corner is: the network is in the middle of a map that is wider or taller."""
        scale = self._scale()
        return QPointF(
            (self.width() - self._content.width * scale) / 2,
            (self.height() - self._content.height * scale) / 2,
        )

    def _draw(self) -> QPixmap:
        ratio, look = self.devicePixelRatioF(), self._view.canvas.look
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(look.surface)
        ground.setAlpha(235)
        painter.setBrush(ground)
        painter.setPen(look.border)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
        painter.translate(self._origin())
        painter.scale(self._scale(), self._scale())
        painter.translate(-self._content.left, -self._content.top)
        painter.setPen(Qt.PenStyle.NoPen)
        for brush, rects in self._view.canvas.node_layer.blocks():
            painter.setBrush(brush)
            painter.drawRects(rects)
        painter.end()
        return picture

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture is None or self._picture.devicePixelRatioF() != self.devicePixelRatioF():
            self._picture = self._draw()
        look = self._view.canvas.look
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.underMouse() else AT_REST)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = QColor(look.accent)
        fill.setAlpha(28)
        painter.setBrush(fill)
        painter.setPen(QPen(look.accent, 1.5))
        inside = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(self.frame().intersected(inside), 2, 2)
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.resettle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        frame = self.frame()
        held = frame.contains(event.position())
        self._grip = event.position() - frame.center() if held else QPointF()
        self._look_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # or the canvas below would hear of it

    def _look_at(self, point: QPointF) -> None:
        """Bring a point of the map to the middle of the view, but none at which no layer would be seen."""
        place, scale, content = point - self._grip - self._origin(), self._scale(), self._content
        seen = self._view.viewpoint.visible_rect()
        self._view.viewpoint.centre_on(
            QPointF(
                _within(content.left + place.x() / scale, content.left, content.right, seen.width),
                _within(content.top + place.y() / scale, content.top, content.bottom, seen.height),
            )
        )


def _within(value: float, low: float, high: float, seen: float) -> float:
    """The nearest value between two; the middle of them where all between them is seen."""
    return (low + high) / 2 if high - low <= seen else min(max(value, low), high)
