"""Threads that nobody has to hold: Qt ends the program when one is deleted before its end."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QThread

_at_work: set[KeptThread] = set()


class KeptThread(QThread):
    """Kept from `begin` until it has ended, and waited for at the program's end."""

    def __init__(self) -> None:
        super().__init__()
        self.finished.connect(self._forget)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.wait)

    def begin(self) -> None:
        """Start, from the window's thread."""
        _at_work.add(self)
        self.start()

    def _forget(self) -> None:
        self.wait()
        _at_work.discard(self)
