"""Which part of the canvas is seen, and how large: scrolling, zooming to a point, fitting."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from cnnstudio.ui.canvas.geometry import Rect

SMALLEST, LARGEST = 0.005, 4.0
STEP = 1.2
"""One notch of the wheel."""
MARGIN = 48
"""Left free around what is fitted, in pixels of the screen."""
FIRST_MARGIN = 20
"""The same where a network is shown for the first time: its size matters more than its frame."""
LEGIBLE = 0.75
"""The zoom at which the upper part of a network too wide for the view is shown."""
OVERVIEW = 0.45
"""The smallest zoom at which the first look shows all: names are still read there. Longer networks begin at their top."""


class Viewpoint:
    """The zoom and scroll position of one view."""

    def __init__(self, view: QGraphicsView) -> None:
        self._view = view
        self._width = 0
        view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def scale(self) -> float:
        """The zoom; 1.0 is 100 %."""
        return self._view.transform().m11()

    @property
    def place(self) -> tuple[float, int, int]:
        """Zoom and scroll position, to tell whether they changed since."""
        view = self._view
        return self.scale, view.horizontalScrollBar().value(), view.verticalScrollBar().value()

    def visible_rect(self) -> Rect:
        """What is seen, in scene pixels."""
        rect = self._view.mapToScene(self._view.viewport().rect()).boundingRect()
        return Rect(rect.left(), rect.top(), rect.right(), rect.bottom())

    def scroll_by(self, offset: QPoint) -> None:
        """Scroll by pixels of the screen."""
        for bar, pixels in (
            (self._view.horizontalScrollBar(), offset.x()),
            (self._view.verticalScrollBar(), offset.y()),
        ):
            bar.setValue(bar.value() + pixels)

    def keep_centred(self, width_before: int, width: int) -> None:
        """The view became wider or narrower: what was in the middle from left to right stays there."""
        before = width_before if width_before > 0 else self._width  # unknown to Qt while the view was hidden
        self._width = width
        if before > 0:
            self.scroll_by(QPoint(-((width - before) // 2), 0))

    def zoom_to(self, scale: float, anchor: QPointF | None = None) -> bool:
        """Zoom so that what is at `anchor` (viewport pixels; else the middle) stays there; whether it changed."""
        scale = min(max(scale, SMALLEST), LARGEST)
        if abs(scale - self.scale) < 1e-6:
            return False
        if anchor is None:
            anchor = QRectF(self._view.viewport().rect()).center()
        kept = self.scene_point(anchor)
        self._view.setTransform(QTransform.fromScale(scale, scale))
        now = self._view.viewportTransform().map(kept)
        self.scroll_by(QPoint(round(now.x() - anchor.x()), round(now.y() - anchor.y())))
        return True

    def scene_point(self, point: QPointF) -> QPointF:
        """The scene point at a viewport point, fractions of pixels kept."""
        inverse, _ = self._view.viewportTransform().inverted()
        return inverse.map(point)

    def centre_on(self, point: QPointF) -> None:
        """Bring a scene point to the middle."""
        middle = QRectF(self._view.viewport().rect()).center()
        now = self._view.viewportTransform().map(point)
        self.scroll_by(QPoint(round(now.x() - middle.x()), round(now.y() - middle.y())))

    def fit(self, content: QRectF, *, largest: float = 1.0, margin: int = MARGIN) -> bool:
        """Show all of `content`, no larger than `largest`; whether the zoom changed."""
        if content.isEmpty():
            changed = self.zoom_to(1.0)
            self.centre_on(QPointF(0, 0))
            return changed
        changed = self.zoom_to(min(self.fitting_scale(content, margin), largest))
        self.centre_on(content.center())
        return changed

    def show_top(self, content: QRectF) -> bool:
        """Show `content` whole where its names stay legible, else its upper part; whether the zoom changed."""
        if self.fitting_scale(content, FIRST_MARGIN) >= OVERVIEW:
            return self.fit(content, margin=FIRST_MARGIN)
        changed = self.zoom_to(1.0 if content.width() + MARGIN < self._view.viewport().width() else LEGIBLE)
        height = self._view.viewport().height() / self.scale
        self.centre_on(QPointF(content.center().x(), content.top() - MARGIN / self.scale + height / 2))
        return changed

    def fitting_scale(self, content: QRectF, margin: int = MARGIN) -> float:
        """The zoom at which `content` and a margin just fill the view."""
        size = self._view.viewport().size()
        return min(
            max(size.width() - 2 * margin, 16) / max(content.width(), 1.0),
            max(size.height() - 2 * margin, 16) / max(content.height(), 1.0),
        )

    def reveal(self, rect: QRectF) -> None:
        """Scroll as little as possible until `rect` is seen with some room around it."""
        seen = self.visible_rect()
        room = min(MARGIN, self._view.viewport().width() // 8) / self.scale
        dx = _needed(rect.left() - room, rect.right() + room, seen.left, seen.right)
        dy = _needed(rect.top() - room, rect.bottom() + room, seen.top, seen.bottom)
        self.scroll_by(QPoint(round(dx * self.scale), round(dy * self.scale)))


def _needed(low: float, high: float, seen_low: float, seen_high: float) -> float:
    """How far the range seen must move to hold `low` to `high`."""
    if low < seen_low:
        return low - seen_low
    if high > seen_high:
        return min(high - seen_high, low - seen_low)
    return 0.0
