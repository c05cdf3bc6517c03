"""“Solve for K so that W_out is 24”: all answers as the size is typed, and buttons that put them in."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Literal, cast

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnstudio.core.analysis import NodeAnalysis
from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.core.parameters import PaddingParam, ParamSpec, SizeParam
from cnnstudio.core.params import Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import LayerSpec, Shape, Shapes, WindowSum
from cnnstudio.layers.solve import Solution, on_axis, solve
from cnnstudio.ui.design.inspector.number_field import NumberField
from cnnstudio.ui.design.inspector.param_editors import QuietComboBox
from cnnstudio.ui.design.inspector.value_text import ValueTextError, int_of
from cnnstudio.ui.session import Session

Unknown = Literal["K", "S", "P", "D"]

_PARAMS: dict[Unknown, tuple[str, ...]] = {
    "K": ("kernel_size", "pool_size"),
    "S": ("strides",),
    "P": ("padding",),
    "D": ("dilation_rate",),
}

BUTTONS = 3
"""Answers that are one click away."""


class SolveRow(QWidget):
    """Where all axes have one size, an answer holds for all of them; else for the axis that is chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._node: Node | None = None
        self._windows: tuple[WindowSum, ...] = ()
        self._inputs: Shapes = ()
        self._output: Shape = ()
        self._values: tuple[int, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(4)
        column.addLayout(row)
        row.addWidget(QLabel(self.tr("Solve for"), self))
        self._unknown = QuietComboBox(self)
        self._unknown.setObjectName("solveFor")
        self._unknown.setAccessibleName(self.tr("Solve for"))
        self._unknown.currentIndexChanged.connect(self._on_input)
        self._unknown.setFixedWidth(60)
        row.addWidget(self._unknown)
        row.addWidget(QLabel(self.tr("so that W<sub>out</sub> ="), self))
        self._wanted = NumberField(self)
        self._wanted.setObjectName("solveWanted")
        self._wanted.setAccessibleName(self.tr("Wanted output size"))
        self._wanted.setFixedWidth(44)
        self._wanted.typed.connect(self._on_input)
        self._wanted.stepped.connect(self._on_stepped)
        self._wanted.returnPressed.connect(self._on_return)
        row.addWidget(self._wanted)
        row.addStretch(1)
        self._axis_row = QWidget(self)
        axis_row = QHBoxLayout(self._axis_row)
        axis_row.setContentsMargins(0, 0, 0, 0)
        axis_row.addWidget(QLabel(self.tr("along the"), self._axis_row))
        self._axis = QuietComboBox(self._axis_row)
        self._axis.setObjectName("solveAxis")
        self._axis.setAccessibleName(self.tr("Axis to solve for"))
        self._axis.currentIndexChanged.connect(self._on_input)
        axis_row.addWidget(self._axis)
        axis_row.addStretch(1)
        column.addWidget(self._axis_row)
        self._answer = QLabel(self)
        self._answer.setObjectName("solveAnswer")
        self._answer.setWordWrap(True)
        column.addWidget(self._answer)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        column.addLayout(buttons)
        self._buttons: list[QPushButton] = []
        for number in range(BUTTONS):
            button = QPushButton(self)
            button.setObjectName(f"solveApply{number or ''}")
            button.setProperty("role", "accent" if number == 0 else "")
            button.setProperty("number", number)
            button.clicked.connect(self._on_button)
            buttons.addWidget(button)
            self._buttons.append(button)
        buttons.addStretch(1)
        self._show_answer()

    def show_node(self, node: Node, analysis: NodeAnalysis | None) -> None:
        """Solve for this node from now on. The wanted size stays while the node does."""
        spec = self._session.catalogue.get(node.type)
        unknowns = [name for name in _PARAMS if spec is not None and _param(spec, name) is not None]
        axes = [line.axis for line in analysis.formula] if analysis is not None else []
        output = analysis.output_shape if analysis is not None else None
        solvable = bool(unknowns and output and len(axes) == len(output) - 1)
        self.setVisible(solvable)
        if not solvable or analysis is None or output is None:
            return
        if self._node is None or self._node.id != node.id:
            self._wanted.setText("")
        self._node, self._output = node, output
        self._windows = tuple(line.window for line in analysis.formula if line.window is not None)
        self._inputs = tuple(shape for shape in analysis.input_shapes if shape is not None)
        _fill(self._unknown, unknowns)
        _fill(self._axis, [self._axis_name(axis) for axis in axes])
        alike = len(set(output[:-1])) == 1 and all(len(set(shape[:-1])) == 1 for shape in self._inputs)
        self._axis_row.setVisible(not alike)
        if alike:
            self._axis.setCurrentIndex(0)
        self._show_answer()

    @property
    def _alone(self) -> bool:
        return not self._axis_row.isHidden()

    def _axis_name(self, axis: str) -> str:
        names = {
            "height": self.tr("height"),
            "width": self.tr("width"),
            "depth": self.tr("depth"),
            "length": self.tr("length"),
        }
        return names.get(axis, axis)

    def _on_input(self) -> None:
        self._show_answer()

    def _on_stepped(self, steps: int) -> None:
        now = self._now()
        if now is not None:
            with contextlib.suppress(ValueTextError):
                now = int_of(self._wanted.text())
            self._wanted.setText(str(max(1, now + steps)))
            self._show_answer()

    def _now(self) -> int | None:
        """The size that the chosen axis has now."""
        axis = max(0, self._axis.currentIndex())
        return self._output[axis] if axis < len(self._output) - 1 else None

    def _show_answer(self) -> None:
        self._values = ()
        now = self._now()
        self._wanted.setPlaceholderText("" if now is None else str(now))
        text = self._wanted.text().strip()
        self._answer.setVisible(bool(text))
        self._wanted.mark_invalid(False)
        if text:
            self._answer.setText(self._solved(text))
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(self._values))
            if number < len(self._values):
                button.setText(self.tr("Use {value}").format(value=self._values[number]))

    def _solved(self, text: str) -> str:
        """The answer in words; remembers the values that can be put in."""
        spec = self._session.catalogue.get(self._node.type) if self._node is not None else None
        unknown = cast("Unknown", self._unknown.currentText())
        param = _param(spec, unknown) if spec is not None and unknown in _PARAMS else None
        if self._node is None or spec is None or param is None or not self._inputs:
            return ""
        try:
            wanted = int_of(text)
        except ValueTextError as error:
            self._wanted.mark_invalid(True)
            return str(error)
        solution = solve(
            spec,
            self._inputs,
            self._node.params,
            param.name,
            axis=max(0, self._axis.currentIndex()),
            wanted=wanted,
            alone=self._alone,
        )
        self._values = solution.values[:BUTTONS]
        if solution.values:
            return f"→ {unknown} = <b>{self._values_text(solution)}</b>"
        told = self.tr("No {unknown} gives {wanted}.").format(unknown=unknown, wanted=wanted)
        near = ", ".join(
            self.tr("{unknown} = {value} gives {size}").format(
                unknown=unknown, value=near.value, size=near.output
            )
            for near in solution.nearest
        )
        return f"{told} {self.tr('Nearest: {sizes}.').format(sizes=near)}" if near else told

    def _values_text(self, solution: Solution) -> str:
        """`9`, `8 or 9`, `4 to 9`, `24 or more`, `any`."""
        values = solution.values
        if solution.and_more:
            if len(values) == 1:
                first = values[0]
                return self.tr("any") if first <= 1 else self.tr("{first} or more").format(first=first)
            return self.tr("{some}, and {first} or more").format(some=_listed(values[:-1]), first=values[-1])
        if len(values) == 2:
            return self.tr("{one} or {other}").format(one=values[0], other=values[1])
        return _listed(values)

    def _on_return(self) -> None:
        if self._values:
            self._apply(self._values[0])

    def _on_button(self) -> None:
        number = int(self.sender().property("number"))
        if number < len(self._values):
            self._apply(self._values[number])

    def _apply(self, value: int) -> None:
        node = self._node
        spec = self._session.catalogue.get(node.type) if node is not None else None
        param = _param(spec, cast("Unknown", self._unknown.currentText())) if spec is not None else None
        if node is None or spec is None or param is None:
            return
        new: Value = value if isinstance(param, PaddingParam) or param.rank == 1 else (value,) * param.rank
        if self._alone and param.rank > 1:
            new = on_axis(param, self._value_now(spec, node, param), value, self._axis.currentIndex())
        self._session.apply(
            lambda network: set_params(network, node.id, {param.name: new}),
            Message("Set {param} of {name} to {value}", param=param.name, name=node.label, value=value),
        )

    def _value_now(self, spec: LayerSpec, node: Node, param: SizeParam | PaddingParam) -> Value:
        """What the parameter is on every axis; a word of padding in the pixels that it means here."""
        try:
            now = spec.arguments(node.params)[param.name]
        except ShapeError:
            return None
        if isinstance(param, PaddingParam) and isinstance(now, str):
            return tuple((window.pad_before, window.pad_after) for window in self._windows) or None
        if now is None:  # strides that follow the window of a pooling
            return tuple(window.strides for window in self._windows) or None
        return now


def _fill(box: QuietComboBox, texts: Sequence[str]) -> None:
    """Put texts into a box without a signal, unless it has them."""
    if [box.itemText(place) for place in range(box.count())] != list(texts):
        box.blockSignals(True)
        box.clear()
        box.addItems(list(texts))
        box.blockSignals(False)


def _param(spec: LayerSpec, unknown: Unknown) -> SizeParam | PaddingParam | None:
    """The parameter of a layer that an unknown stands for."""
    for name in _PARAMS[unknown]:
        found: ParamSpec | None = spec.params_by_name.get(name)
        if isinstance(found, SizeParam) or (isinstance(found, PaddingParam) and found.explicit):
            return found
    return None


def _listed(values: Sequence[int]) -> str:
    """`9`, `4 … 9`, `1, 3, 5`."""
    if len(values) > 2 and values[-1] - values[0] == len(values) - 1:
        return f"{values[0]} … {values[-1]}"
    return ", ".join(str(value) for value in values[:8]) + (" …" if len(values) > 8 else "")
