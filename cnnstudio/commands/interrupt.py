"""Ctrl-C as a wish: the first one stops a run softly, the second one breaks it off."""

from __future__ import annotations

import signal
import threading
from abc import ABC, abstractmethod
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from cnnstudio.commands.output import remark
from cnnstudio.core.message import Message


class Stoppable(Protocol):
    """What a run listens to."""

    def stop_now(self) -> None:
        """End within a batch, keeping what is done."""


class HeldInterrupt(ABC):
    """While it is entered, Ctrl-C calls `_interrupt` instead of ending the program; `happened` remembers it."""

    def __init__(self) -> None:
        self._before: Any = None
        self.happened = False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    @abstractmethod
    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C was pressed. Runs in the main thread, between any two of its steps."""


class SoftStop(HeldInterrupt):
    """While it is entered, Ctrl-C asks `control` to stop; the second one breaks off."""

    def __init__(self, control: Stoppable) -> None:
        super().__init__()
        self._control = control

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self.happened:
            raise KeyboardInterrupt
        self.happened = True
        # Not from inside the handler: a lock may be held by the very code that it interrupted.
        threading.Thread(target=self._stop, name="soft-stop", daemon=True).start()

    def _stop(self) -> None:
        self._control.stop_now()
        remark(
            Message("Stopping after this batch; finished epochs are kept. Press Ctrl-C again to break off.")
        )
