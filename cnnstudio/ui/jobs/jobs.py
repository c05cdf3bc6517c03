"""All long work of the window: requests to the engine, each with its own signals, and what the engine is up to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.data.keeping.limits import Limits, as_environment
from cnnstudio.runs.backends import AUTO, BackendError, chosen
from cnnstudio.runs.events import BatchEnded, EpochEnded, PhaseChanged, RunEnded
from cnnstudio.runs.protocol import (
    Cancel,
    Control,
    Failure,
    LimitImages,
    Progress,
    RateTried,
    Ready,
    Reply,
    Report,
    Request,
    Warm,
)
from cnnstudio.ui.jobs.engine_thread import EngineThread

EngineState = Literal["off", "starting", "ready", "dead"]

IDLE_PATIENCE = 0.5
"""Seconds that an engine without a run is given to end by itself: there is nothing to keep."""
RUN_PATIENCE = 8.0
"""Seconds that an engine is given to stop its run and write it down."""


class Job(QObject):
    """One request to the engine. Exactly one of `succeeded` and `failed` comes, once."""

    progressed = Signal(int, int, object)
    """Done, total (0: not known), and the `Message` that says what is being done."""
    told = Signal(object)
    """A part of the answer that comes before the reply: a `RateTried`."""
    succeeded = Signal(object)
    """The reply's value."""
    failed = Signal(object)
    """The `Failure`."""

    def __init__(self, number: int, owner: Jobs) -> None:
        super().__init__()
        self.number = number
        self.is_over = False
        self._owner = owner

    def cancel(self) -> None:
        """Give the request up; `failed` comes with `cancelled` set."""
        if not self.is_over:
            self._owner.control(Cancel(request=self.number))


