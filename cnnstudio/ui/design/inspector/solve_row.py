"""“Solve for K so that W_out is 24”: the answer as it is typed, and a button that puts it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.core.parameters import PaddingParam, ParamSpec, SizeParam
from cnnstudio.core.spec import LayerSpec, Shape, Shapes, WindowSum
from cnnstudio.ui.design.inspector.number_field import NumberField
from cnnstudio.ui.design.inspector.param_editors import QuietComboBox
from cnnstudio.ui.design.inspector.solving import solve
from cnnstudio.ui.design.inspector.value_text import ValueTextError, int_of
from cnnstudio.ui.session import Session

Unknown = Literal["K", "S", "P"]

_PARAMS: dict[Unknown, tuple[str, ...]] = {
    "K": ("kernel_size", "pool_size"),
    "S": ("strides",),
    "P": ("padding",),
}


class SolveRow(QWidget):
    """Works on the window of the first axis; what it puts in holds for all axes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._node: Node | None = None
        self._window: WindowSum | None = None
        self._inputs: Shapes = ()
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
        self._wanted.returnPressed.connect(self._apply)
        row.addWidget(self._wanted)
        row.addStretch(1)
        answer_row = QHBoxLayout()
        column.addLayout(answer_row)
        self._answer = QLabel(self)
        self._answer.setObjectName("solveAnswer")
        self._answer.setWordWrap(True)
        self._use = QPushButton(self)
        self._use.setObjectName("solveApply")
        self._use.setProperty("role", "accent")
        self._use.clicked.connect(self._apply)
        answer_row.addWidget(self._answer, 1)
        answer_row.addWidget(self._use)
        self._values: tuple[int, ...] = ()
        self._show_answer()

    def show_node(self, node: Node, window: WindowSum | None, inputs: tuple[Shape | None, ...]) -> None:
        """Solve for this node from now on. The wanted size stays while the node does."""
        spec = self._session.catalogue.get(node.type)
        unknowns = [name for name in _PARAMS if spec is not None and _param(spec, name) is not None]
        self.setVisible(window is not None and bool(unknowns))
        if window is None or not unknowns:
            return
        if self._node is None or self._node.id != node.id:
            self._wanted.setText("")
        self._node, self._window = node, window
        self._inputs = tuple(shape for shape in inputs if shape is not None)
        if [self._unknown.itemText(i) for i in range(self._unknown.count())] != unknowns:
            self._unknown.blockSignals(True)
            self._unknown.clear()
            self._unknown.addItems(cast("Sequence[str]", unknowns))
            self._unknown.blockSignals(False)
        self._wanted.setPlaceholderText(str(window.output))
        self._show_answer()

    def _on_input(self) -> None:
        self._show_answer()

    def _on_stepped(self, steps: int) -> None:
        if self._window is not None:
            try:
                current = int_of(self._wanted.text())
            except ValueTextError:
                current = self._window.output
            self._wanted.setText(str(max(1, current + steps)))
            self._show_answer()

    def _show_answer(self) -> None:
        self._values = ()
        text = self._wanted.text().strip()
        self._answer.setVisible(bool(text))
        self._use.hide()
        self._wanted.mark_invalid(False)
        spec = self._session.catalogue.get(self._node.type) if self._node is not None else None
        if not text or self._node is None or spec is None or not self._inputs:
            return
        try:
            wanted = int_of(text)
        except ValueTextError as error:
            self._wanted.mark_invalid(True)
            self._answer.setText(str(error))
            return
        unknown = cast("Unknown", self._unknown.currentText())
        param = _param(spec, unknown)
        if param is None:
            return
        solution = solve(spec, self._inputs, self._node.params, param.name, axis=0, wanted=wanted)
        self._values = solution.values
        if not solution.values:
            near = self.tr(" or ").join(str(size) for size in solution.nearest)
            text = self.tr("No {unknown} gives {wanted}.").format(unknown=unknown, wanted=wanted)
            if near:
                text += " " + self.tr("Nearest: {sizes}.").format(sizes=near)
            self._answer.setText(text)
            return
        self._answer.setText(f"→ {unknown} = <b>{_values_text(solution.values)}</b>")
        self._use.setText(self.tr("Use {value}").format(value=solution.values[0]))
        self._use.show()

    def _apply(self) -> None:
        if not self._values or self._node is None:
            return
        spec = self._session.catalogue.get(self._node.type)
        param = _param(spec, cast("Unknown", self._unknown.currentText())) if spec is not None else None
        if param is None:
            return
        node_id, value = self._node.id, self._values[0]
        new = value if isinstance(param, PaddingParam) or param.rank == 1 else (value,) * param.rank
        self._session.apply(
            lambda network: set_params(network, node_id, {param.name: new}),
            Message("Set {param} of {name} to {value}", param=param.name, name=self._node.label, value=value),
        )


def _param(spec: LayerSpec, unknown: Unknown) -> SizeParam | PaddingParam | None:
    """The parameter of a layer that an unknown stands for."""
    for name in _PARAMS[unknown]:
        found: ParamSpec | None = spec.params_by_name.get(name)
        if isinstance(found, SizeParam) or (isinstance(found, PaddingParam) and found.explicit):
            return found
    return None


def _values_text(values: Sequence[int]) -> str:
    """`9`, `8 or 9`, `4 to 9`."""
    if len(values) == 1:
        return str(values[0])
    if len(values) == 2:
        return f"{values[0]} / {values[1]}"
    return f"{values[0]} … {values[-1]}"
