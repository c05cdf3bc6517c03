"""The numbers of a kernel as fields to type in, laid out as the kernel is."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from cnnstudio.data.lab.kernel import Kernel, exact_number
from cnnstudio.data.lab.written_sum import number_text
from cnnstudio.ui.theme import monospace

CELL = 38
_MOST = 7


class NumberField(QLineEdit):
    """A field for one exact number, a fraction too. What is no number is marked and changes nothing."""

    entered = Signal(object)
    """The `Fraction` that was typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMaxLength(16)
        self._number = Fraction(0)
        self.textEdited.connect(self._on_edited)
        self.editingFinished.connect(self._on_finished)

    @property
    def number(self) -> Fraction:
        return self._number

    def show_number(self, number: Fraction) -> None:
        """Show another number; one's typing of the same stays as it is."""
        if number == self._number and self.text():
            return
        self._number = number
        self.setText(number_text(number))
        self.setCursorPosition(0)
        self._mark(wrong=False)

    def _on_edited(self, text: str) -> None:
        try:
            number = exact_number(text)
        except ValueError:
            self._mark(wrong=True)
            return
        self._mark(wrong=False)
        self._number = number
        self.entered.emit(number)

    def _on_finished(self) -> None:
        self.setText(number_text(self._number))
        self._mark(wrong=False)

    def _mark(self, *, wrong: bool) -> None:
        if bool(self.property("invalid")) != wrong:
            self.setProperty("invalid", wrong)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setToolTip(self.tr("A number or a fraction, such as -2, 0.5 or 1/9") if wrong else self.text())


class KernelGrid(QWidget):
    """Up to 7 × 7 fields; arrows lead from one to the next."""

    edited = Signal(int, int, object)
    """Row, column and the `Fraction` that was typed there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labKernel")
        self.setAccessibleName(self.tr("Kernel"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._cells: dict[tuple[int, int], NumberField] = {}
        self._size = (0, 0)

    def cell(self, row: int, column: int) -> NumberField:
        """The field of a number. Raises KeyError beyond what was ever shown."""
        return self._cells[row, column]

    @property
    def size_shown(self) -> tuple[int, int]:
        """Rows and columns of fields."""
        return self._size

    def show_kernel(self, kernel: Kernel) -> None:
        """Show its numbers without the factor."""
        self._size = rows, columns = kernel.size
        for place in [(row, column) for row in range(_MOST) for column in range(_MOST)]:
            inside = place[0] < rows and place[1] < columns
            if inside:
                self._field(*place).show_number(kernel.rows[place[0]][place[1]])
            if place in self._cells:
                self._cells[place].setVisible(inside)

    def _field(self, row: int, column: int) -> NumberField:
        if (row, column) not in self._cells:
            field = NumberField(self)
            field.setObjectName(f"labKernel{row}{column}")
            field.setAccessibleName(
                self.tr("Kernel, row {row}, column {column}").format(row=row + 1, column=column + 1)
            )
            field.setFixedWidth(CELL)
            field.setStyleSheet("padding: 3px 1px;")
            field.setFont(monospace(self.font().pointSizeF() * 0.95))
            field.entered.connect(self._on_entered)
            field.installEventFilter(self)
            self._cells[row, column] = field
            self._grid.addWidget(field, row, column)
        return self._cells[row, column]

    def _on_entered(self, number: Fraction) -> None:
        field = self.sender()
        place = next(place for place, cell in self._cells.items() if cell is field)
        self.edited.emit(*place, number)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {
                Qt.Key.Key_Up: (-1, 0),
                Qt.Key.Key_Down: (1, 0),
                Qt.Key.Key_Left: (0, -1),
                Qt.Key.Key_Right: (0, 1),
            }.get(Qt.Key(event.key()))
            place = next((place for place, cell in self._cells.items() if cell is watched), None)
            if step is not None and place is not None and self._may_leave(self._cells[place], step[1]):
                row, column = place[0] + step[0], place[1] + step[1]
                if 0 <= row < self._size[0] and 0 <= column < self._size[1]:
                    self._cells[row, column].setFocus(Qt.FocusReason.TabFocusReason)
                    self._cells[row, column].selectAll()
                return True
        return super().eventFilter(watched, event)

    @staticmethod
    def _may_leave(field: NumberField, across: int) -> bool:
        """Left and right leave a field at the end of its text, or where all of it is selected."""
        if not across or field.selectedText() == field.text():
            return True
        return field.cursorPosition() == (0 if across < 0 else len(field.text()))
