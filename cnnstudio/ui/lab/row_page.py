"""Convolution of one dimension: a signal, a kernel, what comes out, and the sum of one value."""

from __future__ import annotations

import re

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.problems import ShapeError
from cnnstudio.data.lab.filtering import Filtering
from cnnstudio.data.lab.kernel import Kernel
from cnnstudio.data.lab.signals import ROW_KERNELS, SIGNALS, signal
from cnnstudio.data.lab.written_sum import number_text, product_line
from cnnstudio.ui.design.section import section_label
from cnnstudio.ui.lab.filter_panel import WIDTH
from cnnstudio.ui.lab.numbers_field import NumbersField
from cnnstudio.ui.lab.row_plot import RowDrawing, RowPlot
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, monospace, theme_state

MOST_VALUES = 64
MOST_WEIGHTS = 9
_OWN = "own"


class RowPage(QWidget):
    """Places count from 1, as t does in y_t = sum over k of w_k x_(t-k+1). `place` is the t that is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "window")
        self.signal = self._choice("labSignal", self.tr("Signal"))
        for name in SIGNALS:
            self.signal.addItem(self._title(name), name)
        self.signal.addItem(self.tr("Your own"), _OWN)
        self.numbers = NumbersField(MOST_VALUES, self)
        self.numbers.setObjectName("labSignalNumbers")
        self.numbers.setAccessibleName(self.tr("Values of the signal"))
        self.kernel = self._choice("labRowKernel", self.tr("Kernel"))
        for name in ROW_KERNELS:
            self.kernel.addItem(self._title(name), name)
        self.kernel.addItem(self.tr("Your own"), _OWN)
        self.weights = NumbersField(MOST_WEIGHTS, self, fractions=True)
        self.weights.setObjectName("labRowWeights")
        self.weights.setAccessibleName(self.tr("Numbers of the kernel"))
        self.flip = QCheckBox(self.tr("Flip the kernel (convolution)"), self)
        self.flip.setObjectName("labRowFlip")
        self.flip.setChecked(True)
        self.rule = QLabel(self)
        self.rule.setObjectName("labRowRule")
        self.rule.setTextFormat(Qt.TextFormat.RichText)
        enlarged = self.font()
        enlarged.setPointSizeF(enlarged.pointSizeF() * 1.2)
        self.rule.setFont(enlarged)
        self.flip_text = QLabel(self)
        self.flip_text.setProperty("role", "muted")
        self.flip_text.setWordWrap(True)
        self.padding = self._choice("labRowPadding", self.tr("Padding"))
        for key, title in (
            ("valid", self.tr("Narrow (valid)")),
            ("same", self.tr("Equal width (same)")),
            ("full", self.tr("Wide (full)")),
        ):
            self.padding.addItem(title, key)
        self.padding.setCurrentIndex(2)
        self.stride = QSpinBox(self)
        self.stride.setObjectName("labRowStride")
        self.stride.setAccessibleName(self.tr("Stride"))
        self.stride.setRange(1, 8)
        self.stride.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.before = RowPlot(self)
        self.before.setObjectName("labRowBefore")
        self.before.setAccessibleName(self.tr("The signal"))
        self.after = RowPlot(self)
        self.after.setObjectName("labRowAfter")
        self.after.setAccessibleName(self.tr("The result"))
        self.size_line = QLabel(self)
        self.size_line.setObjectName("labRowSizes")
        self.size_line.setProperty("role", "muted")
        self.size_line.setWordWrap(True)
        self.size_line.setFont(monospace(self.font().pointSizeF() * 0.95))
        self.sum = QLabel(self)
        self.sum.setObjectName("labRowSum")
        self.sum.setTextFormat(Qt.TextFormat.RichText)
        self.sum.setFont(enlarged)
        self.sum.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sum.setWordWrap(True)
        self.place: int | None = None
        self.values: tuple[float, ...] = ()
        self._first = 1
        self._lay_out()
        self._connect()
        self.numbers.show_numbers(signal(SIGNALS[0]))
        self.weights.show_numbers(next(iter(ROW_KERNELS.values())))
        self.filter_anew()

    # --- building ------------------------------------------------------------------------------

    def _title(self, name: str) -> str:
        return {
            "impulse": self.tr("Impulse"),
            "step": self.tr("Step"),
            "ramp": self.tr("Ramp"),
            "noise": self.tr("Noise"),
            "decay": self.tr("Fading echo: 1, 1/2, 1/4"),
            "mean": self.tr("Moving average: 1/3, 1/3, 1/3"),
            "difference": self.tr("Difference: 1, −1"),
            "curvature": self.tr("Second difference: 1, −2, 1"),
        }.get(name, name)

    def _choice(self, name: str, title: str) -> QComboBox:
        choice = QComboBox(self)
        choice.setObjectName(name)
        choice.setAccessibleName(title)
        return choice

    def _lay_out(self) -> None:
        panel = QFrame(self)
        panel.setProperty("surface", "panel")
        panel.setFixedWidth(WIDTH)
        column = QVBoxLayout(panel)
        column.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(section_label(self.tr("Signal x"), self))
        column.addWidget(self.signal)
        column.addWidget(self.numbers)
        column.addWidget(section_label(self.tr("Kernel w"), self))
        column.addWidget(self.kernel)
        column.addWidget(self.weights)
        column.addWidget(self.flip)
        column.addWidget(self.rule)
        column.addWidget(self.flip_text)
        column.addWidget(section_label(self.tr("How it moves"), self))
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(QLabel(self.tr("Padding"), self))
        row.addWidget(self.padding, 1)
        row.addWidget(QLabel(self.tr("Stride"), self))
        row.addWidget(self.stride)
        column.addLayout(row)
        column.addStretch(1)
        right = QVBoxLayout()
        right.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID + GRID // 2)
        right.setSpacing(GRID // 2)
        for title, plot in ((self.tr("Signal x"), self.before), (self.tr("Result y"), self.after)):
            label = QLabel(title, self)
            label.setProperty("role", "title")
            right.addWidget(label)
            right.addWidget(plot, 1)
            right.addSpacing(GRID // 2)
        right.addWidget(self.size_line)
        right.addWidget(self.sum)
        body = QHBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(1)
        body.addWidget(panel)
        body.addLayout(right, 1)

    def _connect(self) -> None:
        self.signal.activated.connect(self._on_signal)
        self.numbers.entered.connect(self.filter_anew)
        self.kernel.activated.connect(self._on_kernel)
        self.weights.entered.connect(self.filter_anew)
        self.flip.toggled.connect(self.filter_anew)
        self.padding.currentIndexChanged.connect(self.filter_anew)
        self.stride.valueChanged.connect(self.filter_anew)
        for plot in (self.before, self.after):
            plot.pointed.connect(self.look_at)
            plot.stepped.connect(self._on_stepped)
            plot.jumped.connect(self._on_jumped)
        theme_state().changed.connect(self._on_theme)

    # --- filtering -----------------------------------------------------------------------------

    @property
    def filtering(self) -> Filtering:
        return Filtering(
            kernel=Kernel((self.weights.numbers,)),
            stride=self.stride.value(),
            padding=self.padding.currentData(),
            flip=self.flip.isChecked(),
        )

    def filter_anew(self) -> None:
        """Work out what comes out, and show it."""
        numbers, weights = self.numbers.numbers, self.weights.numbers
        self._choose(self.signal, next((n for n in SIGNALS if signal(n) == numbers), _OWN))
        self._choose(self.kernel, next((n for n, found in ROW_KERNELS.items() if found == weights), _OWN))
        self._say_rule()
        filtering = self.filtering
        try:
            found = filtering.apply(self._signal())[0]
            self.size_line.setText(
                self.tr("Values: {sum}").format(sum=filtering.formula(1, len(numbers))[1].text)
            )
        except ShapeError as error:
            self.values, self.place = (), None
            self.size_line.setText(f"{translated(error.message)} {translated(error.hint)}")
        else:
            self.values = tuple(map(float, found))
            start = filtering.corner(0, 0, 1, len(numbers))[1]
            self._first = start + (len(weights) if filtering.flip else 1)
            self.place = self._nearest(self.place if self.place is not None else 6)
        self._show()

    def _signal(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.array([[float(number) for number in self.numbers.numbers]], np.float64)

    def _say_rule(self) -> None:
        if self.flip.isChecked():
            self.rule.setText("y<sub>t</sub> = Σ<sub>k</sub> w<sub>k</sub> · x<sub>t−k+1</sub>")
            self.flip_text.setText(
                self.tr(
                    "A convolution looks back: each value of the signal leaves the kernel behind it as an echo."
                )
            )
        else:
            self.rule.setText("y<sub>t</sub> = Σ<sub>k</sub> w<sub>k</sub> · x<sub>t+k−1</sub>")
            self.flip_text.setText(
                self.tr(
                    "A cross-correlation, as networks do it: the kernel is laid on as it stands. Once it is learned,"
                    " the flip makes no difference."
                )
            )

    @staticmethod
    def _choose(choice: QComboBox, name: str) -> None:
        choice.setCurrentIndex(choice.findData(name))

    def _on_signal(self) -> None:
        name = self.signal.currentData()
        if name == _OWN:
            self.numbers.setFocus(Qt.FocusReason.OtherFocusReason)
            self.numbers.selectAll()
        else:
            self.numbers.show_numbers(signal(name))
            self.filter_anew()

    def _on_kernel(self) -> None:
        name = self.kernel.currentData()
        if name == _OWN:
            self.weights.setFocus(Qt.FocusReason.OtherFocusReason)
            self.weights.selectAll()
        else:
            self.weights.show_numbers(ROW_KERNELS[name])
            self.filter_anew()

    # --- the place that is looked at -----------------------------------------------------------

    def look_at(self, place: int) -> None:
        """Show the sum of the value at this t, or of the nearest there is."""
        if self.values:
            self.place = self._nearest(place)
            self._show()

    def _nearest(self, place: int) -> int:
        step = self.stride.value()
        number = min(max(round((place - self._first) / step), 0), len(self.values) - 1)
        return self._first + number * step

    def _on_stepped(self, count: int) -> None:
        if self.place is not None:
            self.look_at(self.place + count * self.stride.value())

    def _on_jumped(self, end: str) -> None:
        if self.values:
            self.look_at(
                self._first if end == "first" else self._first + len(self.values) * self.stride.value()
            )

    def _show(self) -> None:
        numbers = [float(number) for number in self.numbers.numbers]
        step = self.stride.value()
        if self.place is None:
            self.before.show_row(RowDrawing(values=numbers, span=(1, len(numbers))))
            self.after.show_row(RowDrawing(values=(), span=(1, len(numbers))))
            self.sum.setText("")
            return
        filtering = self.filtering
        number = (self.place - self._first) // step
        terms = filtering.terms(self._signal(), 0, number)[0]
        last = self._first + (len(self.values) - 1) * step
        reach = filtering.corner(0, 0, 1, len(numbers))[1] + 1
        ending = filtering.corner(0, len(self.values) - 1, 1, len(numbers))[1] + len(terms)
        span = min(1, self._first, reach), max(len(numbers), last, ending)
        notes = {term.column + 1: f"×{number_text(term.weight)}" for term in terms}
        self.before.show_row(RowDrawing(values=numbers, span=span, notes=notes))
        self.after.show_row(
            RowDrawing(values=self.values, first=self._first, step=step, span=span, marked=self.place)
        )
        ordered = terms[::-1] if filtering.flip else terms
        names = [f"x_{number_text(float(term.column + 1))}" for term in ordered]
        named = f"y_{number_text(float(self.place))} = {product_line(ordered, names=names)}"
        numbered = f"= {product_line(ordered)} = {number_text(self.values[number])}"
        self.sum.setText(f"{_lowered(named)}<br>{_lowered(numbered)}")
        self.after.setAccessibleDescription(f"{named} {numbered}")

    def _on_theme(self) -> None:
        self.before.update()
        self.after.update()


def _lowered(text: str) -> str:
    """`x_12` with a low 12, as rich text that breaks between products alone."""
    return re.sub(r"_(\S+)", r"<sub>\1</sub>", text).replace(" · ", "·")
