"""Files and folders with a problem, each with its reason and the cure."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from cnnstudio.data.report import DataReport
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID

_ORDER = ("error", "warning", "hint")
_MOST = 1000


class FindingsList(QTreeWidget):
    """`dataProblems`: the worst first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dataProblems")
        self.setAccessibleName(self.tr("Problems of the data"))
        self.setHeaderLabels([self.tr("File or folder"), self.tr("What"), self.tr("What to do")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QTreeWidget.SelectionMode.SingleSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.header().resizeSection(0, 220)
        self.header().resizeSection(1, 420)
        self.header().setStretchLastSection(True)

    def show_report(self, report: DataReport | None) -> None:
        """Show a report's findings, at most a thousand."""
        self.clear()
        if report is None:
            return
        words = {"error": self.tr("left out"), "warning": self.tr("look at it"), "hint": self.tr("used")}
        for problem in sorted(report.problems, key=lambda item: _ORDER.index(item.severity))[:_MOST]:
            what, cure = translated(problem.message), translated(problem.hint)
            item = QTreeWidgetItem([problem.path or self.tr("the whole folder"), what, cure])
            item.setIcon(0, icon(problem.severity, problem.severity, problem.severity))
            item.setSizeHint(0, QSize(0, GRID * 4))
            for column, text in enumerate((f"{problem.path} ({words[problem.severity]})", what, cure)):
                item.setToolTip(column, text)
            self.addTopLevelItem(item)
