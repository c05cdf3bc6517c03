"""The engine process: takes requests from a pipe, works on one at a time, streams what happens. It survives any job.

A thread reads the pipe all the time, so that pausing, stopping and cancelling act at once. When the pipe closes
(the window is gone), a run stops softly and the process ends.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from cnnstudio.core.message import Message
from cnnstudio.core.project_file import parse_project
from cnnstudio.data.keeping.limits import Limits, set_limits
from cnnstudio.data.problem import Cancelled
from cnnstudio.engine.control import RunControl
from cnnstudio.engine.failures import CancelledError, explain
from cnnstudio.engine.leftovers import sweep_up
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.protocol import (
    Augment,
    Cancel,
    Continue,
    Control,
    Evaluate,
    Export,
    Failure,
    FindLearningRate,
    Forecast,
    LimitImages,
    ListDevices,
    MeasureGradients,
    Pause,
    Predict,
    Progress,
    Quit,
    RateTried,
    ReadWeights,
    Ready,
    Reply,
    Report,
    Request,
    ResumeRun,
    StopAfterEpoch,
    StopNow,
    Train,
    Warm,
)

_PROGRESS_EVERY = 0.1
"""Seconds between two Progress reports of one request."""


def serve(connection: Connection) -> None:
    """Work on requests until told to quit or the pipe closes."""
    _Server(connection).run()


class Job:
    """One request being worked on: where its progress goes and what somebody wants of it."""

    def __init__(self, request: Request, send: Callable[[Report], None]) -> None:
        self.request = request
        self.control = RunControl()
        self.send = send
        self._last = 0.0

    def progress(self, done: int, total: int, message: Message | None = None) -> None:
        """Report how far it is, at most ten times a second."""
        now = time.monotonic()
        if now - self._last >= _PROGRESS_EVERY or done == total:
            self._last = now
            self.send(
                Progress(request=self.request.request, done=done, total=total, message=message or Message(""))
            )

    def cancelled(self) -> bool:
        """Whether it was given up."""
        return self.control.is_cancelled


class _Server:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: queue.Queue[Job | None] = queue.Queue()
        self._jobs: dict[int, Job] = {}
        self._sending = threading.Lock()
        self._quits = False

    def run(self) -> None:
        reader = threading.Thread(target=self._read, name="engine-reader", daemon=True)
        reader.start()
        while (job := self._waiting.get()) is not None:
            if not self._quits:
                self._work(job)
            self._jobs.pop(job.request.request, None)
            sweep_up()
        self._connection.close()

    def send(self, report: Report) -> None:
        """Say something; to a window that is gone, nothing."""
        with self._sending:
            try:
                self._connection.send(report)
            except (OSError, ValueError):
                self._quits = True

    def _work(self, job: Job) -> None:
        number = job.request.request
        if job.cancelled():
            self.send(_cancelled(number))
            return
        try:
            value = _HANDLERS[type(job.request)](job)
        except (CancelledError, Cancelled):
            self.send(_cancelled(number))
        except Exception as error:  # noqa: BLE001 - no job may end the process
            explained = explain(error)
            traceback.print_exception(error)  # standard error is the engine's log
            self.send(
                Failure(
                    request=number,
                    message=explained.message,
                    hint=explained.hint,
                    details="".join(traceback.format_exception(error)),
                )
            )
        else:
            self.send(Reply(request=number, value=value))

    def _read(self) -> None:
        """Runs in its own thread."""
        try:
            while not self._quits:
                message = self._connection.recv()
                if isinstance(message, Quit):
                    break
                self._take(message)
        except (EOFError, OSError):
            pass
        self._quits = True
        for job in list(self._jobs.values()):
            job.control.stop_now()
            if not isinstance(job.request, (Train, ResumeRun)):
                job.control.cancel()
        self._waiting.put(None)

    def _take(self, message: Request | Control) -> None:
        match message:
            case Cancel():
                if (job := self._jobs.get(message.request)) is not None:
                    job.control.cancel()
            case Pause() | Continue() | StopAfterEpoch() | StopNow():
                for job in list(self._jobs.values()):
                    if getattr(job.request, "run_id", None) == message.run_id:
                        _WISHES[type(message)](job.control)
            case LimitImages():
                set_limits(Limits(memory=message.memory, file=message.file))
            case Quit():
                pass
            case _:
                job = Job(message, self.send)
                self._jobs[message.request] = job
                self._waiting.put(job)


_WISHES: dict[type, Callable[[RunControl], None]] = {
    Pause: RunControl.pause,
    Continue: RunControl.resume,
    StopAfterEpoch: RunControl.stop_after_epoch,
    StopNow: RunControl.stop_now,
}


def _cancelled(number: int) -> Failure:
    return Failure(request=number, message=Message("Cancelled."), cancelled=True)


# ------------------------------------------------------------------------------------------------ the work
# What needs Keras is imported by the first job that needs it, so that the process answers at once.


def _warm(job: Job) -> None:
    from cnnstudio.engine.warm_up import warm_up

    start = time.perf_counter()
    devices, versions, backend = warm_up()
    job.send(Ready(versions=versions, devices=devices, backend=backend, seconds=time.perf_counter() - start))


def _devices(_job: Job) -> list[dict[str, object]]:
    from cnnstudio.engine.devices import list_devices

    return [device.to_json() for device in list_devices()]


def _forecast(job: Job) -> dict[str, object]:
    from cnnstudio.engine.forecast import forecast

    request = _as(job, Forecast)
    project = parse_project(request.project)
    plan = TrainingPlan.from_json(request.plan or project.training)
    return forecast(project, plan, request.images, cancelled=job.cancelled)


def _find_learning_rate(job: Job) -> dict[str, object]:
    from cnnstudio.engine.learning_rate_test import find_learning_rate

    request = _as(job, FindLearningRate)
    project = parse_project(request.project)
    tested = find_learning_rate(
        project,
        Path(request.data),
        TrainingPlan.from_json(request.plan or project.training),
        tell=lambda rate, loss: job.send(RateTried(request=request.request, rate=rate, loss=loss)),
        say=lambda message: job.progress(0, 0, message),
        cancelled=job.cancelled,
    )
    return tested.to_json()


def _train(job: Job) -> dict[str, object]:
    from cnnstudio.engine.training import train

    request = _as(job, Train)
    project = parse_project(request.project)
    plan = TrainingPlan.from_json(request.plan or project.training)
    record = train(
        project,
        Path(request.data),
        Path(request.run_dir),
        emit=job.send,
        control=job.control,
        plan=plan,
        run_id=request.run_id,
    )
    return record.to_json()


def _resume(job: Job) -> dict[str, object]:
    from cnnstudio.engine.training import resume

    request = _as(job, ResumeRun)
    record = resume(
        Path(request.run_dir),
        emit=job.send,
        control=job.control,
        data_dir=Path(request.data) if request.data else None,
        epochs=request.epochs,
    )
    return record.to_json()


def _evaluate(job: Job) -> dict[str, object]:
    from cnnstudio.engine.evaluation import evaluate

    request = _as(job, Evaluate)
    return evaluate(
        Path(request.run_dir),
        Path(request.data),
        part=request.part,
        every_guess=request.every_guess,
        progress=job.progress,
        cancelled=job.cancelled,
    )


def _predict(job: Job) -> list[dict[str, object]]:
    from cnnstudio.engine.evaluation import predict

    request = _as(job, Predict)
    paths = [Path(path) for path in request.paths]
    return predict(Path(request.run_dir), paths=paths, images=request.images, top=request.top)


def _export(job: Job) -> dict[str, object]:
    from cnnstudio.engine.export import export_run

    request = _as(job, Export)
    exported = export_run(
        Path(request.run_dir),
        request.format,
        Path(request.path),
        options=request.options,
        progress=job.progress,
        cancelled=job.cancelled,
    )
    return exported.to_reply()


def _augment(job: Job) -> dict[str, object]:
    from cnnstudio.engine.augmentation import augmented

    request = _as(job, Augment)
    return augmented(
        parse_project(request.project).network,
        [Path(path) for path in request.paths],
        raw=request.raw,
        resize=request.resize,
        draw=request.draw,
        times=request.times,
    )


def _read_weights(job: Job) -> dict[str, object]:
    from cnnstudio.engine.understanding.weights import fresh_weights, weights_of_run

    request = _as(job, ReadWeights)
    if request.run_dir:
        return weights_of_run(Path(request.run_dir), request.layer)
    project = parse_project(request.project)
    return fresh_weights(project, TrainingPlan.from_json(project.training), request.layer)


def _measure_gradients(job: Job) -> dict[str, object]:
    from cnnstudio.engine.understanding.gradients import fresh_gradients, gradients_of_run

    request = _as(job, MeasureGradients)
    say = partial(job.progress, 0, 0)
    data = Path(request.data) if request.data else None
    if request.run_dir:
        return gradients_of_run(Path(request.run_dir), data, say=say, cancelled=job.cancelled)
    project = parse_project(request.project)
    plan = TrainingPlan.from_json(project.training)
    return fresh_gradients(project, plan, data, say=say, cancelled=job.cancelled)


def _as(job: Job, kind: type[Any]) -> Any:
    assert isinstance(job.request, kind)
    return job.request


_HANDLERS: dict[type, Callable[[Job], Any]] = {
    Warm: _warm,
    ListDevices: _devices,
    Forecast: _forecast,
    FindLearningRate: _find_learning_rate,
    Train: _train,
    ResumeRun: _resume,
    Evaluate: _evaluate,
    Predict: _predict,
    Export: _export,
    Augment: _augment,
    ReadWeights: _read_weights,
    MeasureGradients: _measure_gradients,
}
