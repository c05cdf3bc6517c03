"""Starts, steers and follows the one run that trains now: the window's state machine of training. No widgets."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import ProjectFileError, project_text
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.runs.backends import BackendError, chosen
from cnnstudio.runs.events import PhaseChanged, RunEnded, RunEvent
from cnnstudio.runs.naming import next_run_folder, slug
from cnnstudio.runs.plan import PlanError, TrainingPlan
from cnnstudio.runs.protocol import (
    Continue,
    Failure,
    Pause,
    ResumeRun,
    StopAfterEpoch,
    StopNow,
    Train,
)
from cnnstudio.runs.run_folder import RECORD, RunFolder
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.session import Session

Place = Literal["design", "data", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a run cannot start, and the workspace where that is cured."""

    message: Message
    hint: Message = NO_MESSAGE
    place: Place


class Trainer(QObject):
    """At most one run at a time. `run` grows as events come; every signal means: look at it again."""

    started = Signal()
    """A run began or goes on."""
    progressed = Signal()
    """`run` has news; at most thirty times a second."""
    ended = Signal(object, object)
    """The run is over: its last `TrainingRun` and its folder."""
    died = Signal(object)
    """The engine went away in the middle of the run: the `Message` why. Finished epochs are in `folder`."""
    remarked = Signal(object)
    """A `Message` that the user should know of the run."""
    refused = Signal(object)
    """The `Refusal` of the last start."""

    def __init__(
        self, session: Session, jobs: Jobs, runs_folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self.runs_folder = runs_folder
        self.run: TrainingRun | None = None
        self.folder: Path | None = None
        self.project: Project | None = None
        """What the run trains, as it was at its start."""
        self.unattended = False
        """Whether the run began by itself, when its turn in the queue came."""
        self.stopping = False
        """Whether the user asked the run to stop and it has not yet."""
        self._job: Job | None = None
        jobs.run_events.connect(self._on_events)

    @property
    def is_training(self) -> bool:
        """Whether a run was asked for and is not over yet; a paused run counts."""
        return self._job is not None

    @property
    def is_paused(self) -> bool:
        return self.is_training and self.run is not None and self.run.state == "paused"

    def obstacle(self) -> Refusal | None:
        """What keeps the open project from being trained now."""
        analysis = self._session.whole
        if not analysis.ok:
            first = next(item for item in analysis.diagnostics if item.severity == "error")
            return Refusal(message=first.message, hint=first.hint, place="design")
        return obstacle_around(self._session.document.project)

    def start(self) -> bool:
        """Train the open project into a new run folder. Emits `refused` and gives False when it cannot."""
        if self.is_training:
            return False
        refusal = self.obstacle() or self._begin(self._session.document.project, self.runs_folder)
        if refusal is not None:
            self.refused.emit(refusal)
        return refusal is None

    def start_queued(self, project: Project, runs_folder: Path) -> Refusal | None:
        """Train a project whose turn has come, while nothing trains. Gives what keeps it from being trained."""
        return obstacle_around(project) or self._begin(project, runs_folder, unattended=True)

    def _begin(self, project: Project, runs_folder: Path, *, unattended: bool = False) -> Refusal | None:
        refusal = self._make_folder(runs_folder, project.name)
        if refusal is not None:
            return refusal
        plan = TrainingPlan.from_json(project.training)
        self._jobs.use_backend(chosen(plan.backend))
        self.run = TrainingRun(run_id=uuid.uuid4().hex[:12], plan=plan, epochs=plan.epochs)
        self.project, self.unattended = project, unattended
        self._follow(
            self._jobs.request(
                Train,
                run_id=self.run.run_id,
                project=project_text(project),
                data=DataSettings.from_json(project.data).path,
                run_dir=str(self.folder),
                plan=plan.to_json(),
            )
        )
        return None

    def resume(self, folder: RunFolder, *, epochs: int = 0) -> bool:
        """Go on after the last finished epoch of a run, up to `epochs` in all (0: as planned)."""
        if self.is_training:
            return False
        self.folder = folder.path
        self.run = folder.training_run()
        self.project, self.unattended = _project_of(folder), False
        self._follow(
            self._jobs.request(
                ResumeRun, run_id=folder.record.run_id, run_dir=str(folder.path), epochs=epochs
            )
        )
        return True

    def pause(self) -> None:
        """Hold the run after the batch it is at."""
        if self.is_training and self.run is not None:
            self._jobs.control(Pause(run_id=self.run.run_id))

    def go_on(self) -> None:
        """Go on after a pause."""
        if self.is_training and self.run is not None:
            self._jobs.control(Continue(run_id=self.run.run_id))

    def stop_after_epoch(self) -> None:
        """End the run when its current epoch is done."""
        self._stop(after_epoch=True)

    def stop_now(self) -> None:
        """End the run within a batch; finished epochs are kept."""
        self._stop(after_epoch=False)

    def _stop(self, *, after_epoch: bool) -> None:
        if not self.is_training or self.run is None:
            return
        kind = StopAfterEpoch if after_epoch else StopNow
        if self.is_paused and after_epoch:
            self._jobs.control(Continue(run_id=self.run.run_id))
        self._jobs.control(kind(run_id=self.run.run_id))
        self.stopping = True
        self.progressed.emit()

    def _make_folder(self, runs_folder: Path, name: str) -> Refusal | None:
        try:
            runs_folder.mkdir(parents=True, exist_ok=True)
            self.folder = next_run_folder(runs_folder, slug(name))
            self.folder.mkdir()
        except OSError as error:
            return Refusal(
                message=Message(
                    "The run cannot be kept in {path}: {reason}.",
                    path=str(runs_folder),
                    reason=error.strerror or str(error),
                ),
                hint=Message("Free some space, or save the project in a folder that you may write to."),
                place="plan",
            )
        return None

    def _follow(self, job: Job) -> None:
        self._job = job
        self.stopping = False
        job.succeeded.connect(self._on_done)
        job.failed.connect(self._on_failed)
        self.started.emit()

    def _on_events(self, events: tuple[RunEvent, ...]) -> None:
        run = self.run
        if run is None:
            return
        for event in events:
            if isinstance(event, PhaseChanged) and event.remark and event.run_id == run.run_id:
                self.remarked.emit(event.remark)
            run = run.apply(event)
        if run is not self.run:
            self.run = run
            self.progressed.emit()

    def _on_done(self, _value: object) -> None:
        self._job = None
        self.stopping = False
        self.ended.emit(self.run, self.folder)

    def _on_failed(self, failure: Failure) -> None:
        self._job = None
        self.stopping = False
        run = self.run
        if run is not None and not run.is_over:
            self.run = run.apply(
                RunEnded(
                    run_id=run.run_id,
                    state="interrupted" if self._jobs.state == "dead" else "failed",
                    message=failure.message,
                    hint=failure.hint,
                )
            )
        if self._jobs.state == "dead":
            self.died.emit(failure.message)
        else:
            self._remove_empty_folder()
            self.ended.emit(self.run, self.folder)

    def _remove_empty_folder(self) -> None:
        """A run that failed before it wrote anything leaves no folder, nor empty ones in it."""
        if self.folder is None or (self.folder / RECORD).exists():
            return
        with suppress(OSError):  # something is in it
            for inner in self.folder.iterdir():
                inner.rmdir()
            self.folder.rmdir()


def obstacle_around(project: Project) -> Refusal | None:
    """What, besides its network, keeps a project from being trained: its data or its plan."""
    try:
        settings = DataSettings.from_json(project.data)
    except DataError as error:
        return Refusal(message=error.message, hint=error.hint, place="data")
    if not settings.path:
        return Refusal(
            message=Message("No data is chosen."),
            hint=Message("Choose a folder with one folder of images per class, or the sample."),
            place="data",
        )
    if not Path(settings.path).exists():
        return Refusal(
            message=Message("The data {path} are not there.", path=settings.path),
            hint=Message("Choose them again; perhaps they were moved, or their disk is not connected."),
            place="data",
        )
    try:
        chosen(TrainingPlan.from_json(project.training).backend)
    except (PlanError, BackendError) as error:
        return Refusal(message=error.message, hint=error.hint, place="plan")
    return None


def _project_of(folder: RunFolder) -> Project | None:
    try:
        return folder.project()
    except (ProjectFileError, OSError):
        return None
