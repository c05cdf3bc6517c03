"""The layer table as a Qt model: one row per node in topological order, and a row of totals that stays last."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QFont

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.network import Network
from cnnstudio.core.spec import Fields, Shape
from cnnstudio.ui.design.inspector.cost_section import output_bytes
from cnnstudio.ui.shape_text import bytes_text, count_text, fields_text, shape_text

SORT_ROLE = Qt.ItemDataRole.UserRole + 1
NODE_ROLE = Qt.ItemDataRole.UserRole + 2

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """What the table says of one node; None where it is not known."""

    node: str
    label: str
    type: str
    shape: Shape | None
    more_shapes: tuple[Shape | None, ...] = ()
    """Of a block's further outputs."""
    params: int | None
    macs: int | None
    fields: Fields
    known: bool
    memory: int | None
    """Bytes of the output for one image as 32-bit floats."""
    training: int | None = None
    """Bytes that training takes: weights, gradients, optimizer, and what a batch keeps for the way back."""


def summary_rows(
    network: Network, analysis: Analysis, training: Mapping[str, int | None] | None = None
) -> tuple[SummaryRow, ...]:
    """The rows, sources before targets. `training` is what each node takes in training."""
    rows: list[SummaryRow] = []
    for node_id, result in analysis.nodes.items():
        node = network.nodes.get(node_id)
        if node is None:
            continue
        shape = result.output_shape
        known = shape is not None
        rows.append(
            SummaryRow(
                node=node_id,
                label=node.label,
                type=node.type,
                shape=shape,
                more_shapes=result.more_outputs,
                params=result.param_count if known else None,
                macs=result.macs if known else None,
                fields=result.fields,
                known=known,
                memory=output_bytes(result),
                training=training.get(node_id) if training is not None else None,
            )
        )
    return tuple(rows)


class SummaryModel(QAbstractTableModel):
    """Columns: layer, type, output shape, parameters, MACs, receptive field, activation memory, memory in training."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SummaryRow, ...] = ()
        self._bold = QFont()
        self._bold.setBold(True)
        self.batch_size = 0
        """The batch that the last column is for."""

    def headers(self) -> tuple[str, ...]:
        """The column titles."""
        return (
            self.tr("Layer"),
            self.tr("Type"),
            self.tr("Output"),
            self.tr("Parameters"),
            self.tr("MACs"),
            self.tr("Field"),
            self.tr("Memory"),
            self.tr("Training"),
        )

    def _explanation(self, column: int) -> str:
        texts = {
            2: self.tr("Shape of the layer's output, without the batch axis"),
            3: self.tr("All weights, trained or not"),
            4: self.tr("Multiply-accumulates for one image"),
            5: self.tr("Receptive field: how much of the network's input one unit sees"),
            6: self.tr("Memory of the output (activations) for one image, in 32-bit floats"),
            7: self.tr(
                "Weights, gradients, optimizer and what is kept for the way back, for a batch of {count}: the plan's"
            ).format(count=count_text(self.batch_size)),
        }
        return texts.get(column, self.headers()[column])

    def show_rows(self, rows: tuple[SummaryRow, ...]) -> None:
        """Show other rows; the view keeps its place when only values changed."""
        if rows == self._rows:
            return
        if [row.node for row in rows] == [row.node for row in self._rows]:
            self._rows = rows
            last = self.index(len(rows), len(self.headers()) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def redraw(self) -> None:
        """Texts changed (another order of shapes, say)."""
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def texts(self, row: int) -> tuple[str, ...]:
        """The cells of a row; the row behind the last holds the totals."""
        if row == len(self._rows):
            return (
                self.tr("Total"),
                self.tr("{count} layers").format(count=len(self._rows)),
                "",
                count_text(self._sum("params")),
                count_text(self._sum("macs")),
                "",
                bytes_text(self._sum("memory")),
                bytes_text(self._sum("training")),
            )
        item = self._rows[row]
        field = fields_text(item.fields) or self.tr("whole input")
        return (
            item.label,
            item.type,
            ", ".join(map(shape_text, (item.shape, *item.more_shapes))),
            "–" if item.params is None else count_text(item.params),
            "–" if item.macs is None else count_text(item.macs),
            field if item.known else "–",
            "–" if item.memory is None else bytes_text(item.memory),
            "–" if item.training is None else bytes_text(item.training),
        )

    def is_totals(self, row: int) -> bool:
        """Whether a row is the one of totals."""
        return row == len(self._rows)

    def _sum(self, name: str) -> int:
        return sum(getattr(row, name) or 0 for row in self._rows)

    def _sort_key(self, row: int, column: int) -> object:
        if self.is_totals(row):
            return None
        item = self._rows[row]
        if column == 2:
            return math.prod(size or 0 for size in item.shape) if item.shape is not None else -1
        if column == 5:
            if not item.known:
                return -1
            return math.prod(f.size for f in item.fields) if item.fields else 2**62
        value = (item.label, item.type, None, item.params, item.macs, None, item.memory, item.training)[
            column
        ]
        return -1 if value is None else value

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or not self._rows else len(self._rows) + 1

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else 8

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headers()[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return self._explanation(section)
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.texts(row)[column]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.FontRole and self.is_totals(row):
            return self._bold
        if role == SORT_ROLE:
            return self._sort_key(row, column)
        if role == NODE_ROLE and not self.is_totals(row):
            return self._rows[row].node
        return None


class SummaryOrder(QSortFilterProxyModel):
    """Sorts by number where there are numbers; the totals stay at the bottom in both directions."""

    def lessThan(self, left: _Index, right: _Index) -> bool:
        source = self.sourceModel()
        assert isinstance(source, SummaryModel)
        descending = self.sortOrder() == Qt.SortOrder.DescendingOrder
        if source.is_totals(left.row()) or source.is_totals(right.row()):
            return source.is_totals(left.row()) if descending else source.is_totals(right.row())
        a, b = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if isinstance(a, str) or isinstance(b, str):
            return str(a).casefold() < str(b).casefold()
        return bool(a < b)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column >= 2 else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def as_markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, numbers to the right."""
    lines = [headers, ["---" if column < 2 else "---:" for column in range(len(headers))], *rows]
    return (
        "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        + "\n"
    )


def as_csv(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Comma-separated values; cells with commas, quotes or line ends are quoted."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n\r') else text

    return "".join(",".join(cell(text) for text in line) + "\r\n" for line in (headers, *rows))
