"""What the command Train does as things stand: it trains, or it adds to the queue, or there is nothing to do."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from cnnstudio.core.project import Project
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.queue_runner import QueueRunner
from cnnstudio.ui.train.trainer import Trainer

Offer: TypeAlias = Literal["train", "queue", "trains", "waits"]


class StartOffer(QObject):
    """Follows the project, the run and the queue; `changed` tells each other offer once."""

    changed = Signal(str)
    """`train`: the open project; `queue`: let it wait for its turn; `trains`, `waits`: that is done already."""

    def __init__(
        self, session: Session, trainer: Trainer, queue: QueueRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._trainer = trainer
        self._queue = queue
        self._told: Offer = "train"
        for signal in (session.changed, trainer.started, trainer.ended, trainer.died, queue.changed):
            signal.connect(self._look)

    @property
    def current(self) -> Offer:
        """What there is to do now."""
        if not self._trainer.is_training:
            return "train"
        waiting = self._queue.queue.waiting
        before = waiting[-1].project if waiting else self._trainer.project
        if before is None or not _same(before, self._session.document.project):
            return "queue"
        return "waits" if waiting else "trains"

    def _look(self, *_: object) -> None:
        offer = self.current
        if offer != self._told:
            self._told = offer
            self.changed.emit(offer)


def _same(one: Project, other: Project) -> bool:
    """Whether both would be trained alike, and look alike."""
    return one.network == other.network and one.data == other.data and one.training == other.training
