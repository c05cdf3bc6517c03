"""The history panel: every step by what it did. A click goes there; steps taken back are muted."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from cnnstudio.core.change import Change
from cnnstudio.core.message import Message
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.theme import theme, theme_state

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class HistoryModel(QAbstractListModel):
    """Row 0 is the beginning; row n is what step n led to."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[Message, ...] = ()
        self._position = 0

    @property
    def position(self) -> int:
        """The row that is in force."""
        return self._position

    def show_history(self, labels: tuple[Message, ...], position: int) -> None:
        """Take on the document's history; only what is new is announced."""
        kept = 0
        for old, new in zip(self._labels, labels, strict=False):
            if old != new:
                break
            kept += 1
        if kept < len(self._labels):
            self.beginRemoveRows(_TOP, kept + 1, len(self._labels))
            self._labels = self._labels[:kept]
            self.endRemoveRows()
        if kept < len(labels):
            self.beginInsertRows(_TOP, kept + 1, len(labels))
            self._labels = labels
            self.endInsertRows()
        if position != self._position:
            self._position = position
            self.dataChanged.emit(self.index(0), self.index(len(self._labels)))

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._labels) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = index.row()
        if not 0 <= row <= len(self._labels):
            return None
        is_undone = row > self._position
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return translated(self._labels[row - 1]) if row else self.tr("Beginning")
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            here = self.tr("The network is here") if row == self._position else ""
            return self.tr("Undone") if is_undone else here
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme().color("text_muted" if is_undone else "text")
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(row == self._position)
            font.setItalic(is_undone)  # not by colour alone
            return font
        return None


class History(QWidget):
    """Follows the document; only while it can be seen, so that an edit costs nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = HistoryModel(self)
        self.list = QListView(self)
        self.list.setObjectName("history")
        self.list.setAccessibleName(self.tr("History of edits"))
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.clicked.connect(self._go)
        self.list.activated.connect(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        session.changed.connect(self._on_changed)
        theme_state().changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        colors = theme()
        self.list.setStyleSheet(
            f"QListView {{ background: {colors.surface}; border: none; padding: 4px 8px; }}"
            f"QListView::item {{ padding: 4px 12px; border-radius: 6px; }}"
            f"QListView::item:selected {{ background: {colors.accent_soft}; color: {colors.text}; }}"
        )

    def refresh(self) -> None:
        """Show the document's history as it is, the step in force in view."""
        document = self._session.document
        self.model.show_history(document.labels, document.position)
        here = self.model.index(document.position)
        self.list.setCurrentIndex(here)
        self.list.scrollTo(here)

    def _on_changed(self, _change: Change) -> None:
        if self.isVisible():
            self.refresh()

    def _go(self, index: QModelIndex) -> None:
        self._session.go_to(index.row())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
