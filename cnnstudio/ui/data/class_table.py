"""The classes of a data set with their counts as bars."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cnnstudio.data.report import ClassCount, DataReport
from cnnstudio.ui.theme import GRID, monospace, theme

Index = QModelIndex | QPersistentModelIndex
NAME, COUNT, BAR = range(3)
_NOWHERE = QModelIndex()


class ClassModel(QAbstractTableModel):
    """One row per class: name, number of images, and that number again as a bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.classes: tuple[ClassCount, ...] = ()

    def show_report(self, report: DataReport | None) -> None:
        """Show the classes of a report."""
        self.beginResetModel()
        self.classes = report.classes if report is not None else ()
        self.endResetModel()

    @property
    def most(self) -> int:
        """The number of images of the largest class."""
        return max((entry.count for entry in self.classes), default=0)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.classes)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Class"), self.tr("Images"), "")[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == COUNT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.classes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole and index.column() != BAR:
            return entry.name if index.column() == NAME else f"{entry.count:,}"
        if role == Qt.ItemDataRole.UserRole:
            return entry.count
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == COUNT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and index.column() == COUNT:
            return monospace()
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tr("{name}: {count} images").format(name=entry.name, count=entry.count)
        return None


class _BarDelegate(QStyledItemDelegate):
    """Draws a class's share of the largest class."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        model = index.model()
        if not isinstance(model, ClassModel) or model.most == 0:
            return
        room = QRectF(option.rect).adjusted(GRID, 0, -GRID * 2, 0)
        bar = QRectF(
            room.x(),
            room.center().y() - 5,
            room.width() * index.data(Qt.ItemDataRole.UserRole) / model.most,
            10,
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().plot[0]))
        painter.drawRoundedRect(bar, 2, 2)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's signature
        return QSize(80, GRID * 4)


class ClassTable(QTableView):
    """`classTable`: choosing a row shows that class's images."""

    class_chosen = Signal(int)
    """Index of the class; -1 when none is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classTable")
        self.setAccessibleName(self.tr("Classes"))
        self.classes = ClassModel(self)
        self.setModel(self.classes)
        self.setItemDelegateForColumn(BAR, _BarDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(GRID * 4)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(COUNT, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(BAR, QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(False)
        self.selectionModel().currentRowChanged.connect(self._on_row)

    def show_report(self, report: DataReport | None) -> None:
        """Show the classes of a report, the first one chosen."""
        self.classes.show_report(report)
        if self.classes.classes:
            self.selectRow(0)
        else:
            self.class_chosen.emit(-1)

    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.class_chosen.emit(current.row() if current.isValid() else -1)
