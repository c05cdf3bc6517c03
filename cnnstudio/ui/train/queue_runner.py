"""Starts the runs of the queue one after another, and keeps the queue in its file. No widgets."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QThreadPool, QTimer, Signal

from cnnstudio.core.message import Message
from cnnstudio.core.project import Project
from cnnstudio.runs.queue import QueuedRun, RunQueue
from cnnstudio.runs.queue_file import read_queue, write_queue
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.trainer import Refusal, Trainer


class QueueRunner(QObject):
    """`queue` grows and shrinks by the methods here; a run's end brings the next one. Close it at the end.

    Without a `path`, or while another window holds it, the queue lives as long as the window.
    """

    changed = Signal()
    """Look at `queue` again."""
    problem = Signal(object)
    """The `Message` that says why the queue could not be read or kept."""

    def __init__(
        self, session: Session, trainer: Trainer, path: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._trainer = trainer
        self._path = path
        self._lock: QLockFile | None = None
        self._writing = QThreadPool(self)
        self._writing.setMaxThreadCount(1)
        self._loaded = False
        self._closed = False
        self._running: QueuedRun | None = None
        self.queue = RunQueue()
        trainer.ended.connect(self._on_over)
        trainer.died.connect(self._on_over)

    @property
    def goes_on(self) -> bool:
        """Whether the next run begins by itself when the one that trains is over."""
        return not self._closed and not self.queue.held and self.queue.next is not None

    @property
    def before_first(self) -> Project | None:
        """What trains in front of the first run of the queue; None when nothing does."""
        return self._trainer.project if self._trainer.is_training else None

    def load(self) -> None:
        """Bring back what waited when the last window closed."""
        if self._loaded or self._path is None:
            return
        self._loaded = True
        if not self._take_lock(self._path):
            return
        self.queue, problem = read_queue(self._path)
        if problem is not None:
            self.problem.emit(problem)
        self.changed.emit()

    # --- what the user wants -----------------------------------------------------------------------

    def add(self) -> bool:
        """Let the open project wait for its turn as it is now. The trainer says why when it cannot be trained."""
        refusal = self._trainer.obstacle()
        if refusal is not None:
            self._trainer.refused.emit(refusal)
            return False
        run = QueuedRun(
            id=uuid.uuid4().hex[:12],
            project=self._session.document.project,
            runs_folder=str(self._trainer.runs_folder),
        )
        self._become(self.queue.added(run))
        return True

    def remove(self, run_id: str) -> None:
        """Take a run out of the queue."""
        self._become(self.queue.removed(run_id))

    def move(self, run_id: str, row: int) -> None:
        """Put a run at another place, counted from 0 among the others."""
        self._become(self.queue.moved(run_id, row))

    def retry(self, run_id: str) -> None:
        """Let a failed run wait again."""
        self._become(self.queue.retried(run_id))

    def hold(self) -> None:
        """Let the next run wait until `go_on`; what trains now goes on."""
        self._become(self.queue.holding(True))

    def go_on(self) -> None:
        """Train the next run when its turn comes: now, unless a run trains."""
        self._become(self.queue.holding(False))
        self._start_next()

    def stop_all(self) -> None:
        """Stop the run that trains, as by “stop now”, and hold the others."""
        self.hold()
        self._trainer.stop_now()

    def close(self) -> None:
        """Start nothing more, and let what is being written reach the disk."""
        self._closed = True
        self._writing.waitForDone()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    # --- one after another -------------------------------------------------------------------------

    def _on_over(self, *_: object) -> None:
        run, done = self._trainer.run, self._running
        self._running = None
        if (
            done is not None
            and run is not None
            and run.state in ("failed", "interrupted")
            and not self._closed
        ):
            self._become(self.queue.failed(done, run.message or Message("The training failed.")))
        self.changed.emit()
        QTimer.singleShot(0, self, self._start_next)  # once everybody knows of the end

    def _start_next(self) -> None:
        run = self.queue.next
        if run is None or not self.goes_on or self._trainer.is_training:
            return
        refusal = self._trainer.start_queued(run.project, Path(run.runs_folder))
        if refusal is not None:
            self._become(self.queue.failed(run, _reason(refusal)))
            QTimer.singleShot(0, self, self._start_next)
            return
        self._running = run
        self._become(self.queue.removed(run.id))

    # --- the file ----------------------------------------------------------------------------------

    def _become(self, queue: RunQueue) -> None:
        if queue == self.queue:
            return
        self.queue = queue
        self.changed.emit()
        path = self._path
        if path is not None and self._take_lock(path):
            self._writing.start(self._write(path, queue))

    def _write(self, path: Path, queue: RunQueue) -> Callable[[], None]:
        def write() -> None:
            try:
                write_queue(path, queue)
            except OSError as error:
                self._tell(path, error)

        return write

    def _tell(self, path: Path, error: OSError) -> None:
        self.problem.emit(
            Message(
                "The queue of runs could not be kept in {path}: {reason}. It ends with this window.",
                path=str(path),
                reason=error.strerror or str(error),
            )
        )

    def _take_lock(self, path: Path) -> bool:
        """Whether this window is the one that keeps the queue."""
        if self._lock is None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                self._tell(path, error)
                return False
            lock = QLockFile(str(path.with_suffix(".lock")))
            lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however old it is
            if not lock.tryLock(0):
                return False
            self._lock = lock
        return True


def _reason(refusal: Refusal) -> Message:
    if not refusal.hint:
        return refusal.message
    return Message("{message} {hint}", message=refusal.message, hint=refusal.hint)
