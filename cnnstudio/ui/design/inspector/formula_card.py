"""The formula card: the sum behind the output's shape, per axis, in the user's own numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from cnnstudio.core.analysis import NodeAnalysis
from cnnstudio.core.network import Node
from cnnstudio.core.spec import Formula, WindowSum
from cnnstudio.ui.design.inspector.sliding import Sliding
from cnnstudio.ui.design.inspector.solve_row import SolveRow
from cnnstudio.ui.design.inspector.solving import same_padding
from cnnstudio.ui.design.section import section_label
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import GRID, monospace, theme


class FormulaCard(QWidget):
    """Hidden for layers whose shape needs no sum."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("formulaCard")
        self.setAccessibleName(self.tr("Output size, with the sum behind it"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(GRID)
        outer.addWidget(section_label(self.tr("Output size"), self))
        card = QFrame(self)
        card.setProperty("surface", "card")
        outer.addWidget(card)
        column = QVBoxLayout(card)
        column.setContentsMargins(GRID + 4, GRID + 2, GRID + 4, GRID + 2)
        column.setSpacing(6)
        self._general = QLabel(card)
        self._general.setProperty("role", "muted")
        self._general.setText("W<sub>out</sub> = ⌊(W − K<sub>eff</sub> + 2P) / S⌋ + 1")
        column.addWidget(self._general)
        self._sums = QLabel(card)
        self._sums.setObjectName("formulaText")
        self._sums.setFont(monospace(self.font().pointSizeF() * 0.95))
        self._sums.setWordWrap(True)
        column.addWidget(self._sums)
        self.sliding = Sliding(card)
        column.addWidget(self.sliding)
        self._notes = QLabel(card)
        self._notes.setObjectName("formulaNotes")
        self._notes.setProperty("role", "muted")
        self._notes.setWordWrap(True)
        column.addWidget(self._notes)
        self._solve = SolveRow(session, card)
        column.addWidget(self._solve)

    def show_node(self, node: Node, analysis: NodeAnalysis | None) -> None:
        """Show the sums of a node."""
        formula = analysis.formula if analysis is not None else ()
        self.setVisible(bool(formula))
        if not formula:
            return
        windows = [line.window for line in formula if line.window is not None]
        self._sums.setText("<br>".join(self._sum_lines(formula)))
        first = windows[0] if windows else None
        self._general.setVisible(first is not None)
        if first is not None:
            self._general.setText(_general_formula(windows, formula[0].text))
        fields = analysis.fields if analysis is not None else None
        self.sliding.show_layer(tuple(windows), fields, self._input_size(node))
        notes = self._notes_of(formula)
        self._notes.setText("<br>".join(notes))
        self._notes.setVisible(bool(notes))
        self._solve.show_node(node, analysis)

    def _input_size(self, node: Node) -> tuple[int, int] | None:
        """Height and width of the picture that the network begins with, above this node."""
        network, known = self._session.network, self._session.known.nodes
        first = node.id
        for _ in network.nodes:
            wires = network.inputs(first)
            if not wires:
                break
            first = wires[0].source
        shape = known[first].output_shape if first in known else None
        if shape is None or len(shape) != 3 or shape[0] is None or shape[1] is None:
            return None
        return shape[0], shape[1]

    def _sum_lines(self, formula: Sequence[Formula]) -> list[str]:
        texts = [_pretty(line.text) for line in formula]
        if len(set(texts)) == 1:
            return texts[:1]
        muted = theme().text_muted
        return [
            f'<span style="color:{muted}">{self._axis(line.axis)}</span><br>{text}'
            for line, text in zip(formula, texts, strict=True)
        ]

    def _axis(self, axis: str) -> str:
        names = {
            "height": self.tr("height"),
            "width": self.tr("width"),
            "depth": self.tr("depth"),
            "length": self.tr("length"),
        }
        return names.get(axis, axis)

    def _notes_of(self, formula: Sequence[Formula]) -> list[str]:
        """K_eff where dilated, pixels dropped, lecture P beside Keras `same`; what holds for all axes stands once."""
        windows = [(line.axis, line.window) for line in formula if line.window is not None]
        alike = len({window for _, window in windows}) == 1
        if alike:
            axis, window = windows[0]
            return self._axis_notes(window, axis, alike=True)
        per_axis = {axis: self._axis_notes(window, axis, alike=False) for axis, window in windows}
        notes: list[str] = []
        for axis, texts in per_axis.items():
            for text in texts:
                if all(text in others for others in per_axis.values()):
                    if text not in notes:
                        notes.append(text)
                else:
                    notes.append(f"{self._axis(axis)}: {text}")
        return notes

    def _axis_notes(self, window: WindowSum, axis: str, *, alike: bool) -> list[str]:
        notes: list[str] = []
        if window.dilation > 1:
            notes.append(
                f"K<sub>eff</sub> = D·(K − 1) + 1 = {window.dilation}·({window.kernel} − 1) + 1 = "
                f"<b>{window.effective_kernel}</b>"
            )
        if window.dropped:
            side = {"height": self.tr("at the bottom"), "width": self.tr("at the right")}.get(
                axis, self.tr("at the end")
            )
            if alike and axis == "height":
                side = self.tr("at the bottom and at the right")
            count = window.dropped
            what = self.tr("1 pixel") if count == 1 else self.tr("{count} pixels").format(count=count)
            notes.append(
                self.tr("{pixels} dropped {side}: no window covers it.").format(pixels=what, side=side)
            )
        else:
            notes.append(self.tr("No pixel is dropped."))
        same = same_padding(window)
        pads = (window.pad_before, window.pad_after)
        is_keras = pads == (same.keras_before, same.keras_after) and window.output == same.keras_output
        is_lecture = pads == (same.lecture_pad, same.lecture_pad) and window.output == same.lecture_output
        if window.effective_kernel == 1 or same.lecture_output is None or not (is_keras or is_lecture):
            return notes
        if not same.differ:
            notes.append(self.tr("The same as Keras's “same”."))
            return notes
        notes.append(
            self.tr("Keras “same” pads {before} before and {after} after → {output}.").format(
                before=same.keras_before, after=same.keras_after, output=f"<b>{same.keras_output}</b>"
            )
        )
        notes.append(
            self.tr("The lecture's P = {pad} pads both sides → {output}.").format(
                pad=same.lecture_pad, output=f"<b>{same.lecture_output}</b>"
            )
        )
        return notes


def _general_formula(windows: Sequence[WindowSum], text: str) -> str:
    """The rule in letters that `text` follows in numbers."""
    if text.startswith("ceil(") and not text.startswith("ceil(("):
        return "W<sub>out</sub> = ⌈W / S⌉"
    left, right = ("⌈", "⌉") if text.startswith("ceil(") else ("⌊", "⌋")
    kernel = "K<sub>eff</sub>" if any(window.dilation > 1 for window in windows) else "K"
    even = all(window.pad_before == window.pad_after for window in windows)
    padding = "2P" if even else "P<sub>before</sub> + P<sub>after</sub>"
    return f"W<sub>out</sub> = {left}(W − {kernel} + {padding}) / S{right} + 1"


def _pretty(text: str) -> str:
    """The command line's `floor((28 - 5 + 2*2) / 1) + 1 = 28` as mathematics, its result in bold."""
    for word, left, right in (("floor(", "⌊", "⌋"), ("ceil(", "⌈", "⌉")):
        while word in text:
            start = text.index(word)
            depth, end = 1, start + len(word)
            while end < len(text) and depth:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            text = text[:start] + left + text[start + len(word) : end - 1] + right + text[end:]
    text = text.replace(" - ", " − ").replace("*", "·")
    head, equals, result = text.rpartition(" = ")
    return f"{head}{equals}<b>{result}</b>" if equals else text
