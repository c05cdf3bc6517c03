"""The runs that wait for their turn, as an immutable value and as JSON. Standard library only, no files, no clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cnnstudio.core.json_text import JsonError
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import parse_project, project_text

FORMAT = "cnnstudio.queue"
VERSION = 1


class QueueError(Exception):
    """A queue that cannot be read: what is wrong with it."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedRun:
    """A run that waits: the project as it was when it was added, with its data and its plan."""

    id: str
    project: Project
    runs_folder: str
    """Where its run folder will be made."""
    failure: Message = NO_MESSAGE
    """Why it could not be trained; a failed run stays in the queue, and the queue passes it by."""

    @property
    def is_failed(self) -> bool:
        return bool(self.failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunQueue:
    """Runs in the order in which they will be trained. Every change gives a new queue."""

    runs: tuple[QueuedRun, ...] = ()
    held: bool = False
    """Whether the next run waits for the user."""

    @property
    def waiting(self) -> tuple[QueuedRun, ...]:
        """Those that will be trained."""
        return tuple(run for run in self.runs if not run.is_failed)

    @property
    def next(self) -> QueuedRun | None:
        """The run whose turn it is; None when none waits."""
        return next(iter(self.waiting), None)

    def find(self, run_id: str) -> QueuedRun | None:
        """The run of this id; None when it is not in the queue."""
        return next((run for run in self.runs if run.id == run_id), None)

    def added(self, run: QueuedRun) -> RunQueue:
        """With `run` at the end."""
        return replace(self, runs=(*self.runs, run))

    def removed(self, run_id: str) -> RunQueue:
        """Without the run of this id."""
        return replace(self, runs=tuple(run for run in self.runs if run.id != run_id))

    def moved(self, run_id: str, row: int) -> RunQueue:
        """With a run at another place, counted from 0 among the others; the ends are the nearest places there are."""
        run = self.find(run_id)
        if run is None:
            return self
        others = list(self.removed(run_id).runs)
        others.insert(max(0, row), run)
        return replace(self, runs=tuple(others))

    def failed(self, run: QueuedRun, why: Message) -> RunQueue:
        """With `run` marked as failed, in front of those that wait."""
        others = self.removed(run.id).runs
        row = next((number for number, other in enumerate(others) if not other.is_failed), len(others))
        return replace(self, runs=(*others[:row], replace(run, failure=why), *others[row:]))

    def retried(self, run_id: str) -> RunQueue:
        """With a failed run waiting again, where it is."""
        return replace(
            self,
            runs=tuple(replace(run, failure=NO_MESSAGE) if run.id == run_id else run for run in self.runs),
        )

    def holding(self, held: bool) -> RunQueue:
        """The same runs, held or going on."""
        return replace(self, held=held)

    def to_json(self) -> dict[str, object]:
        """Plain JSON values, ready for `json.dumps`."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "held": self.held,
            "runs": [
                {
                    "id": run.id,
                    "runs_folder": run.runs_folder,
                    "failure": str(run.failure),
                    "project": json.loads(project_text(run.project)),
                }
                for run in self.runs
            ],
        }

    @classmethod
    def from_json(cls, document: object) -> tuple[RunQueue, tuple[Message, ...]]:
        """The queue in a parsed file, and why some of its runs could not be read. Raises QueueError."""
        if not isinstance(document, Mapping) or document.get("format") != FORMAT:
            raise QueueError(Message('it is not a queue of CNN Studio ("format" is missing)'))
        if document.get("version") != VERSION:
            raise QueueError(
                Message(
                    "it has format version {found}, and this program reads version {known}",
                    found=document.get("version"),
                    known=VERSION,
                )
            )
        items = document.get("runs")
        if not isinstance(items, list):
            raise QueueError(Message('its "runs" are no list'))
        runs: dict[str, QueuedRun] = {}
        problems: list[Message] = []
        for number, item in enumerate(items, 1):
            try:
                run = _run(item)
            except QueueError as error:
                problems.append(Message("run {number}: {reason}", number=number, reason=error.message))
            else:
                runs.setdefault(run.id, run)
        return cls(runs=tuple(runs.values()), held=document.get("held") is True), tuple(problems)


def _run(item: object) -> QueuedRun:
    if not isinstance(item, Mapping):
        raise QueueError(Message("it is no object"))
    for name in ("id", "runs_folder"):
        if not isinstance(item.get(name), str) or not item[name]:
            raise QueueError(Message("{name} is missing", name=name))
    try:
        project = parse_project(json.dumps(item.get("project"), ensure_ascii=False))
    except JsonError as error:
        raise QueueError(error.message) from error
    failure = item.get("failure")
    return QueuedRun(
        id=item["id"],
        project=project,
        runs_folder=item["runs_folder"],
        failure=Message("{text}", text=failure) if isinstance(failure, str) and failure else NO_MESSAGE,
    )
