"""Selecting what a rectangle touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from cnnstudio.ui.canvas.geometry import rect_of
from cnnstudio.ui.canvas.gestures.interaction import Interaction, Pointer

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView

ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
"""With one of these held, what is touched is added to the selection."""


class RubberBand(Interaction):
    """A rectangle from where the button was pressed to the pointer."""

    def __init__(self, view: CanvasView, pointer: Pointer) -> None:
        super().__init__(view)
        self._start = pointer.scene
        self._kept = self._session.selection if pointer.modifiers & ADDING else frozenset()

    def move(self, pointer: Pointer) -> None:
        self._scene.overlay.show_band(rect_of((self._start, pointer.scene)))
        self._scene.preview_selection(self._touched(pointer))

    def finish(self, pointer: Pointer) -> None:
        touched = self._touched(pointer)
        self.cancel()
        self._session.select(touched)

    def cancel(self) -> None:
        self._scene.overlay.clear()
        self._scene.preview_selection(None)

    def _touched(self, pointer: Pointer) -> frozenset[str]:
        band = rect_of((self._start, pointer.scene))
        diagram = self._scene.diagram
        return self._kept | {
            node_id for node_id in diagram.cards_in(band) if diagram.cards[node_id].rect.intersects(band)
        }
