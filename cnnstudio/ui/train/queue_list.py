"""The list of queued runs: moved by dragging or with Alt and an arrow, taken out with Delete."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from cnnstudio.ui.icons import icon
from cnnstudio.ui.train.two_lines import ROW_HEIGHT, SECOND_LINE, TwoLines

ID = SECOND_LINE + 1
Row = tuple[str, str, str, str, bool]
"""Id, name, second line, tooltip, and whether the run failed."""


class QueueList(QListWidget):
    """Shows rows and says what is wanted; who owns the queue shows it anew."""

    move_asked = Signal(str, int)
    """A run's id, and its place among the others."""
    remove_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queueList")
        self.setAccessibleName(self.tr("Runs that wait, in their order"))
        self.setItemDelegate(TwoLines(self))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Show these rows; the selected run stays selected, or else its place."""
        chosen, place = self.chosen, self.currentRow()
        self.clear()
        for run_id, name, line, help_text, failed in rows:
            item = QListWidgetItem(icon("warning", "error") if failed else icon("recent"), name, self)
            item.setData(SECOND_LINE, line)
            item.setData(ID, run_id)
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)  # between rows, not into one
            item.setToolTip(help_text)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, help_text)
            if run_id == chosen:
                self.setCurrentItem(item)
        if chosen and self.currentRow() < 0 and self.count():
            self.setCurrentRow(min(place, self.count() - 1))

    @property
    def chosen(self) -> str:
        """The id of the selected run; empty when there is none."""
        return str(self.currentItem().data(ID)) if self.currentRow() >= 0 else ""

    def move_chosen(self, by: int) -> None:
        """Ask for the selected run to go up (-1) or down (1)."""
        row = self.currentRow() + by
        if self.chosen and 0 <= row < self.count():
            self.move_asked.emit(self.chosen, row)

    def dropEvent(self, event: QDropEvent) -> None:
        target = self.indexAt(event.position().toPoint())
        row = target.row() if target.isValid() else self.count()
        if target.isValid() and event.position().y() > self.visualRect(target).center().y():
            row += 1
        if row > self.currentRow():
            row -= 1  # among the others
        event.setDropAction(Qt.DropAction.IgnoreAction)  # the list is shown anew; nothing is moved by Qt
        event.accept()
        if self.chosen and row != self.currentRow():
            self.move_asked.emit(self.chosen, row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if by is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.move_chosen(by)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen:
            self.remove_asked.emit(self.chosen)
        else:
            super().keyPressEvent(event)


def height_of(rows: int) -> int:
    """Pixels that this many rows take."""
    return rows * ROW_HEIGHT + 2
