"""What the Train page is made of, each part made by itself: all of them at once take longer than many frames."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.control_strip import ControlStrip
from cnnstudio.ui.train.plan_form import PlanForm
from cnnstudio.ui.train.plan_panel import PlanPanel
from cnnstudio.ui.train.plan_sections import PlanSections
from cnnstudio.ui.train.plot import CurvePlot
from cnnstudio.ui.train.queue_runner import QueueRunner
from cnnstudio.ui.train.result.page import ResultPage
from cnnstudio.ui.train.runs_panel import WIDTH, RunsPanel
from cnnstudio.ui.train.switched_plot import SwitchedPlot
from cnnstudio.ui.train.trainer import Trainer

_IN_TURN = ("sections", "form", "plan", "loss", "accuracy", "runs", "result")
"""What takes long to make, in an order in which each finds what it holds."""


class TrainParts(QObject):
    """A part is made when it is first asked for, or by `make_next` when its turn comes."""

    def __init__(
        self, session: Session, trainer: Trainer, queue: QueueRunner, jobs: Jobs, aside: Jobs | None
    ) -> None:
        super().__init__()
        self._session = session
        self._trainer = trainer
        self._queue = queue
        self._jobs = jobs
        self._aside = aside

    def make_next(self) -> bool:
        """Make one part that is not there yet; False when all are there."""
        name = next((name for name in _IN_TURN if name not in self.__dict__), None)
        if name is not None:
            getattr(self, name)
        return name is not None

    def discard(self) -> None:
        """Let go of the parts: no page comes of them."""
        for part in list(vars(self).values()):
            if isinstance(part, QWidget) and part.parent() is None:
                part.deleteLater()

    @cached_property
    def sections(self) -> PlanSections:
        """The folded parts of the plan."""
        return PlanSections(self._session)

    @cached_property
    def form(self) -> PlanForm:
        """The plan."""
        return PlanForm(self._session, sections=self.sections)

    @cached_property
    def plan(self) -> PlanPanel:
        """The left side: plan and forecast."""
        return PlanPanel(self.form)

    @cached_property
    def strip(self) -> ControlStrip:
        """Start, pause, stop and progress."""
        return ControlStrip()

    @cached_property
    def loss(self) -> CurvePlot:
        """The upper plot."""
        plot = CurvePlot("loss", self.tr("Loss"))
        plot.setObjectName("lossPlot")
        plot.setAccessibleName(self.tr("Loss curves"))
        return plot

    @cached_property
    def accuracy(self) -> SwitchedPlot:
        """The lower plot."""
        plot = SwitchedPlot()
        plot.setObjectName("accuracyPlot")
        plot.setAccessibleName(self.tr("Accuracy curves"))
        return plot

    @cached_property
    def runs(self) -> RunsPanel:
        """The right side."""
        runs = RunsPanel(self._queue, self._trainer)
        runs.setObjectName("runsPanel")
        runs.setFixedWidth(WIDTH)
        return runs

    @cached_property
    def result(self) -> ResultPage:
        """What a run came to."""
        return ResultPage(self._jobs, aside=self._aside)
