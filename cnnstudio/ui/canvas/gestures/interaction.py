"""What every gesture is: it is told where the pointer goes, and ends by finishing or by being cancelled."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPoint, Qt

from cnnstudio.ui.canvas.geometry import Point

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, in scene pixels and in pixels of the viewport, and which modifier keys are held."""

    scene: Point
    viewport: QPoint
    modifiers: Qt.KeyboardModifier


class Interaction(ABC):
    """One gesture from press to release. It changes the document in `finish` alone."""

    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.ArrowCursor
    scrolls: ClassVar[bool] = True
    """Whether the canvas scrolls by itself when the pointer nears its edge."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._scene = view.canvas
        self._session = view.session

    @property
    def is_over_target(self) -> bool:
        """Whether the pointer is where the gesture could end: the canvas must not scroll that away."""
        return False

    @abstractmethod
    def move(self, pointer: Pointer) -> None:
        """The pointer is here now."""

    @abstractmethod
    def finish(self, pointer: Pointer) -> None:
        """The button was released here."""

    @abstractmethod
    def cancel(self) -> None:
        """Escape: leave everything as it was before."""
