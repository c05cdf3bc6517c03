"""Moving the view over the canvas, with the middle button or with Space held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt

from cnnstudio.ui.canvas.gestures.interaction import Interaction, Pointer

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView


class Pan(Interaction):
    """The canvas sticks to the pointer."""

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls = False

    def __init__(self, view: CanvasView, pointer: Pointer) -> None:
        super().__init__(view)
        self._start = QPoint(pointer.viewport)
        self._last = QPoint(pointer.viewport)

    def move(self, pointer: Pointer) -> None:
        self._view.viewpoint.scroll_by(self._last - pointer.viewport)
        self._last = QPoint(pointer.viewport)

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)

    def cancel(self) -> None:
        self._view.viewpoint.scroll_by(self._last - self._start)
