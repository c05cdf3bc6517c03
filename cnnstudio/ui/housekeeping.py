"""Full collections of Python's garbage happen while the user does nothing: with a large network open they take frames."""

from __future__ import annotations

import gc

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

LOOK_MS = 5_000
"""So often is looked whether there is something to collect."""
QUIET_MS = 1_500
"""Nobody has edited for so long."""
_NEVER = 1_000_000
_FULL_AFTER = gc.get_threshold()[2]


class Housekeeping(QObject):
    """Takes the full collections from Python's hands; the small ones, of what is young, stay as they are."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
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
        self._since_edit.start()
        self._timer.start()

    def end(self) -> None:
        """Python collects by itself again."""
        self._timer.stop()
        gc.set_threshold(*self._thresholds)

    def note_edit(self) -> None:
        """The user works: not now."""
        self._since_edit.start()

    def look(self) -> bool:
        """Collect if Python itself would have by now, and nobody waits; whether it was done."""
        due = gc.get_count()[2] >= _FULL_AFTER
        if not due or mouse_is_down() or not gc.isenabled() or not self._since_edit.hasExpired(QUIET_MS):
            return False
        gc.collect()
        return True


def mouse_is_down() -> bool:
    """Whether the user drags something."""
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
