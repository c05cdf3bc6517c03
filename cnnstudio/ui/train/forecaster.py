"""Asks the engine, when it has nothing else to do, what the planned run would take."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.core.project_file import project_text
from cnnstudio.runs.plan import PlanError, TrainingPlan
from cnnstudio.runs.protocol import Forecast
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.session import Session

WAIT_MS = 900
_DECISIVE = (
    "optimizer",
    "momentum",
    "batch_size",
    "loss",
    "device",
    "mixed_precision",
    "backend",
    "amsgrad",
    "centered",
    "use_ema",
    "frozen",
    "label_smoothing",
)


class Forecaster(QObject):
    """`found` follows some time after `look`, unless the network is broken or a run trains."""

    found = Signal(object)
    """The engine's forecast, a mapping; None while there is none for what is on the canvas."""

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._job: Job | None = None
        self._asked: tuple[object, ...] = ()
        self._active = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._ask)
        session.changed.connect(self.look)
        jobs.became_ready.connect(self.look)

    def set_active(self, active: bool) -> None:
        """Only a workspace that is seen, and does not train, forecasts."""
        self._active = active
        if active:
            self.look()
        else:
            self._timer.stop()
            if self._job is not None:
                self._job.cancel()

    def look(self, _news: object = None) -> None:
        """Something may have changed: ask soon, if it is news."""
        if self._active and self._jobs.state == "ready":
            self._timer.start()

    def _question(self) -> tuple[object, ...]:
        training = self._session.document.project.training
        return (self._session.document.network, *(str(training.get(name)) for name in _DECISIVE))

    def _ask(self) -> None:
        question = self._question()
        if not self._active or self._jobs.busy or question == self._asked:
            return
        self._asked = question
        self.found.emit(None)
        project = self._session.document.project
        try:
            plan = TrainingPlan.from_json(project.training)
        except PlanError:
            return
        if not self._session.whole.ok:
            return
        self._job = self._jobs.request(Forecast, project=project_text(project), plan=plan.to_json(), images=0)
        self._job.succeeded.connect(self._on_found)
        self._job.failed.connect(self._on_failed)

    def _on_found(self, value: Mapping[str, object]) -> None:
        self._job = None
        self.found.emit(value)
        self.look()

    def _on_failed(self) -> None:
        self._job = None
        self._asked = ()
