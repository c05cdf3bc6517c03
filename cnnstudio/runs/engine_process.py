"""Owns one engine process: starts it, talks to it, says in words how it ended. No Qt, no Keras, no leftovers.

The engine is named by a dotted string, so that whoever starts it does not import it. All methods but `receive` with
a timeout return at once. One thread at a time may use an `EngineProcess`.
"""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Mapping
from importlib import import_module
from multiprocessing import connection
from pathlib import Path

from cnnstudio.core.message import Message
from cnnstudio.runs.out_of_memory import KILLED
from cnnstudio.runs.protocol import Control, Quit, Report, Request

ENGINE = "cnnstudio.engine.server:serve"
_GRACE_SECONDS = 10.0
"""How long an engine may take to end by itself when it was told to, or when its parent is gone."""

_SIGNALS = {
    "SIGKILL": KILLED,
    "SIGSEGV": Message("it crashed (a fault in a native library or a driver)"),
    "SIGABRT": Message("it gave up (a fault in a native library or a driver)"),
    "SIGBUS": Message("it crashed (the disk or the memory failed)"),
    "SIGILL": Message("this processor lacks an instruction that TensorFlow needs"),
    "SIGTERM": Message("it was told to end from outside"),
}


class EngineStoppedError(Exception):
    """The process is gone and has nothing more to say; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class EngineProcess:
    """A child process that works on requests; see `cnnstudio.runs.protocol`.

    `environment` is set in the child before the engine is imported (`KERAS_BACKEND` chooses the backend).
    What the child's libraries print goes to the file `log`, or nowhere.
    """

    def __init__(
        self, entry: str = ENGINE, *, environment: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_child,
            args=(entry, theirs, dict(environment or {}), None if log is None else str(log)),
            name="cnnstudio-engine",
            daemon=True,
        )
        self._outbox: queue.SimpleQueue[Request | Control | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send_all, name="engine-sender", daemon=True)
        self._requests = 0
        self._told_to_end = False
        try:
            self._process.start()
        finally:
            theirs.close()
        self._sender.start()

    @property
    def pid(self) -> int:
        """The child's process number."""
        return self._process.pid or 0

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.is_alive()

    @property
    def sentinel(self) -> int:
        """A handle that becomes ready when the process ends, for `multiprocessing.connection.wait`."""
        return self._process.sentinel

    def next_request(self) -> int:
        """A number for the next request."""
        self._requests += 1
        return self._requests

    def send(self, message: Request | Control) -> None:
        """Say something to the engine. Returns at once; what is said to a dead engine is lost."""
        self._outbox.put(message)

    def poll(self) -> bool:
        """Whether `receive` would give a report at once."""
        try:
            return self._connection.poll(0)
        except (OSError, EOFError):
            return False

    def receive(self, timeout: float | None = 0.0) -> Report | None:
        """The next report; None when none comes within `timeout` seconds (None: wait for ever).

        Raises EngineStoppedError when the process is gone and everything it said was received.
        """
        try:
            if not self._connection.poll(timeout):
                return None
            report: Report = self._connection.recv()
        except (EOFError, OSError):
            self._process.join(_GRACE_SECONDS)
            raise EngineStoppedError(self.exit_reason() or Message("The training engine hung up.")) from None
        return report

    def exit_reason(self) -> Message | None:
        """How the process ended, in words; None while it runs."""
        code = self._process.exitcode
        if code is None:
            return None
        if code == 0 or self._told_to_end:
            return Message("The training engine has ended.")
        if code < 0:
            try:
                name = signal.Signals(-code).name
            except ValueError:
                name = f"signal {-code}"
            reason = _SIGNALS.get(name, Message("{name}", name=name))
            return Message("The training engine stopped: {reason}.", reason=reason)
        if code == 0xC0000005:
            return Message("The training engine stopped: {reason}.", reason=_SIGNALS["SIGSEGV"])
        return Message("The training engine stopped unexpectedly (exit code {code}).", code=code)

    def close(self, timeout: float = _GRACE_SECONDS) -> None:
        """Ask the engine to end, wait up to `timeout` seconds, then kill it. Safe to call twice."""
        self._told_to_end = True
        self.send(Quit())
        deadline = time.monotonic() + timeout
        while self._process.exitcode is None and time.monotonic() < deadline:
            self._drain(0.05)
        self.kill()

    def terminate(self) -> None:
        """Ask the system to end the process; returns at once."""
        self._told_to_end = True
        self._process.terminate()

    def kill(self) -> None:
        """End the process now and free what it held. Safe to call twice."""
        self._told_to_end = True
        if self.is_alive:
            self._process.kill()
        self._process.join()
        self._outbox.put(None)
        self._connection.close()
        self._sender.join(_GRACE_SECONDS)

    def __enter__(self) -> EngineProcess:  # noqa: PYI034 - never subclassed
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drain(self, timeout: float) -> None:
        """Take what the engine still says, so that a full pipe does not hold it."""
        try:
            if self._connection.poll(timeout):
                self._connection.recv()
        except (EOFError, OSError):
            self._process.join(0.05)

    def _send_all(self) -> None:
        while (message := self._outbox.get()) is not None:
            # a dead engine shows itself in receive()
            with contextlib.suppress(OSError, ValueError):
                self._connection.send(message)


def _child(entry: str, pipe: connection.Connection, environment: dict[str, str], log: str | None) -> None:
    """The child's first function: it stays quiet, outlives no parent, and then becomes the engine."""
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business; it says StopNow
    _redirect_output(log)
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    module, _, function = entry.partition(":")
    getattr(import_module(module), function)(pipe)


def _redirect_output(log: str | None) -> None:
    """Send standard output and error, those of C++ too, to a file or nowhere."""
    try:
        target = os.open(log or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError:
        target = os.open(os.devnull, os.O_WRONLY)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(target)
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115 - a descriptor
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115 - a descriptor
    faulthandler.enable(sys.stderr)


def _end_with_parent() -> None:
    """Wait for the parent's end. The server ends by itself when its pipe closes; this is for one that hangs."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    connection.wait([parent.sentinel])
    time.sleep(_GRACE_SECONDS)
    os._exit(1)
