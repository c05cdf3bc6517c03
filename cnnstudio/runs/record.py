"""`run.json`: what a run was, is, and came to, as a frozen value. No files are touched here."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, get_args

import psutil

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.params import EMPTY, Params
from cnnstudio.core.task import Task
from cnnstudio.runs.events import RunState
from cnnstudio.runs.plan import PlanError, TrainingPlan

FORMAT = "cnnstudio.run"
VERSION = 1


class RunFolderError(Exception):
    """A run folder that cannot be read, or cannot be written: what happened and the cure."""

    def __init__(self, message: Message, hint: Message = NO_MESSAGE) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProcess:
    """The process that trains, so that a reader can tell whether it is still there."""

    pid: int
    started: float
    """Seconds since 1970; tells a process from a later one with the same number."""
    host: str

    @classmethod
    def current(cls) -> RunProcess:
        """This process."""
        return cls(
            pid=os.getpid(),
            started=round(psutil.Process().create_time(), 2),
            host=socket.gethostname(),
        )

    @property
    def is_alive(self) -> bool:
        """Whether it still runs on this machine. A process of another machine cannot be seen and counts as gone."""
        if self.host != socket.gethostname():
            return False
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 2.0
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What `run.json` holds. `state` is as written; `RunFolder.state` knows whether it is still true."""

    run_id: str
    name: str = ""
    state: RunState = "running"
    plan: TrainingPlan = field(default_factory=TrainingPlan)
    classes: tuple[str, ...] = ()
    """What the values at the network's end stand for: classes, labels, or the names of numbers."""
    data: Mapping[str, object] = field(default_factory=dict)
    """`path`, `settings`, `root` (what paths of images are relative to), the numbers of images (`train`, `validation`,
    `test`) and `left_out`."""
    task: Task = "classification"
    """`classification`, `multi_label` (several labels an image) or `regression` (numbers)."""
    input_shape: tuple[int, ...] = ()
    """Height, width, channels of the images as the network takes them."""
    pixels: str = "0..1"
    """What the network is fed: `0..1` or `0..255`."""
    device: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    parameters: int = 0
    epochs_done: int = 0
    steps_per_epoch: int = 0
    best_epoch: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Metrics of the best epoch."""
    failure: Mapping[str, str] | None = None
    """`message` and `hint`, in English."""
    created: str = ""
    updated: str = ""
    seconds: float = 0.0
    """Time spent training, pauses left out."""
    process: RunProcess | None = None
    notes: str = ""
    started_from: Mapping[str, object] = field(default_factory=dict)
    """Where the first weights came from: `run`, `loaded` (layers) and `left` (layer and why); empty: drawn."""
    extra: Params = EMPTY
    """Keys that this version does not know; written back unchanged."""

    @classmethod
    def from_json(cls, document: object) -> RunRecord:
        """The record in a parsed `run.json`. Raises RunFolderError."""
        if not isinstance(document, Mapping) or document.get("format") != FORMAT:
            raise RunFolderError(Message('run.json is not a run of CNN Studio ("format" is missing).'))
        if document.get("version") != VERSION:
            raise RunFolderError(
                Message(
                    "The run has format version {found}; this program reads version {known}.",
                    found=document.get("version"),
                    known=VERSION,
                ),
                Message("Open it with a newer CNN Studio."),
            )
        known = {item.name for item in fields(cls)} - {"extra"}
        values: dict[str, Any] = {key: value for key, value in document.items() if key in known}
        try:
            return _record(cls, values, document)
        except (TypeError, ValueError, KeyError, AttributeError, PlanError) as error:
            raise RunFolderError(
                Message("run.json is damaged: {reason}", reason=str(error)),
                Message("Its model.keras and history.csv may still be good."),
            ) from error

    def to_json(self) -> dict[str, object]:
        """Plain JSON values, ready for `json.dumps`."""
        values: dict[str, object] = {item.name: getattr(self, item.name) for item in fields(self)}
        del values["extra"]
        process = self.process
        values |= {
            "plan": self.plan.to_json(),
            "classes": list(self.classes),
            "input_shape": list(self.input_shape),
            "data": dict(self.data),
            "versions": dict(self.versions),
            "started_from": dict(self.started_from),
            "metrics": dict(self.metrics),
            "process": process and {"pid": process.pid, "started": process.started, "host": process.host},
        }
        return {"format": FORMAT, "version": VERSION, **values, **self.extra.to_json()}


def now() -> str:
    """The time as run.json writes it: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _record(cls: type[RunRecord], values: dict[str, Any], document: Mapping[str, object]) -> RunRecord:
    if not isinstance(values.get("run_id"), str):
        raise ValueError("run_id is missing")
    state = values.get("state")
    if state not in get_args(RunState):
        raise ValueError(f"state is {state!r}")
    for name in ("data", "versions", "metrics", "started_from"):
        if not isinstance(values.get(name, {}), Mapping):
            raise ValueError(f"{name} is not an object")
    if values.get("task", "classification") not in get_args(Task):
        raise ValueError(f"task is {values['task']!r}")
    for name in ("classes", "input_shape"):
        if not isinstance(values.get(name, ()), Sequence):
            raise ValueError(f"{name} is not a list")
        values[name] = tuple(values.get(name, ()))
    values["plan"] = TrainingPlan.from_json(values.get("plan", {}))
    process = values.get("process")
    values["process"] = None
    if process is not None:
        values["process"] = RunProcess(
            pid=int(process["pid"]), started=float(process["started"]), host=str(process["host"])
        )
    known = {item.name for item in fields(cls)} | {"format", "version"}
    extra = Params({key: value for key, value in document.items() if key not in known})
    return cls(**values, extra=extra)
