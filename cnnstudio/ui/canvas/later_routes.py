"""Wires that were laid in haste and are laid with care when the window has nothing else to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

from cnnstudio.core.network import Edge

SLICE_SECONDS = 0.004
"""So long is worked at a time: a quarter of a frame."""


class LaterRoutes(QObject):
    """A queue of wires. `lay` is called for one after the other between the window's events."""

    def __init__(self, lay: Callable[[Edge], None], parent: QObject) -> None:
        super().__init__(parent)
        self._lay = lay
        self._waiting: dict[Edge, None] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_idle)

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, edges: Iterable[Edge]) -> None:
        """Lay these when there is time."""
        self._waiting.update(dict.fromkeys(edges))
        if self._waiting:
            self._timer.start()

    def discard(self, edges: Iterable[Edge]) -> None:
        """These are laid, or gone."""
        for edge in edges:
            self._waiting.pop(edge, None)

    def clear(self) -> None:
        """Nothing is to be laid any more."""
        self._waiting.clear()
        self._timer.stop()

    def _on_idle(self) -> None:
        end = time.perf_counter() + SLICE_SECONDS
        while self._waiting and time.perf_counter() < end:
            edge = next(iter(self._waiting))
            del self._waiting[edge]
            self._lay(edge)
        if not self._waiting:
            self._timer.stop()
