"""The table of runs: which there are, how they went; those selected are drawn on the same axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from cnnstudio.runs.naming import run_number
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.theme import GRID, theme
from cnnstudio.ui.train.markers import marker_icon
from cnnstudio.ui.train.time_text import when_text
from cnnstudio.ui.train.two_lines import MARKER, ROW_HEIGHT, SECOND_LINE, Index, TwoLines

NAME, ACCURACY, EPOCHS, RATE = range(4)
NUMBERS = (ACCURACY, EPOCHS, RATE)
WIDEST_NAME = 26 * GRID
"""A longer name is cut off, with a tooltip, rather than everything else be hidden for it."""


def run_title(folder: RunFolder) -> str:
    """What a run is called: its name and the number of its folder."""
    number = run_number(folder.path)
    name = folder.record.name or folder.path.name
    return f"{name} · {number}" if number and folder.record.name else name


class RunsModel(QAbstractTableModel):
    """Rows are run folders; the run that trains now is kept fresh by `show_live`."""

    renamed = Signal(object, str)
    """A `RunFolder` and the name that was typed for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folders: list[RunFolder] = []
        self._live: tuple[Path, TrainingRun] | None = None
        self._styles: dict[Path, int] = {}
        self._sorted: tuple[int, Qt.SortOrder] = (-1, Qt.SortOrder.DescendingOrder)

    def show_folders(self, folders: Sequence[RunFolder]) -> None:
        """Show these runs instead."""
        self.beginResetModel()
        self.folders = list(folders)
        self._order()
        self.endResetModel()

    def show_live(self, path: Path | None, run: TrainingRun | None) -> None:
        """Say how far the run that trains now is."""
        before = self._live
        self._live = (path, run) if path is not None and run is not None else None
        changed = {item[0] for item in (before, self._live) if item is not None}
        for row, folder in enumerate(self.folders):
            if folder.path in changed:
                self.dataChanged.emit(self.index(row, 0), self.index(row, RATE))

    @property
    def live_epochs(self) -> tuple[int, str]:
        """Finished epochs and state of the run that trains, as shown."""
        return (self._live[1].epochs_done, self._live[1].state) if self._live is not None else (-1, "")

    def show_styles(self, styles: dict[Path, int]) -> None:
        """Mark the runs that are drawn with their markers."""
        if styles != self._styles:
            self._styles = dict(styles)
            if self.folders:
                self.dataChanged.emit(self.index(0, NAME), self.index(len(self.folders) - 1, NAME))

    def row_of(self, path: Path) -> int:
        """The row of a run folder; -1 when it is not there."""
        return next((row for row, folder in enumerate(self.folders) if folder.path == path), -1)

    def state_text(self, folder: RunFolder) -> str:
        """A run's state in words."""
        state: str = folder.state
        if self._live is not None and self._live[0] == folder.path:
            state = self._live[1].state
        return {
            "running": self.tr("training"),
            "paused": self.tr("paused"),
            "stopped": self.tr("stopped"),
            "finished": self.tr("finished"),
            "failed": self.tr("failed"),
            "interrupted": self.tr("interrupted"),
        }[state]

    def accuracy(self, folder: RunFolder) -> float | None:
        """The best epoch's validation accuracy, else its accuracy; None before the first epoch."""
        metrics = folder.record.metrics
        if self._live is not None and self._live[0] == folder.path:
            metrics = self._live[1].best_metrics
        value = metrics.get("val_accuracy", metrics.get("accuracy"))
        return float(value) if value is not None else None

    def epochs_done(self, folder: RunFolder) -> int:
        """How many epochs are finished."""
        if self._live is not None and self._live[0] == folder.path:
            return self._live[1].epochs_done
        return folder.record.epochs_done

    def _sort_key(self, folder: RunFolder, column: int) -> tuple[Any, ...]:
        if column == ACCURACY:
            return (self.accuracy(folder) or -1.0,)
        if column == EPOCHS:
            return (self.epochs_done(folder),)
        if column == RATE:
            return (folder.record.plan.learning_rate,)
        return (folder.record.created, run_number(folder.path))

    def _order(self) -> None:
        column, order = self._sorted
        self.folders.sort(
            key=lambda folder: self._sort_key(folder, column), reverse=order == Qt.SortOrder.DescendingOrder
        )

    def text(self, folder: RunFolder, column: int) -> str:
        """What stands in a cell."""
        if column == NAME:
            return run_title(folder)
        if column == ACCURACY:
            value = self.accuracy(folder)
            return "–" if value is None else f"{value:.3f}"
        if column == EPOCHS:
            return f"{self.epochs_done(folder)}/{folder.record.plan.epochs}"
        return f"{folder.record.plan.learning_rate:g}"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.folders)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008 - Qt's own default
        return RATE + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return [self.tr("run"), self.tr("val acc"), self.tr("epochs"), self.tr("lr")][section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return [
                self.tr("Name, state and when it was made"),
                self.tr("Validation accuracy of the best epoch"),
                self.tr("Epochs done of those planned"),
                "learning_rate",
            ][section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section != NAME:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.folders):
            return None
        folder, column = self.folders[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(folder, column)
        if role == Qt.ItemDataRole.EditRole:
            return folder.record.name or folder.path.name
        if role == Qt.ItemDataRole.TextAlignmentRole and column != NAME:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            style = self._styles.get(folder.path)
            colors = theme().plot
            return None if style is None else marker_icon(style, QColor(colors[style % len(colors)]), MARKER)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._help(folder)
        if role == SECOND_LINE:
            return self.second_line(folder)
        return None

    def second_line(self, folder: RunFolder) -> str:
        """State and moment, for the small line under the name."""
        return " · ".join(
            part for part in (self.state_text(folder), when_text(folder.record.created)) if part
        )

    def start_lines(self, start: Mapping[str, object]) -> list[str]:
        """Where a run's first weights came from, and which layers began anew and why."""
        loaded, left = start.get("loaded"), start.get("left")
        if not isinstance(loaded, list) or not isinstance(left, Mapping):
            return []
        run = Path(str(start.get("run", ""))).name
        names = ", ".join(str(name) for name in loaded)
        return [
            self.tr("began with the weights of {run}: {layers}").format(run=run, layers=names),
            *(self.tr("{layer} began anew: {why}").format(layer=name, why=why) for name, why in left.items()),
        ]

    def _help(self, folder: RunFolder) -> str:
        record = folder.record
        lines = [
            f"{run_title(folder)}: {self.second_line(folder)}",
            self.tr("epochs {epochs} · learning_rate {rate}").format(
                epochs=self.text(folder, EPOCHS), rate=self.text(folder, RATE)
            ),
        ]
        lines += self.start_lines(record.started_from)
        if record.failure:
            lines.append(record.failure.get("message", ""))
        if record.notes:
            lines.append(record.notes)
        lines.append(str(folder.path))
        return "\n".join(lines)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not name:
            return False
        self.renamed.emit(self.folders[index.row()], name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        before = {folder.path: row for row, folder in enumerate(self.folders)}
        self._sorted = (column, order)
        self._order()
        after = {before[folder.path]: row for row, folder in enumerate(self.folders)}
        for index in self.persistentIndexList():
            self.changePersistentIndex(index, self.index(after[index.row()], index.column()))
        self.layoutChanged.emit()


class RunsTable(QTableView):
    """Several rows may be selected; `chosen_changed` names their folders, in the order of the rows."""

    chosen_changed = Signal(object)
    """A list of `RunFolder`."""
    discard_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runsTable")
        self.setAccessibleName(self.tr("Runs"))
        self.runs = RunsModel(self)
        self.setModel(self.runs)
        self.setItemDelegateForColumn(NAME, TwoLines(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # `_make_room` knows when widths change
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setSortingEnabled(True)
        header.setSortIndicatorShown(False)
        self.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
        self._quiet = False
        self._headlines: dict[int, int] = {}
        self._widths: dict[int, int] = {}
        self._longest: dict[int, int] = {}
        self.runs.dataChanged.connect(self._on_changed)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def _measure(self) -> None:
        """How wide each column would be to show all that is in it."""
        folders, header = self.runs.folders, self.horizontalHeader()
        metrics = QFontMetrics(self.font())
        longest = max((metrics.horizontalAdvance(run_title(folder)) for folder in folders), default=0)
        self._widths[NAME] = min(longest, WIDEST_NAME) + 2 * GRID + MARKER + GRID
        for column in NUMBERS:
            # a hidden column's headline wants no room, but would when it is shown
            self._headlines[column] = max(self._headlines.get(column, 0), header.sectionSizeHint(column))
            self._widths[column] = max(self.sizeHintForColumn(column), self._headlines[column])
            self._longest[column] = max((len(self.runs.text(one, column)) for one in folders), default=0)
        self._make_room()

    def _make_room(self) -> None:
        """Take the learning rate, then the epochs, out of sight where names would be cut off; the tooltip has both."""
        room = self.viewport().width() - sum(self._widths.values())
        for column in NUMBERS:
            self.setColumnWidth(column, self._widths[column])
        for column in (RATE, EPOCHS):
            self.setColumnHidden(column, room < 0)
            if room < 0:
                room += self._widths[column]

    def _on_changed(self, first: Index, last: Index) -> None:
        """A number that got longer may want a wider column; measuring all of them takes half a frame."""
        changed = self.runs.folders[first.row() : last.row() + 1]
        for column in NUMBERS:
            if any(len(self.runs.text(one, column)) > self._longest.get(column, 0) for one in changed):
                self._measure()
                return

    @property
    def chosen(self) -> list[RunFolder]:
        """The selected runs, in the order of the rows."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.runs.folders[row] for row in rows if row < len(self.runs.folders)]

    def show_folders(self, folders: Sequence[RunFolder], chosen: Sequence[Path] = ()) -> None:
        """Show these runs and select the `chosen`; without any, what was selected stays so, else the newest is."""
        before = chosen or [folder.path for folder in self.chosen]
        self._quiet = True
        self.runs.show_folders(folders)
        self._quiet = False
        self._measure()
        kept = [path for path in before if self.runs.row_of(path) >= 0]
        self.choose(kept or [folder.path for folder in folders[:1]])

    def choose(self, paths: Sequence[Path]) -> None:
        """Select these runs and no others."""
        selection = QItemSelection()
        for path in paths:
            row = self.runs.row_of(path)
            if row >= 0:
                selection.select(self.runs.index(row, 0), self.runs.index(row, RATE))
        self._quiet = True
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._quiet = False
        self._on_selection()

    def _on_selection(self, *_: object) -> None:
        if not self._quiet:
            self.chosen_changed.emit(self.chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._widths:
            self._measure()
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self._widths:
            self._headlines.clear()
            self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.chosen:
            self.discard_asked.emit()
            return
        super().keyPressEvent(event)
