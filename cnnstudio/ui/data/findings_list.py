"""Files and folders with a problem, each with its reason and the cure."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from cnnstudio.data.problem import Problem, printable
from cnnstudio.data.report import DataReport
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID

_ORDER = ("error", "warning", "hint")
_MOST = 1000


class FindingsList(QTreeWidget):
    """`dataProblems`: the worst first."""

    problem_chosen = Signal(object)
    """The `Problem` of the current row; None when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems: list[Problem] = []
        self.setObjectName("dataProblems")
        self.setAccessibleName(self.tr("Problems of the data"))
        self.setHeaderLabels([self.tr("File or folder"), self.tr("What"), self.tr("What to do")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().resizeSection(0, 160)
        self.header().setStretchLastSection(True)
        self.setColumnHidden(2, True)  # said below the list, for the problem that is chosen
        self.currentItemChanged.connect(self._on_current)

    def show_report(self, report: DataReport | None) -> None:
        """Show a report's findings, at most a thousand."""
        before = self._row()
        self.blockSignals(True)
        self.clear()
        self._problems = []
        self._fill(report)
        if self._problems:
            self._go_to(min(max(before, 0), len(self._problems) - 1))
        self.blockSignals(False)
        self._on_current()

    def choose(self, code: str) -> None:
        """Make the first problem with this code the current one."""
        for row, problem in enumerate(self._problems):
            if problem.code == code:
                self._go_to(row)
                return

    def _fill(self, report: DataReport | None) -> None:
        if report is None:
            return
        words = {"error": self.tr("left out"), "warning": self.tr("look at it"), "hint": self.tr("used")}
        self._problems = sorted(report.problems, key=lambda item: _ORDER.index(item.severity))[:_MOST]
        for problem in self._problems:
            what, cure = translated(problem.message), translated(problem.hint)
            item = QTreeWidgetItem([self._where(problem), what, cure])
            item.setIcon(0, icon(problem.severity, problem.severity, problem.severity))
            item.setSizeHint(0, QSize(0, GRID * 4))
            for column, text in enumerate((f"{problem.path} ({words[problem.severity]})", what, cure)):
                item.setToolTip(column, text)
            self.addTopLevelItem(item)

    def _where(self, problem: Problem) -> str:
        count = sum(map(len, problem.pictures))
        if count > 1:
            return self.tr("{count:,} images").format(count=count)
        path = problem.path or next((path for group in problem.pictures for path in group), "")
        return printable(path) or self.tr("the whole folder")

    def _row(self) -> int:
        return self.currentIndex().row()

    def _go_to(self, row: int) -> None:
        self.setCurrentIndex(self.model().index(row, 0))

    def _on_current(self) -> None:
        row = self._row()
        self.problem_chosen.emit(self._problems[row] if 0 <= row < len(self._problems) else None)
