"""The learning-rate range test in a window: the loss over rising rates, drawn as it comes, and the rate to use."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyqtgraph
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.message import Message
from cnnstudio.core.project_file import project_text
from cnnstudio.data.settings import DataSettings
from cnnstudio.runs.backends import chosen
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.protocol import Failure, FindLearningRate, RateTried
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.progress import show_progress
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.theme import GRID, theme, theme_state
from cnnstudio.ui.train.axes import ValueAxis, log_steps

REDRAW_MS = 60
LOWEST, HIGHEST = -6.0, 1.0
"""Decimal logarithms of the rates tried."""


class RateAxis(pyqtgraph.AxisItem):  # type: ignore[misc]  # pyqtgraph ships no types
    """The lower axis: positions are decimal logarithms, labels the rates."""

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        whole = [
            float(power) for power in range(int(minVal) - 1, int(maxVal) + 2) if minVal <= power <= maxVal
        ]
        return [(1.0, whole if len(whole) > 1 else log_steps(minVal, maxVal, max(2, int(size / 60))))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        return [f"{10.0**value:.3g}".replace("e-0", "e-") for value in values]


class RateDialog(QDialog):
    """Starts its test when it is shown; closing it ends the test at once."""

    rate_chosen = Signal(float)
    """The user wants this learning rate."""

    def __init__(self, session: Session, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rateDialog")
        self.setWindowTitle(self.tr("Find a learning rate"))
        self.resize(620, 460)
        self._session = session
        self._jobs = jobs
        self._job: Job | None = None
        self._points: list[tuple[float, float]] = []
        self.suggestion: float | None = None
        explanation = QLabel(
            self.tr(
                "A copy of the network trains on some batches while the learning rate rises. A good rate is where the"
                " loss falls steeply, well before it runs away. Your network and its runs stay as they are."
            )
        )
        explanation.setWordWrap(True)
        explanation.setProperty("role", "muted")
        self._build_plot()
        self.verdict = QLabel()
        self.verdict.setObjectName("rateResult")
        self.verdict.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setObjectName("rateProgress")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(GRID - 2)
        self.use_button = QPushButton(self.tr("Use this rate"))
        self.use_button.setObjectName("rateUse")
        self.use_button.setProperty("role", "primary")
        self.use_button.setEnabled(False)
        self.use_button.clicked.connect(self._on_use)
        self.close_button = QPushButton(self.tr("Cancel"))
        self.close_button.setObjectName("rateClose")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.use_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        column.addWidget(explanation)
        column.addWidget(self.view, 1)
        column.addWidget(self.bar)
        column.addWidget(self.verdict)
        column.addLayout(buttons)
        self._timer = QTimer(self)
        self._timer.setInterval(REDRAW_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._draw)
        theme_state().changed.connect(self.restyle)
        self.restyle()
        self._start()

    def _build_plot(self) -> None:
        self.view: Any = pyqtgraph.PlotWidget(
            axisItems={"left": ValueAxis("left"), "bottom": RateAxis("bottom")},
            background=None,
            enableMenu=False,
        )
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setMinimumHeight(26 * GRID)
        self.view.setAccessibleName(self.tr("Loss over learning rate"))
        self._plot: Any = self.view.getPlotItem()
        self._plot.ctrlMenu.setParent(self, self._plot.ctrlMenu.windowFlags())
        self._plot.hideButtons()
        self._plot.setContentsMargins(0, GRID, GRID, 0)  # the outermost labels reach beyond the axes
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setXRange(LOWEST, HIGHEST, padding=0.02)
        self._plot.setLabel("bottom", self.tr("learning rate"))
        self._plot.setLabel("left", self.tr("loss, smoothed"))
        self._curve: Any = pyqtgraph.PlotCurveItem(antialias=True)
        self._plot.addItem(self._curve)
        self._mark: Any = pyqtgraph.InfiniteLine(angle=90, movable=False)
        self._mark.setVisible(False)
        self._plot.addItem(self._mark, ignoreBounds=True)

    def restyle(self) -> None:
        """Wear the theme in force."""
        colors = theme()
        self._curve.setPen(_pen(colors.plot[0], 2))
        self._mark.setPen(_pen(colors.ok, 2, Qt.PenStyle.DashLine))
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(_pen(colors.border_strong, 1))
            axis.setTextPen(QColor(colors.text_muted))

    def _start(self) -> None:
        project = self._session.document.project
        plan = TrainingPlan.from_json(project.training)
        self._jobs.use_backend(chosen(plan.backend))
        self.bar.setRange(0, 0)
        self._say(self.tr("Waiting for the engine…"))
        self._job = self._jobs.request(
            FindLearningRate,
            project=project_text(project),
            data=DataSettings.from_json(project.data).path,
            plan=plan.to_json(),
        )
        self._job.progressed.connect(self._on_progress)
        self._job.told.connect(self._on_told)
        self._job.succeeded.connect(self._on_found)
        self._job.failed.connect(self._on_failed)

    # --- what the engine tells --------------------------------------------------------------------------

    def _on_progress(self, _done: int, _total: int, message: Message) -> None:
        if message:
            self._say(translated(message))

    def _on_told(self, tried: RateTried) -> None:
        self._points.append((tried.rate, tried.loss))
        if not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        if not self._points:
            return
        low = min(loss for _, loss in self._points)
        first = self._points[0][1]
        cap = max(first, low) + 1.0 * max(first - low, 0.2 * abs(first), 1e-6)
        self._curve.setData(
            [_log(rate) for rate, _ in self._points], [min(loss, cap * 1.2) for _, loss in self._points]
        )
        top = min(cap, max(loss for _, loss in self._points))
        room = 0.08 * max(top - low, 1e-6)
        self._plot.setYRange(low - room, top + room, padding=0)
        if self._job is not None:
            share = (_log(self._points[-1][0]) - LOWEST) / (HIGHEST - LOWEST)
            show_progress(self.bar, round(100 * share), 100)
            self._say(self.tr("Trying {rate}").format(rate=f"{self._points[-1][0]:.2g}"))

    def _on_found(self, value: Mapping[str, Any]) -> None:
        self._job = None
        self._timer.stop()
        show_progress(self.bar, 100, 100)
        self._draw()
        self.suggestion = value["suggestion"]
        if self.suggestion is None:
            self._say(
                self.tr(
                    "The loss fell at none of these rates. Look at the network: does its end fit the data, and can"
                    " gradients reach its first layers?"
                )
            )
        else:
            away = value["diverged_at"]
            told = self.tr("Suggested: {rate}. The loss falls steeply there").format(
                rate=f"{self.suggestion:g}"
            )
            end = (
                self.tr(", and runs away at {rate}.").format(rate=f"{away:.2g}") if away is not None else "."
            )
            self._say(told + end)
            self._mark.setPos(_log(self.suggestion))
            self._mark.setVisible(True)
            self.use_button.setEnabled(True)
            self.use_button.setDefault(True)
        self.close_button.setText(self.tr("Close"))

    def _on_failed(self, failure: Failure) -> None:
        self._job = None
        self._timer.stop()
        self.bar.setRange(0, 100)
        if failure.cancelled:
            return
        self._say(" ".join(translated(part) for part in (failure.message, failure.hint) if part), wrong=True)
        self.close_button.setText(self.tr("Close"))

    # --- small things -----------------------------------------------------------------------------------

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.verdict.setText(text)
        if wrong:
            self.verdict.setProperty("role", "error")
            self.verdict.style().polish(self.verdict)

    def _on_use(self) -> None:
        if self.suggestion is not None:
            self.rate_chosen.emit(self.suggestion)
        self.accept()

    def done(self, result: int) -> None:
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
        super().done(result)


def _log(rate: float) -> float:
    return math.log10(rate)


def _pen(color: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(QColor(color), width, style)
    pen.setCosmetic(True)
    return pen
