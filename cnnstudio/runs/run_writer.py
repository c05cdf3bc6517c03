"""Writing a run folder as training goes, so that a kill at any instant keeps all finished epochs.

An epoch is finished when its row is in history.csv; the engine has put its checkpoint and its model there before.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.core.message import Message
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import save_project
from cnnstudio.runs.record import RunFolderError, RunProcess, RunRecord, now
from cnnstudio.runs.run_folder import (
    BATCHES,
    CHECKPOINT,
    CONFUSION,
    HISTORY,
    LOG,
    PROJECT,
    RunFolder,
    write_record,
)
from cnnstudio.runs.tables import Row, confusion_text, line_of, number_text, read_rows, table_text

_METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")


class RunWriter:
    """The one writer of a run folder. Close it at the end; it is its own context manager."""

    def __init__(self, path: Path, record: RunRecord) -> None:
        self.path = path
        self.record = record
        self._updating = threading.Lock()
        self._batches: IO[str] | None = None
        self._columns: tuple[str, ...] = ()

    @classmethod
    def create(cls, path: Path, record: RunRecord, project: Project) -> RunWriter:
        """Start a new run folder. Raises RunFolderError when `path` holds something already."""
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise RunFolderError(
                    Message("{path} is not empty.", path=str(path)),
                    Message("Choose a new folder for the run, or delete this one."),
                )
            (path / CHECKPOINT).parent.mkdir()
        except OSError as error:
            raise RunFolderError(
                Message(
                    "The run folder {path} cannot be made: {reason}.", path=str(path), reason=error.strerror
                ),
                Message("Choose a folder that you may write to."),
            ) from error
        save_project(project, path / PROJECT)
        writer = cls(path, replace(record, created=now(), process=RunProcess.current()))
        writer.update()
        return writer

    @classmethod
    def reopen(cls, folder: RunFolder, *, epochs_done: int, last_step: int) -> RunWriter:
        """Go on with a run: the tables are cut to the finished epochs. Raises RunFolderError while it is live."""
        if folder.is_live:
            raise RunFolderError(
                Message("The run is being trained by another process."),
                Message("Wait for its end, or stop it first."),
            )
        path = folder.path
        history = [row for row in folder.history() if row.get("epoch", 0) <= epochs_done]
        batches = [row for row in folder.batches() if row.get("step", 0) <= last_step]
        _rewrite(path / HISTORY, history)
        _rewrite(path / BATCHES, batches)
        record = replace(folder.record, process=RunProcess.current(), state="running", failure=None)
        writer = cls(path, record)
        writer._columns = tuple(history[0]) if history else ()
        writer.update()
        return writer

    def update(self, **changes: Any) -> None:
        """Write run.json with some fields changed. Raises RunFolderError. Any thread may call it."""
        with self._updating:
            self.record = replace(self.record, updated=now(), **changes)
            write_record(self.path, self.record)

    def add_batches(self, first_step: int, losses: Sequence[float], accuracies: Sequence[float] = ()) -> None:
        """Append batches to batches.csv, handed to the system at once (a kill loses none, a power cut may)."""
        if self._batches is None:
            fresh = not (self.path / BATCHES).exists()
            self._batches = (self.path / BATCHES).open("a", encoding="utf-8", newline="")
            if fresh:
                self._batches.write("step,loss,accuracy\n" if accuracies else "step,loss\n")
        lines = [f"{step},{loss:.6g}" for step, loss in enumerate(losses, start=first_step)]
        if accuracies:
            lines = [f"{line},{accuracy:.6g}" for line, accuracy in zip(lines, accuracies, strict=True)]
        self._batches.write("\n".join(lines) + "\n")
        self._batches.flush()

    def end_epoch(
        self, epoch: int, metrics: Mapping[str, float], learning_rate: float, seconds: float
    ) -> None:
        """Append an epoch to history.csv: from here on it is finished."""
        row: Row = {"epoch": epoch}
        row |= {name: metrics[name] for name in _METRICS if name in metrics}
        row |= {name: value for name, value in metrics.items() if name not in row}
        row |= {"learning_rate": learning_rate, "seconds": round(seconds, 4)}
        text = ""
        if not self._columns:
            self._columns = tuple(row)
            text = line_of(self._columns)
        text += line_of([number_text(row[name]) if name in row else "" for name in self._columns])
        with (self.path / HISTORY).open("a", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def write_confusion(self, matrix: Sequence[Sequence[int]], classes: Sequence[str]) -> None:
        """Write confusion.csv: a row for each true class."""
        write_atomically(self.path / CONFUSION, confusion_text(matrix, classes).encode("utf-8"))

    def log(self, text: str) -> None:
        """Add a line to train.log, with the time."""
        stamp = datetime.now().astimezone().isoformat(timespec="milliseconds")
        with (self.path / LOG).open("a", encoding="utf-8") as file:
            file.write(f"{stamp} {text}\n")

    def log_error(self, error: BaseException) -> None:
        """Add an exception with its traceback to train.log."""
        self.log("".join(traceback.format_exception(error)).rstrip())

    def close(self) -> None:
        """Close what is open; safe to call twice."""
        if self._batches is not None:
            self._batches.close()
            self._batches = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _rewrite(path: Path, rows: Sequence[Row]) -> None:
    if not rows:
        path.unlink(missing_ok=True)
        return
    if len(rows) == len(read_rows(path)) and path.read_bytes().endswith(b"\n"):
        return
    write_atomically(path, table_text(rows, tuple(rows[0])).encode("utf-8"))
