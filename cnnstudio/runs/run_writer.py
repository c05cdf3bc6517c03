"""Writing a run folder as training goes, so that a kill at any instant keeps all finished epochs.

An epoch is finished when its row is in history.csv; the engine has put its checkpoint and its model there before.
"""

from __future__ import annotations

import glob
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
    CURVES,
    HISTORY,
    LOG,
    MODEL,
    PROJECT,
    RECORD,
    RunFolder,
    write_record,
)
from cnnstudio.runs.tables import Row, confusion_text, line_of, number_text, read_rows, table_text

_BEFORE_THE_RECORD = (PROJECT, str(Path(CHECKPOINT).parent))
"""What `create` makes before there is a run.json."""
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
        """Start a new run folder. Raises RunFolderError when `path` holds something already.

        A folder that a kill left in the middle of this, with no run.json yet, counts as new.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
            _sweep(path)
            if any(entry.name not in _BEFORE_THE_RECORD for entry in path.iterdir()):
                raise RunFolderError(
                    Message("{path} is not empty.", path=str(path)),
                    Message("Choose a new folder for the run, or delete this one."),
                )
            (path / CHECKPOINT).parent.mkdir(exist_ok=True)
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
    def reopen(
        cls, folder: RunFolder, *, epochs_done: int, last_step: int, history: Sequence[Row] = ()
    ) -> RunWriter:
        """Go on with a run: the tables are cut to the finished epochs, and what killed writes left is swept out.

        `history` holds the rows of all finished epochs; without it those of history.csv are kept. Raises
        RunFolderError while the run is live.
        """
        if folder.is_live:
            raise RunFolderError(
                Message("The run is being trained by another process."),
                Message("Wait for its end, or stop it first."),
            )
        path = folder.path
        _sweep(path)
        _cut(path / HISTORY, epochs_done)
        _cut(path / BATCHES, last_step)
        if history and list(history) != read_rows(path / HISTORY):
            write_atomically(path / HISTORY, table_text(history, tuple(history[0])).encode("utf-8"))
        rows = read_rows(path / HISTORY)
        record = replace(folder.record, process=RunProcess.current(), state="running", failure=None)
        writer = cls(path, record)
        writer._columns = tuple(rows[0]) if rows else ()
        writer.update()
        missing = last_step - len(read_rows(path / BATCHES))
        if missing > 0:
            writer.log(f"{BATCHES} was damaged: it lacks {missing} of the first {last_step} batches")
        if len(rows) < epochs_done:
            lost = epochs_done - len(rows)
            writer.log(f"{HISTORY} was damaged: it lacks {lost} of the first {epochs_done} epochs")
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

    def end_epoch(self, row: Row) -> None:
        """Append an epoch, `history_row`, to history.csv: from here on it is finished. Its batches are on the disk."""
        if self._batches is not None:
            os.fsync(self._batches.fileno())
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


def history_row(epoch: int, metrics: Mapping[str, float], learning_rate: float, seconds: float) -> Row:
    """An epoch as a row of history.csv, its cells in their order."""
    row: Row = {"epoch": epoch}
    row |= {name: metrics[name] for name in _METRICS if name in metrics}
    row |= {name: value for name, value in metrics.items() if name not in row}
    return row | {"learning_rate": learning_rate, "seconds": round(seconds, 4)}


def _cut(path: Path, last: int) -> None:
    """Leave the head of a table and its rows numbered up to `last`; what is torn goes too."""
    rows = [row for row in read_rows(path) if next(iter(row.values()), 0) <= last]
    if not rows:
        path.unlink(missing_ok=True)
        return
    content = path.read_bytes()
    lines = content.splitlines(keepends=True)[: 1 + len(rows)]
    if (kept := b"".join(lines)) != content:
        write_atomically(path, kept)


def _sweep(path: Path) -> None:
    """Remove the temporary files of writes that were killed. Only for a folder that nobody writes to."""
    for target in (RECORD, PROJECT, HISTORY, BATCHES, MODEL, CHECKPOINT, CURVES, CONFUSION):
        file = path / target
        for left in file.parent.glob(f".{glob.escape(file.name)}.*"):
            left.unlink(missing_ok=True)
