"""The worker thread: it owns one engine process from its start to its end and turns its reports into queued signals.

The window's thread never waits for it. Reports are gathered for a thirtieth of a second before they are handed over,
so that the fastest training wakes the window thirty times a second and not three thousand.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from cnnstudio.core.message import Message
from cnnstudio.data.priority import step_back
from cnnstudio.runs.engine_process import EngineProcess, EngineStoppedError
from cnnstudio.runs.protocol import Control, Report, Request

GATHER_SECONDS = 1 / 30
IDLE_SECONDS = 0.2
"""How long the thread listens before it looks whether it shall end."""


class EngineThread(QThread):
    """Runs one engine. `send` may be called from any thread, before and after the process is there."""

    reported = Signal(object)
    """A tuple of reports in the order they came."""
    engine_stopped = Signal(object)
    """The engine ended by itself: the `Message` that says how. Not sent for an engine told to end."""

    def __init__(
        self,
        entry: str,
        *,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("engineThread")
        self._entry = entry
        self._environment = dict(environment or {})
        self._log = log
        self._lock = threading.Lock()
        self._waiting: list[Request | Control] = []
        self._process: EngineProcess | None = None
        self._ending = threading.Event()
        self._patience = 0.5

    @property
    def pid(self) -> int:
        """The engine's process number; 0 before it is started and after its end."""
        with self._lock:
            return self._process.pid if self._process is not None else 0

    def send(self, message: Request | Control) -> None:
        """Say something to the engine. Returns at once."""
        with self._lock:
            if self._process is not None:
                self._process.send(message)
            else:
                self._waiting.append(message)

    def end(self, patience: float) -> None:
        """Let the engine end within `patience` seconds, then kill it. Returns at once; `finished` tells when."""
        self._patience = patience
        self._ending.set()

    def _converse(self, process: EngineProcess) -> None:
        """Hand over reports until told to end. Raises EngineStoppedError."""
        while not self._ending.is_set():
            report = process.receive(IDLE_SECONDS)
            if report is None:
                continue
            gathered: list[Report] = [report]
            deadline = time.monotonic() + GATHER_SECONDS
            try:
                while (left := deadline - time.monotonic()) > 0:
                    report = process.receive(left)
                    if report is not None:
                        gathered.append(report)
            finally:
                self.reported.emit(tuple(gathered))

    def run(self) -> None:
        try:
            process = EngineProcess(self._entry, environment=self._environment, log=self._log)
        except OSError as error:
            reason = Message("{reason}", reason=error.strerror or str(error))
            self.engine_stopped.emit(
                Message("The training engine could not be started: {reason}.", reason=reason)
            )
            return
        step_back(process.pid)  # before its libraries start threads, which inherit it
        with self._lock:
            self._process = process
            for message in self._waiting:
                process.send(message)
            self._waiting.clear()
        try:
            self._converse(process)
        except EngineStoppedError as error:
            if not self._ending.is_set():
                self.engine_stopped.emit(error.message)
        finally:
            with self._lock:
                self._process = None
            process.close(self._patience)
