"""Swap a convolution: every alternative beside what is there, with what changes, before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.spec import Fields
from cnnstudio.layers.swaps import Comparison, Cost, Swap
from cnnstudio.ui.session import translated
from cnnstudio.ui.shape_text import bytes_text, count_text, fields_text, shape_text, short_count_text
from cnnstudio.ui.theme import GRID, monospace, theme

_MINUS = "\N{MINUS SIGN}"
_NO_CHANGE = "\N{NO-BREAK SPACE}" * 8
"""As wide as what stands behind the figures of the alternatives."""


class SwapDialog(QDialog):
    """`chosen` is the alternative picked; None when the layer is to stay as it is."""

    def __init__(self, comparison: Comparison, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison = comparison
        self.chosen: Swap | None = None
        self.setObjectName("swapDialog")
        self.setWindowTitle(self.tr("Swap {name}").format(name=comparison.node.label))
        head = QLabel(
            self.tr("All of these put out {shape}, as now.").format(
                shape=shape_text(comparison.output_shape)
            ),
            self,
        )
        head.setProperty("role", "muted")
        self.table = QTableWidget(len(comparison.swaps) + 1, 5, self)
        self.table.setObjectName("swapTable")
        self.table.setAccessibleName(self.tr("Alternatives and what they change"))
        self._fill()
        self.note = QLabel(self)
        self.note.setObjectName("swapNote")
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(2 * self.note.fontMetrics().height() + 4)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.swap = QPushButton(self.tr("Swap"), self)
        self.swap.setObjectName("swapApply")
        self.swap.setProperty("role", "primary")
        self.swap.setDefault(True)
        self.swap.clicked.connect(self._on_swap)
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.swap)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        column.addWidget(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)
        column.addLayout(buttons)
        self.table.itemSelectionChanged.connect(self._on_chosen)
        self.table.cellActivated.connect(self._on_activated)
        if comparison.swaps:
            self.table.setCurrentCell(
                1, 0, QItemSelectionModel.SelectionFlag.SelectCurrent | QItemSelectionModel.SelectionFlag.Rows
            )
        self._on_chosen()
        self.table.setFocus()
        height = self.table.horizontalHeader().height() + 4 + sum(
            self.table.rowHeight(row) for row in range(self.table.rowCount())
        )  # fmt: skip
        self.table.setMinimumHeight(min(height, 60 * GRID))
        self.setMinimumWidth(100 * GRID)

    def texts(self) -> list[list[str]]:
        """The cells as shown."""
        return [
            [
                item.text().rstrip() if (item := self.table.item(row, column)) is not None else ""
                for column in range(5)
            ]
            for row in range(self.table.rowCount())
        ]

    def _fill(self) -> None:
        table, comparison = self.table, self._comparison
        table.setHorizontalHeaderLabels(
            [
                self.tr("Layer"),
                self.tr("Parameters"),
                self.tr("MACs"),
                self.tr("Receptive field"),
                self.tr("Memory"),
            ]
        )
        for column, text in (
            (1, self.tr("All weights, trained or not")),
            (2, self.tr("Multiply-accumulates for one image")),
            (3, self.tr("How much of the network's input one unit sees")),
            (4, self.tr("Memory of the outputs (activations) for one image, in 32-bit floats")),
        ):
            header_item = table.horizontalHeaderItem(column)
            if header_item is not None:
                header_item.setToolTip(text)
        first = table.horizontalHeaderItem(0)
        if first is not None:
            first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        title = self.tr("As now: {summary}").format(summary=comparison.summary or comparison.node.type)
        self._put_row(0, title, _cost_cells(comparison.current))
        bold = QFont(table.font())
        bold.setBold(True)
        for column in range(5):
            item = table.item(0, column)
            if item is not None:
                item.setFont(bold if column == 0 else item.font())
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        for number, swap in enumerate(comparison.swaps, start=1):
            cells = _compared_cells(swap.cost, comparison.current)
            self._put_row(number, translated(swap.title), cells)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _put_row(self, row: int, title: str, cells: Sequence[tuple[str, str, int]]) -> None:
        first = QTableWidgetItem(title)
        first.setToolTip(title)
        self.table.setItem(row, 0, first)
        for column, (text, explanation, sign) in enumerate(cells, start=1):
            item = QTableWidgetItem(text)
            item.setFont(monospace(self.font().pointSizeF() * 0.95))
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(explanation)
            if sign and column != 3:
                item.setForeground(theme().color("ok" if sign < 0 else "warning"))
            self.table.setItem(row, column, item)

    def _row(self) -> int:
        rows = {index.row() for index in self.table.selectedIndexes()}
        return rows.pop() if len(rows) == 1 else 0

    def _on_chosen(self) -> None:
        row = self._row()
        self.swap.setEnabled(row > 0)
        if row:
            self.note.setText(translated(self._comparison.swaps[row - 1].note))
        elif not self._comparison.swaps:
            self.note.setText(self.tr("There is no alternative that puts out the same shape."))
        else:
            self.note.setText("")

    def _on_activated(self, row: int, _column: int) -> None:
        self._choose(row)

    def _on_swap(self) -> None:
        self._choose(self._row())

    def _choose(self, row: int) -> None:
        if row > 0:
            self.chosen = self._comparison.swaps[row - 1]
            self.accept()


def change_text(new: int, old: int) -> str:
    """`−87 %`, `+12 %`, `±0`; times where it is more than tenfold."""
    if new == old:
        return "±0"
    if not old:
        return "+"
    ratio = new / old
    if ratio >= 10:
        return f"×{ratio:.0f}"
    percent = 100 * (ratio - 1)
    shown = f"{abs(percent):.1f}" if abs(percent) < 1 else f"{abs(percent):.0f}"
    return f"{'+' if percent > 0 else _MINUS}{shown} %"


def _difference(new: int, old: int) -> str:
    sign = "+" if new > old else _MINUS if new < old else "±"
    return f"{sign}{count_text(abs(new - old))}"


def _cost_cells(cost: Cost) -> list[tuple[str, str, int]]:
    return [
        (count_text(cost.params) + _NO_CHANGE, "", 0),
        (short_count_text(cost.macs) + _NO_CHANGE, count_text(cost.macs), 0),
        (_field_text(cost.fields) + _NO_CHANGE, "", 0),
        (("–" if cost.memory is None else bytes_text(cost.memory)) + _NO_CHANGE, "", 0),
    ]


def _compared_cells(cost: Cost, now: Cost) -> list[tuple[str, str, int]]:
    cells = [
        (
            f"{count_text(cost.params)}  {change_text(cost.params, now.params):>6}",
            _difference(cost.params, now.params),
            _sign(cost.params, now.params),
        ),
        (
            f"{short_count_text(cost.macs)}  {change_text(cost.macs, now.macs):>6}",
            _difference(cost.macs, now.macs),
            _sign(cost.macs, now.macs),
        ),
    ]
    size, before = _extent(cost.fields), _extent(now.fields)
    change = change_text(size, before) if size is not None and before is not None else "±0"
    cells.append((f"{_field_text(cost.fields)}  {change:>6}", "", 0))
    if cost.memory is None or now.memory is None:
        cells.append(("–", "", 0))
    else:
        cells.append(
            (
                f"{bytes_text(cost.memory)}  {change_text(cost.memory, now.memory):>6}",
                "",
                _sign(cost.memory, now.memory),
            )
        )
    return cells


def _sign(new: int, old: int) -> int:
    return (new > old) - (new < old)


def _extent(fields: Fields) -> int | None:
    """How far a unit sees along the first axis."""
    return fields[0].size if fields else None


def _field_text(fields: Fields) -> str:
    return fields_text(fields) or "–"
