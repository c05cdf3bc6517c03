"""Editors for one parameter each, chosen by the class of its `ParamSpec`. They hold no network: values in, values out."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QWidget

from cnnstudio.core.parameters import (
    BoolParam,
    ChoiceParam,
    FactorParam,
    FloatParam,
    IntParam,
    IntsParam,
    ParamSpec,
    TextParam,
)
from cnnstudio.core.params import Value
from cnnstudio.layers.arguments import AxesParam
from cnnstudio.ui.design.inspector.number_field import NumberField
from cnnstudio.ui.design.inspector.value_text import (
    ValueTextError,
    axes_of,
    factor_of,
    float_of,
    int_of,
    ints_of,
    number_text,
    value_text,
)
from cnnstudio.ui.shape_text import shape_order
from cnnstudio.ui.theme import GRID, monospace


class ParamEditor(QWidget):
    """Base of all editors. `edited` carries a value to check, `unreadable` a sentence about what was typed."""

    edited = Signal(object)
    unreadable = Signal(str)
    left = Signal()
    """The user is done with this field: the next edit is a step of its own."""

    def __init__(self, spec: ParamSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)

    @abstractmethod
    def show_value(self, value: Value) -> None:
        """Show a value in normal form, or as it was written when it is not valid."""

    def mark_invalid(self, invalid: bool) -> None:
        """Draw the fields as wrong, or as right again."""
        for field in self.findChildren(NumberField):
            field.mark_invalid(invalid)

    def has_typing(self) -> bool:
        """Whether the user is in one of the fields, so that it must not be overwritten."""
        return any(field.hasFocus() for field in self.findChildren(QLineEdit))

    def _name(self, widget: QWidget, suffix: str = "") -> None:
        widget.setObjectName(f"param_{self.spec.name}{suffix}")
        widget.setAccessibleName(f"{self.spec.name} {suffix}".strip())


class QuietComboBox(QComboBox):
    """A choice that the wheel changes only while it is open, so that scrolling the form changes nothing.

    Its list is as wide as its longest word.
    """

    def showPopup(self) -> None:
        words = self.view()
        words.setMinimumWidth(words.sizeHintForColumn(0) + 2 * GRID)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _TextEditor(ParamEditor):
    """One field whose text is read by `_read`."""

    def __init__(self, spec: ParamSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.field = NumberField(self)
        self._name(self.field)
        self.setFocusProxy(self.field)
        if spec.optional:
            self.field.setPlaceholderText("None")
        self.field.typed.connect(self._on_typed)
        self.field.stepped.connect(self._on_stepped)
        self.field.left.connect(self.left)
        self._row.addWidget(self.field)
        self._value: Value = spec.default

    def show_value(self, value: Value) -> None:
        self._value = value
        if self.field.hasFocus() and self._same(self.field.text(), value):
            return
        self.field.show_text("" if value is None else self._text(value))

    def _same(self, text: str, value: Value) -> bool:
        try:
            return (None if not text.strip() else self._read(text)) == value
        except ValueTextError:
            return False

    def _on_typed(self, text: str) -> None:
        if not text.strip() and self.spec.optional:
            self.edited.emit(None)
            return
        try:
            value = self._read(text)
        except ValueTextError as error:
            self.unreadable.emit(str(error))
            return
        self.edited.emit(value)

    def _on_stepped(self, _steps: int) -> None:
        """Nothing to step, unless a subclass knows how."""

    def _step_to(self, value: Value) -> None:
        """Shown before the network answers, so that steps in quick succession add up."""
        self.show_value(value)
        self.field.show_text(self._text(value))
        self.edited.emit(value)

    def _text(self, value: Value) -> str:
        return value_text(value)

    @abstractmethod
    def _read(self, text: str) -> Value:
        """The value of what was typed; raises ValueTextError."""


class IntEditor(_TextEditor):
    """A whole number."""

    def _read(self, text: str) -> Value:
        return int_of(text)

    def _on_stepped(self, steps: int) -> None:
        assert isinstance(self.spec, IntParam)
        if isinstance(self._value, int):
            self._step_to(min(max(self._value + steps, self.spec.minimum), self.spec.maximum))


class FloatEditor(_TextEditor):
    """A number; a step changes the digit that was typed last."""

    def _read(self, text: str) -> Value:
        return float_of(text)

    def _text(self, value: Value) -> str:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return (
            number_text(float(value)) if is_number and isinstance(value, (int, float)) else value_text(value)
        )

    def _on_stepped(self, steps: int) -> None:
        assert isinstance(self.spec, FloatParam)
        if not isinstance(self._value, (int, float)):
            return
        text = number_text(float(self._value))
        digits = len(text.partition(".")[2]) if "e" not in text else 0
        step = 10.0**-digits if digits else 0.1
        if "e" in text:
            step = abs(float(self._value)) / 10
        new = round(float(self._value) + steps * step, digits or 12)
        new = min(max(new, self.spec.minimum), self.spec.maximum)
        if not (self.spec.open_maximum and new >= self.spec.maximum):
            self._step_to(new)


class IntsEditor(_TextEditor):
    """A list of whole numbers, such as the input's shape, in the order in which shapes are shown."""

    def __init__(self, spec: IntsParam, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._unknown_sizes = spec.unknown_sizes
        self.field.setMinimumWidth(120)
        if spec.name == "shape":
            shape_order().changed.connect(self._reorder)

    def _read(self, text: str) -> Value:
        numbers = ints_of(text, unknown_sizes=self._unknown_sizes)
        return self._turned(numbers, back=True)

    def _text(self, value: Value) -> str:
        if not isinstance(value, tuple):
            return value_text(value)
        return " × ".join("?" if item is None else str(item) for item in self._turned(value, back=False))

    def _turned(self, items: tuple[Value, ...], *, back: bool) -> tuple[Value, ...]:
        if self.spec.name != "shape" or not shape_order().channels_first or len(items) < 2:
            return items
        return (*items[1:], items[0]) if back else (items[-1], *items[:-1])

    def _reorder(self) -> None:
        self.field.show_text("" if self._value is None else self._text(self._value))


class _ListEditor(_TextEditor):
    """One number or several, with commas between them."""

    def _text(self, value: Value) -> str:
        return ", ".join(map(value_text, value)) if isinstance(value, tuple) else value_text(value)


class AxesEditor(_ListEditor):
    """The number of an axis, or several."""

    def _read(self, text: str) -> Value:
        assert isinstance(self.spec, AxesParam)
        return axes_of(text, several=self.spec.several)

    def _on_stepped(self, steps: int) -> None:
        if isinstance(self._value, int):
            self._step_to(self._value + steps)


class FactorEditor(_ListEditor):
    """A number or a pair of numbers."""

    def _read(self, text: str) -> Value:
        return factor_of(text)


class TextEditor(_TextEditor):
    """Free text."""

    def __init__(self, spec: ParamSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.field.setAlignment(Qt.AlignmentFlag.AlignLeft)

    def _read(self, text: str) -> Value:
        return text


class BoolEditor(ParamEditor):
    """True or false."""

    def __init__(self, spec: ParamSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._box = QCheckBox(self)
        self._name(self._box)
        self.setFocusProxy(self._box)
        self._box.clicked.connect(self._on_clicked)
        self._row.addStretch(1)
        self._row.addWidget(self._box)

    def show_value(self, value: Value) -> None:
        self._box.setChecked(value is True)

    def _on_clicked(self) -> None:
        self.edited.emit(self._box.isChecked())
        self.left.emit()


class ChoiceEditor(ParamEditor):
    """One of a few words, `None` among them where the parameter is optional."""

    def __init__(self, spec: ChoiceParam, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._box = QuietComboBox(self)
        self._name(self._box)
        self.setFocusProxy(self._box)
        self._box.setFont(monospace())
        if spec.optional:
            self._box.addItem(self.tr("none"), None)
        for choice in spec.choices:
            self._box.addItem(choice, choice)
        self._box.activated.connect(self._on_activated)
        self._row.addWidget(self._box)

    def show_value(self, value: Value) -> None:
        index = next((i for i in range(self._box.count()) if self._box.itemData(i) == value), -1)
        if index < 0:  # kept as the file has it, and said to be wrong below
            self._box.setPlaceholderText(value_text(value))
        self._box.setCurrentIndex(index)
        self._box.setToolTip(value_text(value))  # which the field may be too narrow for

    def _on_activated(self, index: int) -> None:
        self.edited.emit(self._box.itemData(index))
        self.left.emit()


def simple_editor(spec: ParamSpec, parent: QWidget | None = None) -> ParamEditor:
    """The editor for a parameter that is one value; sizes and padding have editors of their own."""
    if isinstance(spec, BoolParam):
        return BoolEditor(spec, parent)
    if isinstance(spec, ChoiceParam):
        return ChoiceEditor(spec, parent)
    if isinstance(spec, IntParam):
        return IntEditor(spec, parent)
    if isinstance(spec, FloatParam):
        return FloatEditor(spec, parent)
    if isinstance(spec, IntsParam):
        return IntsEditor(spec, parent)
    if isinstance(spec, AxesParam):
        return AxesEditor(spec, parent)
    if isinstance(spec, FactorParam):
        return FactorEditor(spec, parent)
    if isinstance(spec, TextParam):
        return TextEditor(spec, parent)
    return FactorEditor(spec, parent)
