"""What Python does by itself, kept away from the window's frames: collections of garbage, and turns between threads.

Python collects in whatever thread happens to make an object. Garbage may hold what is Qt's, which only the window's
thread may end: elsewhere that crashes the program. So Python's own collecting is off, and it is done here: what is
young at every turn of a timer, the rest, which takes frames with a large network open, while the user does nothing.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractScrollArea

from cnnstudio.core.collecting import is_held, leave_out

YOUNG_MS = 50
"""So often the young objects are looked through, when there are enough of them."""
QUIET_MS = 1_500
"""Nobody has edited or scrolled for so long."""
PAUSE_MS = 200
"""The same for young objects: an edit of a large network makes many, and looking through them takes half a frame."""
MOST_YOUNG = 500_000
"""So many are looked through whoever edits: the garbage among them takes memory."""
REST = 1000
"""A full collection is done no sooner than so many times its own duration after the last: a thousandth of the time."""
SWITCH_SECONDS = 0.0001
"""How long a thread beside the window may keep it from Python at a time. A frame asks for Python many times, and with
Python's usual 5 ms for each it comes late as soon as a thread works, as the one that looks at every image."""


class Housekeeping(QObject):
    """Takes all collections from Python's hands, as long as the window stands."""

    def __init__(
        self, parent: QObject | None = None, *, wait_while: Callable[[], bool] = lambda: False
    ) -> None:
        """`wait_while`: whether something goes on that makes many objects; a full collection would walk through all of them
        again and again. What is younger is collected all the same: put off, it would be much at once.
        """
        super().__init__(parent)
        self._wait_while = wait_while
        self._switch_seconds = sys.getswitchinterval()
        self._since_work = QElapsedTimer()
        self._since_full = QElapsedTimer()
        self._since_full.start()
        self._rest_ms = 0
        self._since_collecting = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(YOUNG_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """From now on; nothing is collected before `settle`."""
        gc.disable()
        sys.setswitchinterval(SWITCH_SECONDS)

    def settle(self) -> None:
        """The program stands: what there is now is left out of all collections, as it stays until the end."""
        gc.collect()
        leave_out()
        self._since_work.start()
        self._timer.start()

    def end(self) -> None:
        """Python collects and switches by itself again."""
        self._timer.stop()
        sys.setswitchinterval(self._switch_seconds)
        gc.enable()

    def note_work(self) -> None:
        """The user works: not now."""
        self._since_work.start()

    def spare(self, view: QAbstractScrollArea) -> None:
        """Collect nothing that takes long while this is scrolled or zoomed, either."""
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self.note_work)

    def look(self) -> int | None:
        """Collect what Python itself would have by now, as far as nobody waits; gives the oldest generation that was."""
        if is_held():
            return None
        young, middle, old = (
            count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        generation = 2 if old else 1 if middle else 0 if young else None
        if generation == 2 and (self._wait_while() or self._since_full.elapsed() < self._rest_ms):
            generation = 1 if middle else 0 if young else None
        if generation and not self._is_quiet():
            generation = 0 if young else None
        if generation == 0 and not self._since_work.hasExpired(PAUSE_MS) and gc.get_count()[0] < MOST_YOUNG:
            return None
        if generation is not None:
            self._since_collecting.start()
            gc.collect(generation)
        if generation == 2:
            self._rest_ms = REST * self._since_collecting.elapsed()
            self._since_full.start()
        return generation

    def _is_quiet(self) -> bool:
        return not mouse_is_down() and self._since_work.hasExpired(QUIET_MS)


def mouse_is_down() -> bool:
    """Whether the user drags something."""
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
