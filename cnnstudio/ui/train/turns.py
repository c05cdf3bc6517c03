"""What is shown of a training is drawn by turns, so that no frame pays for two drawings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

TURN_MS = 50
"""Between two turns; of four things, each is drawn five times a second."""


class Turns(QObject):
    """Calls `things` one after another, one a turn, as long as there is news; rests when all have had theirs."""

    def __init__(self, things: tuple[Callable[[], None], ...], parent: QObject) -> None:
        super().__init__(parent)
        self._things = things
        self._next = 0
        self._left = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TURN_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_turn)

    def news(self) -> None:
        """Each thing gets one more turn, soon. Costs nothing, however often it is called."""
        self._left = len(self._things)
        if not self._timer.isActive():
            self._timer.start()

    def _on_turn(self) -> None:
        if not self._left:
            self._timer.stop()
            return
        self._left -= 1
        thing = self._things[self._next]
        self._next = (self._next + 1) % len(self._things)
        thing()
