"""A note over the window while a large project is read and shown: how far it is, and a way back.

Work is done by a thread, or in slices between the window's events. Whoever waits gets the result as from a function
call; meanwhile the window answers and paints, and takes no other input.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Self, TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cnnstudio.core.collecting import no_collections
from cnnstudio.ui.kept_thread import KeptThread
from cnnstudio.ui.progress import show_progress
from cnnstudio.ui.theme import theme

T = TypeVar("T")

STEPS = 1000
MOST_LETTERS = 48
PATIENCE_SECONDS = 0.25
"""Until then no note is shown: it would only flash."""


class CancelledError(Exception):
    """The user does not want to wait."""


class _Work(KeptThread):
    """One function, called in a thread; its result or what it raised."""

    def __init__(self, function: Callable[[], object]) -> None:
        super().__init__()
        self._function = function
        self.result: object = None
        self.raised: Exception | None = None

    def run(self) -> None:
        try:
            self.result = self._function()
        except Exception as error:  # noqa: BLE001 - raised again where the result is waited for
            self.raised = error


class Opening(QDialog):
    """The note. Used with `with`; garbage is not collected meanwhile, which would be felt."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.CustomizeWindowHint)
        self.setObjectName("openingNote")
        self.setWindowTitle(title)
        self.setModal(True)
        colors = theme()
        self.setStyleSheet(
            f"#openingNote {{ background: {colors.surface}; border: 1px solid {colors.border_strong}; }}"
        )
        self._title = QLabel(_short(title), self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "title")
        self._phase = QLabel(self)
        self._phase.setObjectName("openingPhase")
        self._phase.setProperty("role", "muted")
        self._bar = QProgressBar(self)
        self._bar.setObjectName("openingProgress")
        self._bar.setAccessibleName(self.tr("Progress of opening"))
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setObjectName("cancelOpening")
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        for widget in (self._title, self._phase, self._bar):
            column.addWidget(widget)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._cancel)
        column.addLayout(row)
        self.setFixedWidth(380)
        self._was_cancelled = False
        self._steps: Iterator[float] | None = None
        self._failed: Exception | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._step)
        self._loop = QEventLoop(self)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._loop.quit)
        self._ended = False
        self._started = time.perf_counter()
        self._uncollected = ExitStack()

    def __enter__(self) -> Self:
        self._uncollected.enter_context(no_collections())
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        self.hide()
        self.deleteLater()
        self._uncollected.close()

    def wait_for(self, phase: str, function: Callable[[], T]) -> T:
        """What `function` gives or raises, called in a thread. Raises CancelledError when the user does not want to wait."""
        self._begin(phase)
        self._bar.setRange(0, 0)
        work = _Work(function)
        work.finished.connect(self._end)
        work.begin()
        self._wait()
        work.finished.disconnect(self._end)
        if self._was_cancelled:
            raise CancelledError
        work.wait()
        if work.raised is not None:
            raise work.raised
        return work.result  # type: ignore[return-value]  # what `function` gave

    def go_through(self, phase: str, steps: Iterator[float], *, may_cancel: bool = True) -> None:
        """Take one step after the other between the window's events; each gives how much is done, up to 1.

        Raises CancelledError when the user does not want to wait, and what a step raises.
        """
        self._cancel.setEnabled(may_cancel)
        self._begin(phase)
        self._bar.setRange(0, STEPS)
        self._steps, self._failed = steps, None
        self._timer.start()
        self._wait()
        self._timer.stop()
        if self._failed is not None:
            raise self._failed
        if self._was_cancelled and may_cancel:
            raise CancelledError

    @property
    def phase(self) -> str:
        """What is being done."""
        return self._phase.text()

    def cancel(self) -> None:
        """Do not wait any longer."""
        if self._cancel.isEnabled():
            self._was_cancelled = True
            self._end()

    def _begin(self, phase: str) -> None:
        if self._was_cancelled and self._cancel.isEnabled():
            raise CancelledError
        self._phase.setText(phase)
        self._ended = False

    def _wait(self) -> None:
        """Let events come until it is over: a moment without input and unseen, then with the note shown."""
        if not self.isVisible():
            rest = max(0, round((self._started + PATIENCE_SECONDS - time.perf_counter()) * 1000))
            self._patience.start(rest)
            self._loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            self._patience.stop()
            if not self._ended:
                self.show()
        if not self._ended:
            self._loop.exec()

    def _end(self) -> None:
        self._ended = True
        self._loop.quit()

    def _step(self) -> None:
        assert self._steps is not None
        try:
            done = next(self._steps)
        except StopIteration:
            self._end()
        except Exception as error:  # noqa: BLE001 - raised again where the steps are waited for
            self._failed = error
            self._end()
        else:
            show_progress(self._bar, round(done * STEPS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.cancel()


def _short(title: str) -> str:
    return title if len(title) <= MOST_LETTERS else title[: MOST_LETTERS - 1] + "…"
