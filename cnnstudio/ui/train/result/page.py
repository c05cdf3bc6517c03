"""The Result page of a run: asks the engine once for each part of the data, and shows what it measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.message import Message
from cnnstudio.runs.metrics.worst import largest_errors, most_wrong_labels
from cnnstudio.runs.protocol import Evaluate, Failure
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.copy_button import copy_button
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.progress import show_progress
from cnnstudio.ui.session import translated
from cnnstudio.ui.shape_text import count_text
from cnnstudio.ui.theme import GRID
from cnnstudio.ui.train.confusion import Confusion, ConfusionMatrix
from cnnstudio.ui.train.result.figures import Figures
from cnnstudio.ui.train.result.guess_wall import HEIGHT, GuessWall
from cnnstudio.ui.train.result.reading import figures_of, main_drawing, second_drawing
from cnnstudio.ui.train.result.scores_table import ScoresTable
from cnnstudio.ui.train.result.small_plot import SmallPlot

MOST_SHOWN = 200
"""Pictures on the wall."""


class ResultPage(QWidget):
    """`show_run` names the run; it is measured when the page is seen, and what was measured is kept."""

    predict_asked = Signal(object)
    """The user wants to try the model of this `RunFolder` on pictures."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None, *, aside: Jobs | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("resultPage")
        self._jobs = jobs
        self._aside = aside
        self._run: RunFolder | None = None
        self._busy = False
        self._job: Job | None = None
        self._asked: tuple[object, ...] = ()
        self._known: dict[tuple[object, ...], Mapping[str, Any]] = {}
        self._report: Mapping[str, Any] = {}
        self.part = QComboBox()
        self.part.setObjectName("resultPart")
        self.part.setAccessibleName(self.tr("Images to measure on"))
        self.part.setMinimumWidth(22 * GRID)
        self.part.currentIndexChanged.connect(self._on_part)
        self.status = QLabel()
        self.status.setObjectName("resultStatus")
        self.status.setProperty("role", "muted")
        self.status.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(12 * GRID)
        self.predict = QPushButton(self.tr("Try it on pictures…"))
        self.predict.setObjectName("resultPredict")
        self.predict.setToolTip(self.tr("Choose pictures, or drop them on the window"))
        self.predict.clicked.connect(self._on_predict)
        self.figures = Figures()
        self.matrix = ConfusionMatrix(named=True)
        self.matrix.setObjectName("resultConfusion")
        self.matrix.cell_activated.connect(self._on_cell)
        self.matrix.hovered.connect(self._on_hovered)
        self.cell_text = QLabel()
        self.cell_text.setProperty("role", "muted")
        self.cell_text.setWordWrap(True)
        self.cell_text.setMinimumHeight(4 * GRID + 4)
        self.cell_text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.plot = SmallPlot(self.tr("Calibration"))
        self.plot.setObjectName("calibrationPlot")
        self.plot_text = QLabel()
        self.plot_text.setProperty("role", "muted")
        self.plot_text.setWordWrap(True)
        self.plot_text.setMinimumHeight(4 * GRID + 4)
        self.plot_text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.second = SmallPlot(self.tr("ROC curve"))
        self.second.setObjectName("rocPlot")
        self.table = ScoresTable()
        self.copy = copy_button(self.table, "copyScores", self.tr("Copy the table"))
        self.wall = GuessWall()
        self.wall.setFixedHeight(2 * HEIGHT + 2 * GRID)
        self.wall_title = _title("")
        self.wall_title.setObjectName("guessWallTitle")
        self.all_mistakes = QPushButton(self.tr("Back to the surest mistakes"))
        self.all_mistakes.setProperty("role", "link")
        self.all_mistakes.clicked.connect(self._show_mistakes)
        self._build()
        self.show_run(None)

    # --- building --------------------------------------------------------------------------------------

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self.part)
        top.addWidget(self.bar)
        top.addWidget(self.status, 1)
        top.addWidget(self.predict)
        self._matrix_card = _card(_title(self.tr("Confusion matrix")), self.matrix, self.cell_text)
        self._plot_title = _title("")
        self._plot_card = _card(self._plot_title, self.plot, self.plot_text)
        self._second_card = _card(_title(self.tr("ROC curve")), self.second)
        pair = QHBoxLayout()
        pair.setSpacing(GRID + 2)
        pair.addWidget(self._matrix_card, 1)
        pair.addWidget(self._plot_card, 1)
        pair.addWidget(self._second_card, 1)
        self._table_title = _title("")
        self._table_card = _card(_headed(self._table_title, self.copy), self.table)
        self._wall_card = _card(_headed(self.wall_title, self.all_mistakes), self.wall)
        inner = QWidget()
        inner.setProperty("surface", "window")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, GRID // 2, 0)
        column.setSpacing(GRID + 2)
        column.addWidget(self.figures)
        column.addLayout(pair)
        column.addWidget(self._table_card)
        column.addWidget(self._wall_card)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        self._inner = inner
        self._scroll = scroll
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GRID + 2)
        outer.addLayout(top)
        outer.addWidget(scroll, 1)

    # --- what is shown ---------------------------------------------------------------------------------

    def show_run(self, run: RunFolder | None, *, training: bool = False) -> None:
        """Show the result of this run; None: there is none. While one trains, the second engine measures."""
        same = run is not None and self._run is not None and _key(run) == _key(self._run)
        if same and training == self._busy:
            return
        self._run, self._busy = run, training
        self.predict.setEnabled(run is not None and run.has_model)
        if not same:
            self._offer_parts(run)
        self._measure()

    def stop(self) -> None:
        """Give up what is being measured and read no more pictures."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.wall.pictures.stop()

    @property
    def report(self) -> Mapping[str, Any]:
        """What is shown, as the engine told it; empty when nothing is."""
        return self._report

    def measured(self, run: RunFolder) -> Mapping[str, Any] | None:
        """What was measured of this run on the part that counts most: test, validation, training images."""
        for part in ("test", "validation", "train"):
            known = self._known.get((*_key(run), part))
            if known is not None:
                return known
        return None

    def _offer_parts(self, run: RunFolder | None) -> None:
        self.part.blockSignals(True)
        self.part.clear()
        names = {
            "test": self.tr("test images"),
            "validation": self.tr("validation images"),
            "train": self.tr("training images"),
        }
        for part, name in names.items():
            count = run.record.data.get(part) if run is not None else None
            if isinstance(count, int) and count:
                self.part.addItem(f"{name} ({count_text(count)})", part)
        self.part.blockSignals(False)
        self.part.setVisible(self.part.count() > 0)

    def _measure(self) -> None:
        run, part = self._run, self.part.currentData()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if run is None or not run.has_model:
            self._show_report({})
            self._say(
                self.tr("Select one run that has finished an epoch: its result is shown here.")
                if run is None
                else self.tr("No epoch was finished, so there is no model to measure.")
            )
            return
        asked = (*_key(run), part)
        known = self._known.get(asked)
        if known is not None:
            self._show_report(known)
            return
        self._show_report({})
        if self._busy and self._aside is None:
            self._say(self.tr("The result is measured when the training is over."))
        elif self.isVisible():
            self._ask(run, part or "", asked)

    def _ask(self, run: RunFolder, part: str, asked: tuple[object, ...]) -> None:
        self._say(self.tr("Measuring the best epoch…"), busy=True)
        self._asked = asked
        engine = self._aside if self._busy and self._aside is not None else self._jobs
        job = engine.request(
            Evaluate,
            run_dir=str(run.path),
            data=str(run.record.data.get("path", "")),
            part=part,
            every_guess=True,
        )
        self._job = job
        job.progressed.connect(self._on_progress)
        job.succeeded.connect(self._on_measured)
        job.failed.connect(self._on_failed)

    def _say(self, text: str, *, busy: bool = False) -> None:
        self.status.setText(text)
        self.bar.setVisible(busy)
        self.bar.setRange(0, 0)

    def _show_report(self, report: Mapping[str, Any]) -> None:
        self._report = report
        self._inner.setVisible(bool(report))
        # what is hidden keeps its size, and would keep a bar beside nothing
        bar = Qt.ScrollBarPolicy.ScrollBarAsNeeded if report else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._scroll.setVerticalScrollBarPolicy(bar)
        if not report:
            return
        self._say("")
        self.figures.show_figures(figures_of(report))
        single = report.get("task", "classification") == "classification"
        self._matrix_card.setVisible(single)
        if single:
            self.matrix.show_confusion(Confusion.of(report["classes"], report["confusion"]))
            self.cell_text.setText(self.matrix.summary())
        title, drawing, words = main_drawing(report)
        self._plot_card.setVisible(drawing is not None)
        self._plot_title.setText(title)
        self.plot.setAccessibleName(title)
        self.plot.show_drawing(drawing)
        self.plot_text.setText(words)
        second = second_drawing(report)
        self._second_card.setVisible(second is not None)
        self.second.show_drawing(second)
        rows = report.get("per_class") or report.get("per_label") or []
        self._table_card.setVisible(bool(rows))
        self._table_title.setText(self.tr("Scores by class") if single else self.tr("Scores by label"))
        self.table.show_scores(rows, of_labels=not single)
        self._show_mistakes()

    def _show_mistakes(self) -> None:
        if self._report.get("task", "classification") != "classification":
            self._show_worst()
            return
        mistakes = self._report.get("mistakes", [])
        self.all_mistakes.hide()
        self.wall_title.setText(
            self.tr("The surest mistakes ({count} in all)").format(count=len(mistakes))
            if mistakes
            else self.tr("No mistake was made")
        )
        self._show_guesses(mistakes)

    def _show_worst(self) -> None:
        """The images whose numbers or labels were told worst."""
        guesses, names = self._report.get("guesses", []), self._report["classes"]
        self.all_mistakes.hide()
        if self._report["task"] == "regression":
            self.wall_title.setText(self.tr("The largest errors"))
            self.wall.show_numbers(self._root(), largest_errors(guesses, names, MOST_SHOWN))
            return
        wrong = most_wrong_labels(guesses, names, MOST_SHOWN)
        self.wall_title.setText(
            self.tr("Images with the most labels wrong") if wrong else self.tr("No label is wrong")
        )
        self.wall.show_labels(self._root(), wrong)

    def _root(self) -> Path:
        """What the paths of guesses are relative to."""
        data = self._run.record.data if self._run is not None else {}
        return Path(str(self._report.get("root") or data.get("path", "")))

    def _show_guesses(self, rows: list[dict[str, Any]]) -> None:
        self.wall.show_guesses(self._root(), rows[:MOST_SHOWN])

    # --- what happens ----------------------------------------------------------------------------------

    def _on_part(self) -> None:
        self._measure()

    def _on_progress(self, done: int, total: int, _message: Message) -> None:
        if self.sender() is self._job:
            show_progress(self.bar, done, total)

    def _on_measured(self, report: Mapping[str, Any]) -> None:
        if self.sender() is not self._job:
            return
        self._job = None
        self._known[self._asked] = report
        self._show_report(report)

    def _on_failed(self, failure: Failure) -> None:
        if self.sender() is not self._job:
            return
        self._job = None
        self._say(" ".join(translated(part) for part in (failure.message, failure.hint) if part))

    def _on_cell(self, true: str, predicted: str) -> None:
        rows = [
            row
            for row in self._report.get("guesses", [])
            if row["true"] == true and row["predicted"] == predicted
        ]
        text = (
            self.tr("{count} of {true} recognised, the surest first")
            if true == predicted
            else self.tr("{count} of {true} taken for {predicted}, the surest first")
        )
        self.wall_title.setText(text.format(count=len(rows), true=true, predicted=predicted))
        self.all_mistakes.show()
        self._show_guesses(rows)
        self._scroll.ensureWidgetVisible(self._wall_card)

    def _on_hovered(self, text: str) -> None:
        self.cell_text.setText(text or self.matrix.summary())

    def _on_predict(self) -> None:
        if self._run is not None:
            self.predict_asked.emit(self._run)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._report and self._job is None:
            self._measure()


def _key(run: RunFolder) -> tuple[object, ...]:
    """Another key when the run's model became another one."""
    return run.path, run.record.best_epoch, run.record.epochs_done, run.has_model


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "title")
    return label


def _headed(title: QWidget, tool: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(title, 1)
    row.addWidget(tool)
    return holder


def _card(*parts: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("surface", "plot")
    column = QVBoxLayout(card)
    column.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID)
    column.setSpacing(GRID)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return card
