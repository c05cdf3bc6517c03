"""Recovery files: what was edited is on disk within two seconds, and found again after a crash.

Every window owns one file name in the recovery folder and holds a lock on it while it lives. A recovery file whose lock
nobody holds was left by a process that died; only then is it offered. A clean exit removes the files.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from PySide6.QtCore import QLockFile, QObject, QRunnable, QThreadPool, QTimer, Signal

from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.core.change import Change
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import SUFFIX, ProjectFileError, load_project, save_project
from cnnstudio.ui.session import Session

DELAY = 700
"""Milliseconds from an edit to the writing of the recovery file; further edits do not put it off."""


def recovery_folder() -> Path:
    """Where recovery files are kept, in the user's data folder."""
    return platformdirs.user_data_path("cnnstudio", appauthor=False) / "recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Work that a dead process left: the project, the file it belonged to, and when it was last edited."""

    recovery_file: Path
    project: Project
    path: Path | None
    edited: float
    """Seconds since the epoch."""


class Autosave(QObject):
    """Writes the session's project to its recovery file, off the window's thread."""

    failed = Signal(str)
    """The recovery file cannot be written, and why. Told once until a writing succeeds again."""
    written = Signal()

    def __init__(self, session: Session, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder or recovery_folder()
        self._base = self._folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._lock: QLockFile | None = None
        self._path: Path | None = None
        self._last: Project = session.document.project
        self._complained = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self.write_now)
        self._writer = QThreadPool(self)
        self._writer.setMaxThreadCount(1)
        self._results = _Results(self)
        self._results.done.connect(self._on_done)
        session.changed.connect(self._on_changed)

    @property
    def file(self) -> Path:
        """This window's recovery file; there only while there is something to lose."""
        return self._base.with_suffix(SUFFIX)

    def set_path(self, path: Path | None) -> None:
        """Which file the project belongs to; restored work is saved there again."""
        self._path = path

    def write_now(self) -> None:
        """Write the recovery file if there is unsaved work, remove it if there is none. Returns at once."""
        self._timer.stop()
        project = self._session.document.project
        if not self._session.document.is_modified:
            self._last = project
            self._start(None)
        elif project is not self._last:
            self._last = project
            self._start(project)

    def flush(self) -> None:
        """Wait until everything handed over is on disk."""
        self._writer.waitForDone()

    def close(self) -> None:
        """A clean end: nothing to recover."""
        self._session.changed.disconnect(self._on_changed)
        self._timer.stop()
        self._writer.waitForDone()
        _remove(self._base)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def find_lost(self) -> tuple[Recovered, ...]:
        """What dead processes left, newest first. Files that cannot be read are left where they are."""
        found: list[Recovered] = []
        for file in sorted(self._folder.glob(f"*{SUFFIX}")) if self._folder.is_dir() else ():
            if file == self.file:
                continue
            lock = _lock_for(file.with_suffix(""))
            if not lock.tryLock(0):
                continue  # its window is alive
            try:
                project = load_project(file)
                edited = file.stat().st_mtime
            except (ProjectFileError, OSError):
                continue
            finally:
                lock.unlock()
            found.append(
                Recovered(
                    recovery_file=file,
                    project=project,
                    path=_original_path(file.with_suffix(".json")),
                    edited=edited,
                )
            )
        return tuple(sorted(found, key=lambda lost: lost.edited, reverse=True))

    def discard(self, lost: Recovered) -> None:
        """Remove a dead process's files: the work was taken over, or is not wanted."""
        _remove(lost.recovery_file.with_suffix(""))

    def _on_changed(self, _change: Change) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _start(self, project: Project | None) -> None:
        if self._lock is None:
            if project is None:
                return
            with contextlib.suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
            lock = _lock_for(self._base)
            if lock.tryLock(0):
                self._lock = lock
        self._writer.start(_Writing(self._base, project, self._path, self._results))

    def _on_done(self, problem: str) -> None:
        if problem and not self._complained:
            self.failed.emit(problem)
        self._complained = bool(problem)
        if not problem:
            self.written.emit()


class _Results(QObject):
    """Carries a writing's outcome to the window's thread."""

    done = Signal(str)


class _Writing(QRunnable):
    """Writes one project, or removes the files where there is none to write."""

    def __init__(self, base: Path, project: Project | None, path: Path | None, results: _Results) -> None:
        super().__init__()
        self._base = base
        self._project = project
        self._path = path
        self._results = results

    def run(self) -> None:
        problem = ""
        try:
            if self._project is None:
                _remove(self._base, keep_lock=True)
            else:
                note = {"path": str(self._path) if self._path is not None else None}
                write_atomically(self._base.with_suffix(".json"), json.dumps(note).encode("utf-8"))
                save_project(self._project, self._base.with_suffix(SUFFIX))
        except ProjectFileError as error:
            problem = str(error)
        except OSError as error:
            problem = error.strerror or str(error)
        self._results.done.emit(problem)


def _lock_for(base: Path) -> QLockFile:
    lock = QLockFile(str(base.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however old it is
    return lock


def _remove(base: Path, *, keep_lock: bool = False) -> None:
    for suffix in (SUFFIX, ".json") if keep_lock else (SUFFIX, ".json", ".lock"):
        with contextlib.suppress(OSError):
            base.with_suffix(suffix).unlink(missing_ok=True)


def _original_path(note: Path) -> Path | None:
    try:
        content = json.loads(note.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    path = content.get("path") if isinstance(content, dict) else None
    return Path(path) if isinstance(path, str) else None
