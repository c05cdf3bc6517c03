"""The runs on disk: read, renamed, annotated and thrown into the bin away from the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile, QObject, QThreadPool, Signal

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.runs.record import RunFolderError
from cnnstudio.runs.run_folder import RunFolder, runs_under
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.train.confusion import Confusion


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRun:
    """A run with its curves and its confusion matrix."""

    folder: RunFolder
    run: TrainingRun
    confusion: Confusion | None
    network: Network | None = None
    """What was trained; None when that cannot be read."""


class RunLibrary(QObject):
    """Works in one thread of its own, in the order asked. Close it before the program ends."""

    listed = Signal(object)
    """A list of `RunFolder`, the newest first."""
    loaded = Signal(object)
    """A `LoadedRun`."""
    problem = Signal(object)
    """The `Message` that says what could not be done."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def scan(self, folder: Path) -> None:
        """Look which runs there are; `listed` follows."""
        self._pool.start(lambda: self.listed.emit(runs_under(folder)))

    def load(self, path: Path) -> None:
        """Read a run's curves; `loaded` follows."""
        self._pool.start(lambda: self._load(path))

    def annotate(
        self, folder: RunFolder, scanned: Path, *, name: str | None = None, notes: str | None = None
    ) -> None:
        """Give a run a name or notes, then scan again."""
        self._pool.start(lambda: self._annotate(folder, scanned, name, notes))

    def discard(self, paths: list[Path], scanned: Path) -> None:
        """Move run folders to the system's bin, then scan again."""
        self._pool.start(lambda: self._discard(paths, scanned))

    def close(self) -> None:
        """Drop what waits and let what is being done end."""
        self._pool.clear()
        self._pool.waitForDone()

    def _load(self, path: Path) -> None:
        try:
            self.loaded.emit(read_run(path))
        except (RunFolderError, OSError) as error:
            self.problem.emit(_message(error))

    def _annotate(self, folder: RunFolder, scanned: Path, name: str | None, notes: str | None) -> None:
        try:
            RunFolder.open(folder.path).annotated(name=name, notes=notes)
        except (RunFolderError, OSError) as error:
            self.problem.emit(_message(error))
        self.listed.emit(runs_under(scanned))

    def _discard(self, paths: list[Path], scanned: Path) -> None:
        for path in paths:
            if not QFile(str(path)).moveToTrash():
                self.problem.emit(
                    Message("{path} cannot be moved to the bin; delete the folder by hand.", path=str(path))
                )
        self.listed.emit(runs_under(scanned))


def read_run(path: Path) -> LoadedRun:
    """A run folder with its curves. Raises RunFolderError, OSError."""
    folder = RunFolder.open(path)
    table = folder.confusion()
    return LoadedRun(
        folder=folder,
        run=folder.training_run(),
        confusion=Confusion.of(*table) if table is not None else None,
        network=folder.network(),
    )


def _message(error: RunFolderError | OSError) -> Message:
    if isinstance(error, RunFolderError):
        return error.message
    return Message("{reason}", reason=error.strerror or str(error))
