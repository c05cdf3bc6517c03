"""Works out what memory the planned run would take, and asks the engine, when it has nothing else to do, for its speed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.core.project_file import project_text
from cnnstudio.runs.memory_forecast import device_of, memory_forecast
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
    """`found` follows some time after `look`: what arithmetic tells, then what was measured too, unless a run trains."""

    found = Signal(object)
    """A mapping with the engine's names, of the memory alone until it has measured; None for a network that cannot train."""

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._job: Job | None = None
        self._asked: tuple[object, ...] = ()
        self._told: tuple[object, ...] = ()
        self._active = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._ask)
        session.changed.connect(self.look)
        jobs.became_ready.connect(self._on_ready)

    def set_active(self, active: bool) -> None:
        """Only a workspace that is seen, and does not train, forecasts."""
        self._active = active
        if active:
            self.look()
        else:
            self._timer.stop()
            if self._job is not None:
                job, self._job = self._job, None  # what it measured by then is no measure
                job.cancel()
                self._asked = ()

    def look(self, _news: object = None) -> None:
        """Something may have changed: ask soon, if it is news."""
        if self._active:
            self._timer.start()

    def _on_ready(self, _news: object) -> None:
        """The devices are known: ask, or where a run trains already, tell what fits into its memory."""
        if self._told:
            self.tell_memory()
        self.look()

    def _question(self) -> tuple[object, ...]:
        training = self._session.document.project.training
        return (self._session.document.network, *(str(training.get(name)) for name in _DECISIVE))

    def _ask(self) -> None:
        question = self._question()
        if not self._active or question == self._asked:
            return
        self.tell_memory()
        if self._jobs.state != "ready":
            return
        if self._jobs.busy:
            self._timer.start()
            return
        self._asked = question
        plan = self._plan()
        if plan is None:
            return
        project = self._session.document.project
        self._job = self._jobs.request(Forecast, project=project_text(project), plan=plan.to_json(), images=0)
        self._job.succeeded.connect(self._on_found)
        self._job.failed.connect(self._on_failed)

    def _plan(self) -> TrainingPlan | None:
        """The plan, where a run could start with it."""
        try:
            plan = TrainingPlan.from_json(self._session.document.project.training)
        except PlanError:
            return None
        return plan if self._session.whole.ok else None

    def tell_memory(self) -> None:
        """Tell at once what arithmetic knows, unless it was told, or more is known already."""
        question, ready = self._question(), self._jobs.ready
        if question == self._asked or (*question, ready) == self._told:
            return
        self._told = (*question, ready)
        plan = self._plan()
        if plan is None:
            self.found.emit(None)
            return
        device = device_of(plan, ready.devices) if ready is not None else None
        self.found.emit(memory_forecast(self._session.whole, plan, device))

    def _on_found(self, value: Mapping[str, object]) -> None:
        if self.sender() is not self._job:
            return
        self._job = None
        self.found.emit(value)
        self.look()

    def _on_failed(self) -> None:
        if self.sender() is not self._job:
            return
        self._job = None
        self._asked = ()