class Jobs(QObject):
    """The window's one way to the engine. Nothing here blocks but `close`, and that not for long."""

    state_changed = Signal(str)
    """`off`, `starting`, `ready` or `dead`."""
    became_ready = Signal(object)
    """The engine's `Ready`: devices, versions, backend."""
    run_events = Signal(object)
    """A tuple of run events, at most thirty times a second."""
    died = Signal(object)
    """The engine stopped by itself: the `Message` that says why. What was asked of it has failed."""
    warm_up_failed = Signal(object)
    """The engine lives but could not load what it computes with: the `Message` that says why."""
    ended = Signal()
    """The engine that was told to end is gone."""

    def __init__(
        self,
        entry: str,
        *,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._entry = entry
        self._environment = dict(environment or {})
        self._log = log
        self._thread: EngineThread | None = None
        self._ending: list[EngineThread] = []
        self._jobs: dict[int, Job] = {}
        self._requests = 0
        self._closed = False
        self.state: EngineState = "off"
        self.reason: Message = NO_MESSAGE
        """Why the engine is dead, in words."""
        self.ready: Ready | None = None

    @property
    def pid(self) -> int:
        """The engine's process number; 0 when there is none."""
        return self._thread.pid if self._thread is not None else 0

    @property
    def busy(self) -> bool:
        """Whether a request is being worked on or waits."""
        return bool(self._jobs)

    def start(self) -> None:
        """Start the engine in the background, and warm it up, unless it runs already. Returns at once."""
        if self._thread is not None or self._closed:
            return
        thread = EngineThread(self._entry, environment=self._environment, log=self._log)
        thread.reported.connect(self._on_reports)
        thread.engine_stopped.connect(self._on_stopped)
        thread.finished.connect(self._on_finished)
        self._thread = thread
        self.ready = None
        self._enter("starting")
        thread.start()
        self.request(Warm).failed.connect(self._on_warm_up_failed)

    def request(self, kind: type[Request], **values: Any) -> Job:
        """Ask the engine for something: `jobs.request(ListDevices)`. Starts the engine when there is none."""
        self.start()
        self._requests += 1
        job = Job(self._requests, self)
        self._jobs[job.number] = job
        if self._thread is not None:
            self._thread.send(kind(request=job.number, **values))
        return job

    def control(self, message: Control) -> None:
        """Say something that acts at once: pause, continue, stop, cancel. Lost when there is no engine."""
        if self._thread is not None:
            self._thread.send(message)

    def limit_images(self, limits: Limits) -> None:
        """Let the engine, and those that follow it, keep decoded images within these limits."""
        self._environment.update(as_environment(limits))
        self.control(LimitImages(memory=limits.memory, file=limits.file))

    def restart(self) -> None:
        """End the engine, whatever it does, and start a fresh one."""
        self._let_go(Message("The training engine was started again."))
        self.start()

    @property
    def backend(self) -> str:
        """The backend that the engine computes with, or would; empty when none is usable."""
        try:
            return chosen(self._environment.get("KERAS_BACKEND", AUTO))
        except BackendError:
            return ""

    def use_backend(self, backend: str) -> None:
        """Let the engine compute with this backend; one that computes with another is started anew."""
        if backend == self.backend:
            return
        self._environment["KERAS_BACKEND"] = backend
        if self._thread is not None:
            self.restart()

    def close(self, milliseconds: int = 10_000) -> bool:
        """End the engine for good and wait for it, for the program's end. Whether it is gone in time.

        A run is stopped as by “stop now”, so its finished epochs are kept.
        """
        self._closed = True
        self._let_go(Message("The program is closing."))
        gone = all(thread.wait(milliseconds) for thread in self._ending)
        if gone:
            self._ending.clear()
        return gone

    def end(self) -> None:
        """End the engine for good; `ended` tells when it is gone. Returns at once."""
        self._closed = True
        self._let_go(Message("The program is closing."))
        if not self._ending:
            self.ended.emit()

    def _let_go(self, reason: Message) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._ending.append(thread)
        thread.end(RUN_PATIENCE if len(self._jobs) > 0 and self.ready is not None else IDLE_PATIENCE)
        self._enter("off")
        self._fail_all(reason)

    def _enter(self, state: EngineState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _fail_all(self, reason: Message) -> None:
        jobs, self._jobs = self._jobs, {}
        for job in jobs.values():
            job.is_over = True
            job.failed.emit(Failure(request=job.number, message=reason))

    def _on_reports(self, reports: tuple[Report, ...]) -> None:
        if self.sender() is not self._thread:
            return  # what an engine said that was let go of meanwhile
        events: list[Report] = []
        for report in reports:
            if isinstance(report, PhaseChanged | BatchEnded | EpochEnded | RunEnded):
                events.append(report)
                continue
            if events:
                self.run_events.emit(tuple(events))
                events = []
            self._on_report(report)
        if events:
            self.run_events.emit(tuple(events))

    def _on_report(self, report: Report) -> None:
        if isinstance(report, Ready):
            self.ready = report
            self._enter("ready")
            self.became_ready.emit(report)
        elif isinstance(report, Progress):
            job = self._jobs.get(report.request)
            if job is not None:
                job.progressed.emit(report.done, report.total, report.message)
        elif isinstance(report, RateTried):
            if (asked := self._jobs.get(report.request)) is not None:
                asked.told.emit(report)
        elif isinstance(report, Reply | Failure):
            job = self._jobs.pop(report.request, None)
            if job is None:
                return
            job.is_over = True
            if isinstance(report, Reply):
                job.succeeded.emit(report.value)
            else:
                job.failed.emit(report)

    def _on_warm_up_failed(self, failure: Failure) -> None:
        if (
            self.state == "starting" and self._thread is not None
        ):  # else it was let go of, or died and says so
            self.reason = failure.message
            self.warm_up_failed.emit(failure.message)

    def _on_stopped(self, reason: Message) -> None:
        thread = self._thread
        if thread is None or self.sender() is not thread:
            return
        self._thread = None
        self._ending.append(thread)
        self.ready = None
        self.reason = reason
        self._enter("dead")
        self._fail_all(reason)
        self.died.emit(reason)

    def _on_finished(self) -> None:
        for thread in [thread for thread in self._ending if thread.isFinished()]:
            thread.wait()
            self._ending.remove(thread)
        if self._closed and not self._ending:
            self.ended.emit()
