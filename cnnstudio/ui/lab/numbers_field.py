"""A field for several exact numbers in a row."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from cnnstudio.data.lab.kernel import exact_numbers
from cnnstudio.ui.theme import monospace


class NumbersField(QLineEdit):
    """At most so many numbers parted by spaces, written as fractions or decimals. What cannot be read changes nothing."""

    entered = Signal(object)
    """The tuple of `Fraction` that was typed."""

    def __init__(self, most: int, parent: QWidget | None = None, *, fractions: bool = False) -> None:
        super().__init__(parent)
        self._most = most
        self._fractions = fractions
        self._numbers: tuple[Fraction, ...] = ()
        self.setMaxLength(1000)
        self.setFont(monospace(self.font().pointSizeF() * 0.95))
        self.textEdited.connect(self._on_edited)
        self.editingFinished.connect(self._on_finished)

    @property
    def numbers(self) -> tuple[Fraction, ...]:
        return self._numbers

    def show_numbers(self, numbers: Sequence[Fraction]) -> None:
        """Show others."""
        self._numbers = tuple(numbers)
        self._on_finished()

    def _on_edited(self, text: str) -> None:
        try:
            numbers = exact_numbers(text)
        except ValueError:
            self._mark(wrong=True)
            return
        self._mark(wrong=len(numbers) > self._most)
        if len(numbers) <= self._most:
            self._numbers = numbers
            self.entered.emit(numbers)

    def _on_finished(self) -> None:
        self.setText(" ".join(_word(number, fractions=self._fractions) for number in self._numbers))
        self.setCursorPosition(0)
        self._mark(wrong=False)

    def _mark(self, *, wrong: bool) -> None:
        self.setProperty("invalid", wrong)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setToolTip(
            self.tr("Numbers or fractions parted by spaces, {most} at most: 1 -2 0.5 1/3").format(
                most=self._most
            )
        )


def _word(number: Fraction, *, fractions: bool) -> str:
    """`1/4` or `0.25`; a fraction too where no short decimal is the same number."""
    decimal = f"{float(number):g}"
    return str(number) if fractions or Fraction(decimal) != number else decimal
