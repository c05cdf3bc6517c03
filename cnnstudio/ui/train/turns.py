"""What is shown of a training is drawn by turns, so that no frame pays for two drawings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer

TURN_MS = 50
"""Between two turns; of four things, each is drawn five times a second."""
MOST_MS = 400
_SHARE = 20
"""A turn may take this part of the time. Where the processors are busy with more than a training, drawings take longer,
and one that comes at the end of a frame delays the next: then there are fewer."""


def pause_after(took_ms: float) -> int:
    """Milliseconds from a turn that took so long, painting included, to the next."""
    return round(min(max(_SHARE * took_ms, TURN_MS), MOST_MS))


class Turns(QObject):
    """Calls `things` one after another, one a turn, as long as there is news; rests when all have had theirs."""

    def __init__(self, things: tuple[Callable[[], None], ...], parent: QObject) -> None:
        super().__init__(parent)
        self._things = things
        self._next = 0
        self._left = 0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TURN_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_turn)
        self._painted = QTimer(self)
        self._painted.setSingleShot(True)
        self._painted.setInterval(0)
        self._painted.timeout.connect(self._on_painted)

    @property
    def resting(self) -> bool:
        """Whether there is nothing to be drawn."""
        return not self._timer.isActive() and not self._painted.isActive()

    def news(self) -> None:
        """Each thing gets one more turn, soon. Costs nothing, however often it is called."""
        self._left = len(self._things)
        if self.resting:
            self._timer.start()

    def _on_turn(self) -> None:
        if not self._left:
            return
        self._left -= 1
        thing = self._things[self._next]
        self._next = (self._next + 1) % len(self._things)
        self._clock.start()
        self._painted.start()  # fires when what the thing changed is painted
        thing()

    def _on_painted(self) -> None:
        self._timer.start(pause_after(self._clock.nsecsElapsed() / 1e6))
