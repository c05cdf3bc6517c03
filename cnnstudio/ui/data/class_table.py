"""The classes, labels or ranges of numbers of a data set, with their counts as bars."""

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

from cnnstudio.core.message import Message
from cnnstudio.core.task import Task
from cnnstudio.data.groups import Group, groups_of
from cnnstudio.data.report import DataReport
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, monospace, theme

Index = QModelIndex | QPersistentModelIndex
NAME, COUNT, BAR = range(3)
_NOWHERE = QModelIndex()


class ClassModel(QAbstractTableModel):
    """One row per group: name, number of images, and that number again as a bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.groups: tuple[Group, ...] = ()
        self._names: list[str] = []
        self._task: Task = "classification"

    def show_report(self, report: DataReport | None) -> None:
        """Show the groups of a report."""
        self.beginResetModel()
        self.groups = groups_of(report) if report is not None else ()
        self._names = [_text(group.name) for group in self.groups]
        self._task = report.task if report is not None else "classification"
        self.endResetModel()

    @property
    def most(self) -> int:
        """The number of images of the largest group."""
        return max((group.count for group in self.groups), default=0)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.groups)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (self._heading(), self.tr("Images"), "")[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section == COUNT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        group, name = self.groups[index.row()], self._names[index.row()]
        if role == Qt.ItemDataRole.DisplayRole and index.column() != BAR:
            return name if index.column() == NAME else f"{group.count:,}"
        if role == Qt.ItemDataRole.UserRole:
            return group.count
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == COUNT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and index.column() == COUNT:
            return monospace()
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.tr("{name}: {count} images").format(name=name, count=group.count)
        return None

    def _heading(self) -> str:
        if self._task == "classification":
            return self.tr("Class")
        return self.tr("Label") if self._task == "multi_label" else self.tr("Range")


def _text(name: str | Message) -> str:
    """A group's name; what is no text of the data is told in the user's language, in brackets."""
    return f"({translated(name)})" if isinstance(name, Message) else name


class _BarDelegate(QStyledItemDelegate):
    """Draws a group's share of the largest one."""

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
    """`classTable`: choosing a row shows that group's images."""

    group_chosen = Signal(int)
    """Index of the group; -1 when none is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classTable")
        self.setAccessibleName(self.tr("Classes"))
        self.model_of_groups = ClassModel(self)
        self.setModel(self.model_of_groups)
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

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that are shown."""
        return self.model_of_groups.groups

    def show_report(self, report: DataReport | None) -> None:
        """Show the groups of a report, the first one chosen."""
        self.model_of_groups.show_report(report)
        if self.groups:
            self.selectRow(0)
        else:
            self.group_chosen.emit(-1)

    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.group_chosen.emit(current.row() if current.isValid() else -1)
