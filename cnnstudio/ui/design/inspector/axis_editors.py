"""Editors for parameters with one value per spatial axis: sizes, strides, dilation, padding."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from cnnstudio.core.parameters import PaddingParam, ParamSpec, SizeParam
from cnnstudio.core.params import Value
from cnnstudio.ui.design.inspector.number_field import NumberField
from cnnstudio.ui.design.inspector.param_editors import ParamEditor, QuietComboBox, simple_editor
from cnnstudio.ui.design.inspector.value_text import ValueTextError, int_of
from cnnstudio.ui.icons import icon
from cnnstudio.ui.shape_text import axis_names
from cnnstudio.ui.theme import monospace


class LinkButton(QToolButton):
    """Whether all axes keep one value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(True)
        self.setIconSize(QSize(14, 14))
        self.setFixedSize(24, 24)
        self.toggled.connect(self._show)
        self._show(True)

    def _show(self, linked: bool) -> None:
        self.setIcon(icon("link" if linked else "unlink"))
        text = self.tr("All axes keep one value") if linked else self.tr("Each axis has its own value")
        self.setToolTip(text)
        self.setAccessibleName(text)


class SizeEditor(ParamEditor):
    """`5 × 5` with a link: while it is closed, typing in one field sets all."""

    def __init__(self, spec: SizeParam, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._rank = spec.rank
        self._sizes: tuple[int, ...] | None = None
        self._fields: list[NumberField] = []
        self._link = LinkButton(self)
        self._link.toggled.connect(self._on_linked)
        self._link.setVisible(spec.rank > 1)
        self._row.addStretch(1)
        if spec.rank > 1:
            self._row.addWidget(self._link)
        if spec.rank > 2:
            self._row.setSpacing(2)
        for axis, name in enumerate(axis_names(spec.rank)):
            if axis:
                cross = QLabel("×", self)
                cross.setProperty("role", "muted")
                self._row.addWidget(cross)
            field = NumberField(self)
            self._name(field, f"_{name}" if axis else "")
            field.setFixedWidth(50 if spec.rank < 3 else SIDE_WIDTH - 2)
            field.setToolTip(
                {"H": self.tr("height"), "W": self.tr("width"), "D": self.tr("depth")}.get(name, "")
            )
            if spec.optional:
                field.setPlaceholderText(self.tr("auto"))
            field.typed.connect(self._on_typed)
            field.stepped.connect(self._on_stepped)
            field.left.connect(self.left)
            self._fields.append(field)
            self._row.addWidget(field)
        self.setFocusProxy(self._fields[0])

    def show_value(self, value: Value) -> None:
        if isinstance(value, tuple) and len(value) == self._rank:
            sizes = tuple(item for item in value if isinstance(item, int))
        else:
            sizes = (value,) * self._rank if isinstance(value, int) else ()
        self._sizes = sizes if len(sizes) == self._rank else None
        if self._sizes is not None and len(set(self._sizes)) > 1 and self._link.isChecked():
            self._link.setChecked(False)
        for axis, field in enumerate(self._fields):
            field.show_text("" if self._sizes is None else str(self._sizes[axis]))

    def _on_typed(self, text: str) -> None:
        sender = self.sender()
        texts = [field.text() for field in self._fields]
        if self._link.isChecked():
            texts = [text] * self._rank
            for field in self._fields:
                if field is not sender:
                    field.show_text(text)
        if self.spec.optional and not any(item.strip() for item in texts):
            self.edited.emit(None)
            return
        try:
            self.edited.emit(tuple(int_of(item) for item in texts))
        except ValueTextError as error:
            self.unreadable.emit(str(error))

    def _on_stepped(self, steps: int) -> None:
        assert isinstance(self.spec, SizeParam)
        minimum, maximum = self.spec.minimum, self.spec.maximum
        sizes = self._sizes or (minimum - steps if steps > 0 else minimum,) * self._rank
        linked = self._link.isChecked()
        stepped = tuple(
            min(max(size + steps, minimum), maximum) if linked or field is self.sender() else size
            for size, field in zip(sizes, self._fields, strict=True)
        )
        self.show_value(stepped)
        self.edited.emit(stepped)

    def _on_linked(self, linked: bool) -> None:
        if linked and self._sizes is not None and len(set(self._sizes)) > 1:
            self.edited.emit((self._sizes[0],) * self._rank)
            self.left.emit()


_PIXELS = "pixels"
_SIDES = "sides"
SIDE_WIDTH = 35
"""Four of them and three gaps are as wide as the other editors."""


class PaddingEditor(ParamEditor):
    """A word (`valid`, `same`, `full`), one P per axis, or each side on its own."""

    def __init__(self, spec: PaddingParam, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._rank = spec.rank
        self._pads: tuple[tuple[int, int], ...] = ((0, 0),) * spec.rank
        column = QGridLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setVerticalSpacing(4)
        self._row.addLayout(column)
        self._box = QuietComboBox(self)
        self._name(self._box)
        self._box.setFont(monospace())
        self.setFocusProxy(self._box)
        for mode in spec.modes:
            self._box.addItem(mode, mode)
        if spec.explicit:
            self._box.addItem(self.tr("P pixels"), _PIXELS)
            self._box.addItem(self.tr("each side"), _SIDES)
        self._box.activated.connect(self._on_chosen)
        column.addWidget(self._box, 0, 0)
        self._link = LinkButton(self)
        self._per_axis = self._fields_row(axis_names(spec.rank), "")
        sides = {1: ("before", "after"), 2: ("top", "bottom", "left", "right")}.get(
            spec.rank, tuple(f"{name}{end}" for name in axis_names(spec.rank) for end in "-+")
        )
        self._per_side = self._fields_row(sides, "_side")
        column.addWidget(self._per_axis[0], 1, 0)
        column.addWidget(self._per_side[0], 2, 0)
        self._show_mode("valid")

    def show_value(self, value: Value) -> None:
        if isinstance(value, str):
            self._show_mode(value)
            return
        if not isinstance(value, tuple):
            self._box.setCurrentIndex(-1)
            return
        pads = [pad for pad in value if isinstance(pad, tuple) and len(pad) == 2]
        if len(pads) == self._rank:
            self._pads = tuple((int(str(a)), int(str(b))) for a, b in pads)
            if len(set(self._pads)) > 1:
                self._link.setChecked(False)
        symmetric = all(a == b for a, b in self._pads)
        keep_sides = self._mode() == _SIDES
        self._show_mode(_PIXELS if symmetric and not keep_sides else _SIDES)

    def _mode(self) -> str:
        return str(self._box.currentData())

    def _show_mode(self, mode: str) -> None:
        self._box.setCurrentIndex(self._box.findData(mode))
        self._per_axis[0].setVisible(mode == _PIXELS)
        self._per_side[0].setVisible(mode == _SIDES)
        for field, (before, _) in zip(self._per_axis[1], self._pads, strict=True):
            field.show_text(str(before))
        flat = [side for pair in self._pads for side in pair]
        for field, side in zip(self._per_side[1], flat, strict=True):
            field.show_text(str(side))

    def _fields_row(self, names: Sequence[str], suffix: str) -> tuple[QWidget, list[NumberField]]:
        holder = QWidget(self)
        row = QGridLayout(holder) if suffix else QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 if suffix else 4)
        fields: list[NumberField] = []
        small = self.font()
        small.setPointSizeF(small.pointSizeF() * 0.8)
        for number, name in enumerate(names):
            label = QLabel(self._side_text(name) if suffix else "×", holder)
            label.setProperty("role", "muted")
            label.setVisible(bool(suffix) or number > 0)
            field = NumberField(holder)
            self._name(field, f"{suffix}_{name}")
            field.setFixedWidth(50 if not suffix and len(names) < 3 else SIDE_WIDTH)
            field.setToolTip(self._side_text(name))
            field.typed.connect(self._on_typed)
            field.stepped.connect(self._on_stepped)
            field.left.connect(self.left)
            fields.append(field)
            if isinstance(row, QGridLayout):
                columns = 4 if len(names) == 4 else 2
                label.setFont(small)
                row.addWidget(label, number // columns * 2, number % columns, Qt.AlignmentFlag.AlignHCenter)
                row.addWidget(field, number // columns * 2 + 1, number % columns)
            else:
                if number == 0:
                    row.addStretch(1)
                    if len(names) > 1:
                        row.addWidget(self._link)
                row.addWidget(label)
                row.addWidget(field)
        return holder, fields

    def _side_text(self, name: str) -> str:
        texts = {
            "H": self.tr("P height"),
            "W": self.tr("P width"),
            "L": self.tr("P"),
            "D": self.tr("P depth"),
            "top": self.tr("top"),
            "bottom": self.tr("bottom"),
            "left": self.tr("left"),
            "right": self.tr("right"),
            "before": self.tr("before"),
            "after": self.tr("after"),
        }
        return texts.get(name, name)

    def _on_chosen(self, _index: int) -> None:
        mode = self._mode()
        self._show_mode(mode)
        if mode == _PIXELS:
            self._pads = tuple((a, a) for a, _ in self._pads)
        self.edited.emit(_compact(self._pads) if mode in (_PIXELS, _SIDES) else mode)
        self.left.emit()

    def _on_typed(self, text: str) -> None:
        fields = self._current_fields()
        if self._mode() == _PIXELS and self._link.isChecked():
            for field in fields:
                if field is not self.sender():
                    field.show_text(text)
        try:
            numbers = [int_of(field.text()) for field in fields]
        except ValueTextError as error:
            self.unreadable.emit(str(error))
            return
        self.edited.emit(_compact(_pairs(numbers, each_side=self._mode() == _SIDES)))

    def _on_stepped(self, steps: int) -> None:
        fields = self._current_fields()
        alike = self._mode() == _PIXELS and self._link.isChecked()
        flat = (
            [a for a, _ in self._pads]
            if self._mode() == _PIXELS
            else [side for pair in self._pads for side in pair]
        )
        stepped = [
            max(0, side + steps) if alike or field is self.sender() else side
            for side, field in zip(flat, fields, strict=True)
        ]
        for side, field in zip(stepped, fields, strict=True):
            field.show_text(str(side))
        self._pads = _pairs(stepped, each_side=self._mode() == _SIDES)
        self.edited.emit(_compact(self._pads))

    def _current_fields(self) -> list[NumberField]:
        return self._per_axis[1] if self._mode() == _PIXELS else self._per_side[1]


def _pairs(numbers: Sequence[int], *, each_side: bool) -> tuple[tuple[int, int], ...]:
    """Fields from left to right as a pair per axis."""
    if each_side:
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return tuple((number, number) for number in numbers)


def _compact(pads: tuple[tuple[int, int], ...]) -> Value:
    """The shortest way to write pads in a project: P, one P per axis, or a pair per axis."""
    if any(before != after for before, after in pads):
        return pads
    each = tuple(before for before, _ in pads)
    return each[0] if len(set(each)) == 1 else each


def editor_for(spec: ParamSpec, parent: QWidget | None = None) -> ParamEditor:
    """The editor for any parameter, by the class of its spec."""
    if isinstance(spec, SizeParam):
        return SizeEditor(spec, parent)
    if isinstance(spec, PaddingParam):
        return PaddingEditor(spec, parent)
    return simple_editor(spec, parent)
