"""What Python does by itself, kept away from the window's frames: full collections of garbage, and turns between threads.

With a large network open a full collection takes frames, so it happens while the user does nothing.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

LOOK_MS = 5_000
"""So often is looked whether there is something to collect."""
QUIET_MS = 1_500
"""Nobody has edited for so long."""
SWITCH_SECONDS = 0.0005
"""How long a thread beside the window may keep it from Python at a time. A frame asks for Python many times, and with
Python's usual 5 ms for each it comes late as soon as a thread works, as the one that looks at every image."""
_NEVER = 1_000_000
_FULL_AFTER = gc.get_threshold()[2]


class Housekeeping(QObject):
    """Takes the full collections from Python's hands; the small ones, of what is young, stay as they are."""

    def __init__(
        self, parent: QObject | None = None, *, wait_while: Callable[[], bool] = lambda: False
    ) -> None:
        """`wait_while`: whether something goes on that makes many objects; a collection would walk through all of them."""
        super().__init__(parent)
        self._wait_while = wait_while
        self._thresholds = gc.get_threshold()
        self._switch_seconds = sys.getswitchinterval()
        self._since_edit = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """From now on. What stands already is left out of all collections: the program keeps it until its end."""
        gc.enable()  # a start does without
        gc.collect()
        gc.freeze()
        young, middle, _ = self._thresholds
        gc.set_threshold(young, middle, _NEVER)
        sys.setswitchinterval(SWITCH_SECONDS)
        self._since_edit.start()
        self._timer.start()

    def end(self) -> None:
        """Python collects and switches by itself again."""
        self._timer.stop()
        sys.setswitchinterval(self._switch_seconds)
        gc.set_threshold(*self._thresholds)

    def note_edit(self) -> None:
        """The user works: not now."""
        self._since_edit.start()

    def look(self) -> bool:
        """Collect if Python itself would have by now, and nobody waits; whether it was done."""
        due = gc.get_count()[2] >= _FULL_AFTER
        if not due or mouse_is_down() or not gc.isenabled() or not self._since_edit.hasExpired(QUIET_MS):
            return False
        if self._wait_while():
            return False
        gc.collect()
        return True


def mouse_is_down() -> bool:
    """Whether the user drags something."""
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
