"""The left side: which network is looked at, and which one beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.theme import GRID, theme_state
from cnnstudio.ui.train.markers import marker_icon
from cnnstudio.ui.train.runs_table import RunsModel, run_title
from cnnstudio.ui.train.two_lines import SECOND_LINE, TwoLines
from cnnstudio.ui.understand.layer_table import side_color

WIDTH = 30 * GRID
OPEN = ""
"""The key of the open network; runs have the path of their folder."""
NOTHING = "-"
_KEY = Qt.ItemDataRole.UserRole + 1


class SubjectsPanel(QWidget):
    """The open network and the runs; `chosen` tells which one, or which one beside it, is another."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("understandSubjects")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._words = RunsModel(self)
        self._runs: dict[str, RunFolder] = {}
        self._touched = False
        title = QLabel(self.tr("NETWORK"))
        title.setProperty("role", "section")
        self.list = QListWidget()
        self.list.setObjectName("understandRuns")
        self.list.setAccessibleName(self.tr("Network to look at"))
        self.list.setItemDelegate(TwoLines(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        beside = QLabel(self.tr("BESIDE IT"))
        beside.setProperty("role", "section")
        self.beside = QComboBox()
        self.beside.setObjectName("understandBeside")
        self.beside.setAccessibleName(self.tr("Network to lay beside it"))
        self.beside.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.beside.setMinimumContentsLength(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID + 4, GRID, GRID + 4)
        column.setSpacing(GRID)
        column.addWidget(title)
        column.addWidget(self.list, 1)
        column.addWidget(beside)
        column.addWidget(self.beside)
        self._fill(())
        self.list.setCurrentRow(0)  # else the focus chooses it later, as if somebody had
        self.list.currentItemChanged.connect(self._on_current)
        self.beside.currentIndexChanged.connect(self._on_beside)
        theme_state().changed.connect(self._mark)

    @property
    def first(self) -> str:
        """The key of the network that is looked at."""
        item = self.list.currentItem()
        return str(item.data(_KEY)) if self.list.currentRow() >= 0 else OPEN

    @property
    def second(self) -> str | None:
        """The key of the network beside it; None: none."""
        key = self.beside.currentData()
        return None if key in (None, NOTHING) else str(key)

    def run(self, key: str) -> RunFolder | None:
        """The run of a key; None: it is the open network's."""
        return self._runs.get(key)

    def title(self, key: str) -> str:
        """What a network is called."""
        run = self._runs.get(key)
        return run_title(run) if run is not None else self.tr("The open network, untrained")

    def show_runs(self, runs: Sequence[RunFolder]) -> None:
        """List these runs, the newest first. Before somebody chooses, the newest with a model is looked at."""
        first, second = self.first, self.second
        self._fill(runs)
        if not self._touched:
            first = next((str(run.path) for run in runs if run.has_model), OPEN)
        self._choose(first, second)

    def choose(self, first: str, second: str | None = None) -> None:
        """Look at a network, and at another one beside it; those that are not there any more are not."""
        self._touched = True
        self._choose(first, second)

    def _choose(self, first: str, second: str | None) -> None:
        for widget in (self.list, self.beside):
            widget.blockSignals(True)
        rows = [self.list.item(row).data(_KEY) for row in range(self.list.count())]
        self.list.setCurrentRow(rows.index(first) if first in rows else 0)
        place = self.beside.findData(second) if second is not None else 0
        self.beside.setCurrentIndex(max(0, place))
        for widget in (self.list, self.beside):
            widget.blockSignals(False)
        self._mark()
        self.chosen.emit()

    def _fill(self, runs: Sequence[RunFolder]) -> None:
        self._runs = {str(run.path): run for run in runs}
        for widget in (self.list, self.beside):
            widget.blockSignals(True)
        self.list.clear()
        self.beside.clear()
        self.beside.addItem(self.tr("nothing"), NOTHING)
        for key in (OPEN, *self._runs):
            item = QListWidgetItem(self.title(key))
            item.setData(_KEY, key)
            item.setData(SECOND_LINE, self._second_line(key))
            item.setToolTip(
                f"{self.title(key)}\n{self._second_line(key)}" + (f"\n{Path(key)}" if key else "")
            )
            self.list.addItem(item)
            self.beside.addItem(self.title(key), key)
            self.beside.setItemData(self.beside.count() - 1, item.toolTip(), Qt.ItemDataRole.ToolTipRole)
        for widget in (self.list, self.beside):
            widget.blockSignals(False)

    def _second_line(self, key: str) -> str:
        run = self._runs.get(key)
        if run is None:
            return self.tr("with fresh weights")
        if not run.has_model:
            return self.tr("no epoch finished")
        accuracy = self._words.accuracy(run)
        told = self._words.second_line(run)
        return f"{accuracy:.3f} · {told}" if accuracy is not None else told

    def _mark(self) -> None:
        """Give the two networks the markers of their bars."""
        first, second = self.first, self.second
        for row in range(self.list.count()):
            item = self.list.item(row)
            key = item.data(_KEY)
            side = 0 if key == first else 1 if key == second else -1
            item.setIcon(marker_icon(side, side_color(side)) if side >= 0 else QIcon())

    def _on_current(self) -> None:
        self._touched = True
        self._mark()
        self.chosen.emit()

    def _on_beside(self) -> None:
        self._touched = True
        self._mark()
        self.chosen.emit()
