"""How a table of images is to be read: which columns tell what. What is left to the program is found out as before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.problem import DataError
from cnnstudio.data.table_settings import Column, TableSettings
from cnnstudio.data.tables.columns import Columns, choose_columns, find_column
from cnnstudio.data.tables.table import Table
from cnnstudio.ui.theme import GRID

_ROWS = 5
"""Rows shown as an example."""


class TableDialog(QDialog):
    """`tableDialog`: `settings()` is what was chosen."""

    def __init__(
        self, path: Path, table: Table, settings: TableSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("tableDialog")
        self.setWindowTitle(self.tr("How {name} is read").format(name=path.name))
        self.resize(84 * GRID, 64 * GRID)
        self._table = table
        self._settings = settings
        found = _found(table, replace(settings, path_column=None, split_column=None))
        wanted = _found(table, settings)
        example = self._example()
        self.path = self._columns("tablePath", found.path if found else None, settings.path_column)
        self.split = self._columns("tableSplit", found.split if found else None, settings.split_column)
        self.labels = QListWidget(self)
        self.labels.setObjectName("tableLabels")
        self.labels.setAccessibleName(self.tr("Columns to learn"))
        self.labels.setSpacing(GRID // 4)
        self.labels.setMinimumHeight((min(len(table.names), 8) + 1) * 3 * GRID)
        for number, name in enumerate(table.names):
            item = QListWidgetItem(name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(
                Qt.CheckState.Checked if wanted and number in wanted.labels else Qt.CheckState.Unchecked
            )
            self.labels.addItem(item)
        self._labels_before = self._checked()
        self.task = QComboBox(self)
        self.task.setObjectName("tableTask")
        for text, value in (
            (self.tr("automatic"), None),
            (self.tr("one class of each image"), "classification"),
            (self.tr("several labels of an image"), "multi_label"),
            (self.tr("numbers"), "regression"),
        ):
            self.task.addItem(text, value)
        self.task.setCurrentIndex(max(0, self.task.findData(settings.task)))
        form = QFormLayout()
        form.setSpacing(GRID)
        form.addRow(self.tr("paths of the images"), self.path)
        form.addRow(self.tr("what to learn"), self.labels)
        form.addRow(self.tr("as"), self.task)
        form.addRow(self.tr("train, validation, test"), self.split)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        head = QLabel(self.tr("The first rows"), self)
        head.setProperty("role", "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + GRID // 2)
        column.addWidget(head)
        column.addWidget(example)
        column.addLayout(form, 1)
        column.addWidget(buttons)

    def settings(self) -> TableSettings:
        """The table's settings as chosen; what was not touched stays as it was, found out or set."""
        labels = self._settings.label_columns
        if self._checked() != self._labels_before:
            labels = self._checked()
        return replace(
            self._settings,
            path_column=self.path.currentData(),
            split_column=self.split.currentData(),
            label_columns=labels,
            task=self.task.currentData(),
        )

    def _checked(self) -> tuple[Column, ...]:
        items = (self.labels.item(row) for row in range(self.labels.count()))
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

    def _columns(self, name: str, found: int | None, column: Column | None) -> QComboBox:
        """A choice of one column, or of none: then it is the one that was found, if any."""
        box = QComboBox(self)
        box.setObjectName(name)
        automatic = self.tr("automatic ({column})")
        box.addItem(
            automatic.format(column=self.tr("none") if found is None else self._table.names[found]), None
        )
        for title in self._table.names:
            box.addItem(title, title)
        if column is not None:
            try:
                box.setCurrentIndex(1 + find_column(self._table, column))
            except DataError:
                box.setCurrentIndex(0)
        return box

    def _example(self) -> QTableWidget:
        rows = self._table.rows[:_ROWS]
        example = QTableWidget(len(rows), len(self._table.names), self)
        example.setObjectName("tableExample")
        example.setAccessibleName(self.tr("The first rows"))
        example.setHorizontalHeaderLabels(list(self._table.names))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                item = QTableWidgetItem(cell)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                example.setItem(row, column, item)
        example.verticalHeader().hide()
        example.verticalHeader().setDefaultSectionSize(4 * GRID)
        header = example.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(
            QHeaderView.ResizeMode.Stretch
            if len(self._table.names) <= 6
            else QHeaderView.ResizeMode.Interactive
        )
        example.setFixedHeight(header.sizeHint().height() + len(rows) * 4 * GRID + 2 * GRID)
        return example


def _found(table: Table, settings: TableSettings) -> Columns | None:
    try:
        return choose_columns(table, settings)
    except DataError:
        return None
