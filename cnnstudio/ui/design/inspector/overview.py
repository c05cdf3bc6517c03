"""The inspector without one selected node: figures of the network, or of several selected nodes."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cnnstudio.core.analysis import NodeAnalysis
from cnnstudio.ui.design.inspector.cost_section import FLOAT_BYTES, output_bytes
from cnnstudio.ui.design.section import ValueLine, section_label
from cnnstudio.ui.session import Session
from cnnstudio.ui.shape_text import bytes_text, count_text, shape_order, shape_text


class Overview(QWidget):
    """Sums over the selection, or over everything when nothing is selected."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._title = QLabel(self)
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self._title.setFont(font)
        column.addWidget(self._title)
        self._section = section_label(self.tr("In figures"), self)
        column.addWidget(self._section)
        self._lines = {
            "types": ValueLine(self.tr("layers"), self),
            "input": ValueLine(self.tr("input"), self),
            "output": ValueLine(self.tr("output"), self),
            "parameters": ValueLine(self.tr("parameters"), self),
            "trainable": ValueLine(self.tr("trainable"), self),
            "weights": ValueLine(self.tr("weights in memory"), self),
            "macs": ValueLine(self.tr("MACs per image"), self),
            "activations": ValueLine(self.tr("activations"), self),
        }
        for line in self._lines.values():
            column.addWidget(line)
        self._advice = QLabel(self)
        self._advice.setProperty("role", "muted")
        self._advice.setWordWrap(True)
        self._advice.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self._advice)
        shape_order().changed.connect(self.refresh)

    def refresh(self) -> None:
        """Count again."""
        network, selection = self._session.network, self._session.selection
        ids = selection if len(selection) > 1 else frozenset(network.nodes)
        nodes = [node for node_id, node in network.nodes.items() if node_id in ids]
        results = [result for node_id, result in self._session.known.nodes.items() if node_id in ids]
        several = len(selection) > 1
        if several:
            self._title.setText(self.tr("{count} layers selected").format(count=len(nodes)))
            self._advice.setText(self.tr("Select one layer to change its parameters."))
        else:
            self._title.setText(self._session.title or self.tr("Untitled network"))
            self._advice.setText(self._tip(bool(nodes)))
        self._section.setVisible(bool(nodes))
        for line in self._lines.values():
            line.setVisible(bool(nodes))
        if not nodes:
            return
        counts = Counter(node.type for node in nodes)
        shown = "\n".join(f"{count} × {name}" for name, count in counts.most_common(8))
        self._lines["types"].show_text(str(len(nodes)), shown)
        for name, ends in (("input", self._ends(first=True)), ("output", self._ends(first=False))):
            self._lines[name].setVisible(not several and bool(ends))
            self._lines[name].show_text("\n".join(ends[:4]))
        total = sum(result.param_count for result in results)
        trainable = sum(result.trainable_count for result in results)
        self._lines["parameters"].show_text(count_text(total))
        self._lines["trainable"].show_text(count_text(trainable))
        self._lines["weights"].show_text(
            bytes_text(total * FLOAT_BYTES), self.tr("All parameters as 32-bit floats")
        )
        self._lines["macs"].show_text(
            count_text(sum(result.macs for result in results)), self.tr("Multiply-accumulates for one image")
        )
        self._lines["activations"].show_text(
            bytes_text(sum(_activation_bytes(result) for result in results)),
            self.tr("The outputs of all these layers for one image, in 32-bit floats"),
        )

    def _ends(self, *, first: bool) -> list[str]:
        network, analysis = self._session.network, self._session.known
        wires = network.inputs if first else network.outputs
        return [
            shape_text(result.output_shape)
            for node_id, result in analysis.nodes.items()
            if node_id in network.nodes and not wires(node_id) and result.output_shape is not None
        ]

    def _tip(self, has_nodes: bool) -> str:
        if has_nodes:
            return self.tr("Select a layer to see and change its parameters.")
        return self.tr(
            "Drag an Input layer from the palette onto the canvas, then the layers that follow it. "
            "Every shape is shown as soon as it is known."
        )


def _activation_bytes(result: NodeAnalysis) -> int:
    return output_bytes(result) or 0
