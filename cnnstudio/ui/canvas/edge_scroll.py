"""Scrolling by itself while a gesture holds the pointer near the edge of the view.

A gesture that begins at the border, or enters over it as a drag from the palette does, scrolls nothing until the
pointer was once away from all edges: nobody asks for scrolling on the way in.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, QTimer, Signal

BORDER = 28
FASTEST = 18
"""Pixels per tick."""
TICK_MS = 16


class EdgeScroll(QObject):
    """Emits `scroll` with an offset in pixels as long as the pointer is near an edge."""

    scroll = Signal(QPoint)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._offset = QPoint()
        self._armed = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def follow(self, pointer: QPoint, area: QRect) -> None:
        """The pointer is here now."""
        self._offset = QPoint(
            _pull(pointer.x(), area.left(), area.right()), _pull(pointer.y(), area.top(), area.bottom())
        )
        if self._offset.isNull():
            self._armed = True
            self._timer.stop()
        elif self._armed and not self._timer.isActive():
            self._timer.start()

    def hold(self) -> None:
        """Stand still until the pointer moves on."""
        self._timer.stop()

    def stop(self) -> None:
        """The gesture is over."""
        self._armed = False
        self._timer.stop()

    def _tick(self) -> None:
        self.scroll.emit(self._offset)


def _pull(value: int, low: int, high: int) -> int:
    """How fast to scroll along one axis: the nearer the edge the faster."""
    if value < low + BORDER:
        return -min(FASTEST, 2 + (low + BORDER - value) // 2)
    if value > high - BORDER:
        return min(FASTEST, 2 + (value - high + BORDER) // 2)
    return 0
