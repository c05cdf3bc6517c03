"""Answers to questions that change faster than they are answered: worked out in a thread, only the newest one is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from cnnstudio.core.message import Message
from cnnstudio.data.parallel import IsCancelled
from cnnstudio.data.problem import Cancelled, DataError

QUIET_MS = 200
"""An answer that comes sooner changes nothing on the screen before."""

Work = Callable[[IsCancelled], Any]
"""Gives the answer. May ask now and then whether it is still wanted, and raise Cancelled."""


class LatestWork(QObject):
    """One thread at a time. A newer question takes the place of one that waits, and cancels the one in work."""

    answered = Signal(object)
    failed = Signal(object)
    """The `DataError`."""
    working = Signal()
    """The newest question is not answered yet, after a moment."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._current: _Worker | None = None
        self._wanted = False
        self._waiting: Work | None = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self.working)

    @property
    def is_working(self) -> bool:
        """Whether an answer is to come."""
        return self._wanted or self._waiting is not None

    def ask(self, work: Work) -> None:
        """Work this out next; no earlier question is answered any more."""
        self.drop()
        self._quiet.start()
        if self._current is None:
            self._start(work)
        else:
            self._waiting = work

    def drop(self) -> None:
        """Answer nothing that was asked before."""
        self._quiet.stop()
        self._waiting, self._wanted = None, False
        if self._current is not None:
            self._current.requestInterruption()

    def stop(self) -> None:
        """Drop everything and wait for the thread, for the program's end."""
        self.drop()
        if self._current is not None:
            self._current.wait()
            self._current = None

    def _start(self, work: Work) -> None:
        self._wanted = True
        self._current = _Worker(work, self)
        self._current.finished.connect(self._on_finished)
        self._current.start()

    def _on_finished(self) -> None:
        worker = self.sender()
        if not isinstance(worker, _Worker):
            return
        worker.deleteLater()
        if worker is not self._current:
            return
        self._current = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._start(waiting)
        elif self._wanted:
            self._wanted = False
            self._quiet.stop()
            if worker.error is not None:
                self.failed.emit(worker.error)
            else:
                self.answered.emit(worker.answer)


class _Worker(QThread):
    """One question and its answer."""

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self.answer: Any = None
        self.error: DataError | None = None

    def run(self) -> None:
        try:
            self.answer = self._work(self.isInterruptionRequested)
        except Cancelled:
            return
        except DataError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - who asked is told whatever went wrong, not given an answer of None
            self.error = DataError(
                "folder.unreadable",
                Message(
                    "The data could not be read to the end: {reason}.",
                    reason=str(error) or type(error).__name__,
                ),
                Message("Try again, or choose others."),
            )
