"""Precision, recall and F1 of each class: sortable, copied as Markdown or CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cnnstudio.runs.score_tables import KEYS, score_cells, scores_csv, scores_markdown
from cnnstudio.ui.theme import GRID, theme
from cnnstudio.ui.train.markers import mixed

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROW = 3 * GRID + 2
SHARE_ROLE = Qt.ItemDataRole.UserRole + 1


class _Scores(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[Mapping[str, Any]] = []
        self._of_labels = False

    def show_rows(self, rows: Sequence[Mapping[str, Any]], *, of_labels: bool) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self._of_labels = of_labels
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(KEYS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("label") if self._of_labels else self.tr("class"),
                self.tr("images"),
                self.tr("precision"),
                self.tr("recall"),
                self.tr("F1"),
            )[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                "",
                self.tr("How many images of the class there are (its support)"),
                self.tr("Of the images taken for this class, how many are of it"),
                self.tr("Of the images of this class, how many were recognised"),
                self.tr("The harmonic mean of precision and recall"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, key = self.rows[index.row()], KEYS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return score_cells(row)[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            value = row[key]
            return str(value).casefold() if key == "name" else -1.0 if value is None else float(value)
        if role == SHARE_ROLE:
            return row[key] if index.column() >= 2 else None
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0:
            return row["name"]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


class _Bar(QStyledItemDelegate):
    """A share as a faint bar behind its figure."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        share = index.data(SHARE_ROLE)
        if isinstance(share, float):
            rect = option.rect.adjusted(GRID // 2, 4, -2, -4)
            color = mixed(QColor(theme().plot[0]), QColor(theme().surface), 0.22)
            painter.fillRect(rect.adjusted(0, 0, -round(rect.width() * (1 - share)), 0), color)
        super().paint(painter, option, index)


class ScoresTable(QTableView):
    """As high as its rows, so that the page scrolls and not the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scoresTable")
        self.setAccessibleName(self.tr("Precision, recall and F1 of each class"))
        self._scores = _Scores(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._scores)
        self._sorted.setSortRole(Qt.ItemDataRole.UserRole)
        self.setModel(self._sorted)
        self.setItemDelegate(_Bar(self))
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(KEYS)):
            header.resizeSection(column, 10 * GRID + 6)

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """The scores in the order in which they stand."""
        order = [
            self._sorted.mapToSource(self._sorted.index(row, 0)).row()
            for row in range(self._sorted.rowCount())
        ]
        return [self._scores.rows[row] for row in order]

    def show_scores(self, rows: Sequence[Mapping[str, Any]], *, of_labels: bool = False) -> None:
        """Show these scores, of classes or of labels."""
        self._scores.show_rows(rows, of_labels=of_labels)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + len(rows) * _ROW + 2)

    def copy_markdown(self) -> None:
        """Put the table on the clipboard as Markdown."""
        QGuiApplication.clipboard().setText(scores_markdown(self.rows))

    def copy_csv(self) -> None:
        """Put the table on the clipboard as CSV with exact shares."""
        QGuiApplication.clipboard().setText(scores_csv(self.rows))
