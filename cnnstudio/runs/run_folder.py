"""Reading what training left behind: state, curves, project, model. Works while the run goes on and after a kill."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import ProjectFileError, load_project
from cnnstudio.runs.events import RunState
from cnnstudio.runs.record import RunFolderError, RunRecord
from cnnstudio.runs.series import MetricSeries
from cnnstudio.runs.tables import Row, read_confusion, read_rows
from cnnstudio.runs.training_run import TrainingRun

RECORD = "run.json"
PROJECT = "project.cnn"
HISTORY = "history.csv"
BATCHES = "batches.csv"
MODEL = "model.keras"
CHECKPOINT = "checkpoints/last.npz"
CURVES = "curves.png"
CONFUSION = "confusion.csv"
LOG = "train.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """A run folder as it was when opened; open it again to see what came since."""

    path: Path
    record: RunRecord
    state: RunState
    """As in run.json, but `interrupted` when that says running or paused and the process is gone."""

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Read a run folder. Raises RunFolderError."""
        try:
            document = json.loads((path / RECORD).read_text("utf-8"))
        except FileNotFoundError:
            raise RunFolderError(
                Message("{path} is not a run folder: it has no run.json.", path=str(path)),
                Message("Choose a folder that training wrote."),
            ) from None
        except (OSError, ValueError, RecursionError) as error:
            raise RunFolderError(
                Message("{path} cannot be read: {reason}", path=str(path / RECORD), reason=str(error)),
                Message("Restore it from a copy. The run's model.keras and history.csv may still be good."),
            ) from error
        record = RunRecord.from_json(document)
        return cls(path=path, record=record, state=_true_state(record))

    @property
    def is_live(self) -> bool:
        """Whether a process trains it right now."""
        return self.state in ("running", "paused")

    @property
    def can_resume(self) -> bool:
        """Whether it can go on after its last finished epoch, or start again when none was finished."""
        return not self.is_live and ((self.path / CHECKPOINT).is_file() or not self.record.epochs_done)

    @property
    def model(self) -> Path:
        return self.path / MODEL

    @property
    def has_model(self) -> bool:
        """Whether an epoch was finished and its model kept."""
        return self.model.is_file()

    def project(self) -> Project:
        """What was trained. Raises ProjectFileError."""
        return load_project(self.path / PROJECT)

    def network(self) -> Network | None:
        """The network that was trained; None when it cannot be read."""
        try:
            return self.project().network
        except (ProjectFileError, OSError):
            return None

    def history(self) -> list[Row]:
        """One row for each finished epoch: epoch, loss, accuracy, val_…, learning_rate, seconds."""
        return read_rows(self.path / HISTORY)

    def batches(self) -> list[Row]:
        """One row for each batch: step, loss, accuracy."""
        return read_rows(self.path / BATCHES)

    def confusion(self) -> tuple[tuple[str, ...], list[list[int]]] | None:
        """(classes, matrix) for the validation images: rows are true, columns predicted; None when absent."""
        return read_confusion(self.path / CONFUSION)

    def training_run(self) -> TrainingRun:
        """The run as a stream of its events would have made it, for the same plots and tables."""
        record = self.record
        history: dict[str, MetricSeries] = {}
        rows = self.history()
        for name in dict.fromkeys(name for row in rows for name in row):
            if name in ("epoch", "learning_rate", "seconds"):
                continue
            kept = [row for row in rows if name in row]
            history[name] = MetricSeries([row["epoch"] for row in kept], [row[name] for row in kept])
        told = [row for row in rows if row.get("learning_rate")]
        rates = MetricSeries([row["epoch"] for row in told], [row["learning_rate"] for row in told])
        batches = self.batches()
        per_epoch = record.steps_per_epoch or 1
        curves: dict[str, MetricSeries] = {}
        for name in ("loss", "accuracy"):
            kept = [row for row in batches if name in row]
            if kept:
                curves[name] = MetricSeries(
                    [row["step"] / per_epoch for row in kept], [row[name] for row in kept]
                )
        failure = record.failure or {}
        done = int(rows[-1]["epoch"]) if rows else 0
        return TrainingRun(
            run_id=record.run_id,
            plan=record.plan,
            state=self.state,
            message=Message("{text}", text=failure["message"]) if failure.get("message") else Message(""),
            hint=Message("{text}", text=failure["hint"]) if failure.get("hint") else Message(""),
            epochs=record.plan.epochs,
            epoch=done,
            epochs_done=done,
            step=int(batches[-1]["step"]) if batches else done * record.steps_per_epoch,
            steps_per_epoch=record.steps_per_epoch,
            batches=curves,
            history=history,
            learning_rates=rates,
            epoch_seconds=tuple(row.get("seconds", 0.0) for row in rows),
            best_epoch=record.best_epoch,
            best_metrics=dict(record.metrics),
        )

    def annotated(self, *, name: str | None = None, notes: str | None = None) -> RunFolder:
        """Give the run a name or notes, in its file too. Raises RunFolderError for a run that is being trained."""
        if self.is_live:
            raise RunFolderError(
                Message("The run is being trained."), Message("Wait for its end, or stop it first.")
            )
        record = replace(
            self.record,
            name=self.record.name if name is None else name,
            notes=self.record.notes if notes is None else notes,
        )
        write_record(self.path, record)
        return replace(self, record=record)


def runs_under(folder: Path) -> list[RunFolder]:
    """All readable runs directly in `folder`, the newest first; empty when there is no such folder."""
    found: list[RunFolder] = []
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    for entry in entries:
        try:
            found.append(RunFolder.open(entry))
        except (RunFolderError, OSError):
            continue
    found.sort(key=lambda run: run.record.created, reverse=True)
    return found


def write_record(path: Path, record: RunRecord) -> None:
    """Write run.json atomically. Raises RunFolderError."""
    text = json.dumps(record.to_json(), ensure_ascii=False, indent=1)
    try:
        write_atomically(path / RECORD, text.encode("utf-8"))
    except OSError as error:
        raise RunFolderError(
            Message(
                "{path} cannot be written: {reason}.", path=str(path / RECORD), reason=error.strerror or error
            ),
            Message("Free some space on the disk, or choose a folder that you may write to."),
        ) from error


def _true_state(record: RunRecord) -> RunState:
    if record.state in ("running", "paused") and not (record.process and record.process.is_alive):
        return "interrupted"
    return record.state
