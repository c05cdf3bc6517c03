"""What a layer costs: parameters with the product written out, multiply-accumulates, receptive field, memory."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.core.analysis import NodeAnalysis
from cnnstudio.core.network import Node
from cnnstudio.core.spec import Weight
from cnnstudio.ui.design.section import ValueLine, section_label
from cnnstudio.ui.session import Session
from cnnstudio.ui.shape_text import bytes_text, count_text, fields_text, shape_order, shape_text

FLOAT_BYTES = 4


class CostSection(QWidget):
    """Lines of name and value for one node."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: tuple[Node, NodeAnalysis | None] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(section_label(self.tr("Shape and cost"), self))
        self._input = ValueLine(self.tr("input"), self)
        self._output = ValueLine(self.tr("output"), self)
        self._parameters = ValueLine(self.tr("parameters"), self)
        self._parameters.setObjectName("costParameters")
        self._macs = ValueLine(self.tr("MACs"), self)
        self._field = ValueLine(self.tr("receptive field"), self)
        self._memory = ValueLine(self.tr("memory"), self)
        for line in (self._input, self._output, self._parameters, self._macs, self._field, self._memory):
            column.addWidget(line)
        shape_order().changed.connect(self._again)

    def show_node(self, node: Node, analysis: NodeAnalysis | None) -> None:
        """Show the costs of a node; dashes where they are not known."""
        self._shown = (node, analysis)
        known = analysis is not None and analysis.output_shape is not None
        shapes = analysis.input_shapes if analysis is not None else ()
        self._input.setVisible(bool(shapes))
        self._input.show_text("\n".join(shape_text(shape) for shape in shapes[:6]))
        self._output.show_text("\n".join(map(shape_text, analysis.outputs)) if analysis is not None else "–")
        if analysis is None or not known:
            for line in (self._parameters, self._macs, self._field, self._memory):
                line.show_text("–", self.tr("Known as soon as the layer's inputs are."))
            return
        self._parameters.show_text(product_text(analysis.weights), _weights_text(analysis.weights))
        self._macs.show_text(count_text(analysis.macs), self.tr("Multiply-accumulates for one image"))
        seen = fields_text(analysis.fields)
        self._field.show_text(
            seen if seen is not None else self.tr("whole input"),
            self.tr("How much of the network's input one unit of this layer's output sees"),
        )
        memory = output_bytes(analysis)
        self._memory.show_text(
            bytes_text(memory) if memory is not None else "–",
            self.tr("The output of this layer for one image, in 32-bit floats"),
        )

    def _again(self) -> None:
        if self._shown is not None:
            self.show_node(*self._shown)


def output_bytes(analysis: NodeAnalysis) -> int | None:
    """Memory of all outputs of a node for one image, as 32-bit floats; None when a size is not known."""
    total = 0
    for shape in analysis.outputs:
        if shape is None or any(size is None for size in shape):
            return None
        total += math.prod(size for size in shape if size is not None) * FLOAT_BYTES
    return total


def product_text(weights: Sequence[Weight]) -> str:
    """`5·5·1·16 + 16 = 416`: every weight tensor as a product, and their sum."""
    total = sum(weight.count for weight in weights)
    if not weights:
        return "0"
    terms = ["·".join(str(size) for size in weight.shape) or "1" for weight in weights]
    if len(set(terms)) == 1 and len(terms) > 1:
        terms = [f"{len(terms)}·{terms[0]}"]
    if terms == [str(total)]:
        return count_text(total)
    return f"{' + '.join(terms)} = {count_text(total)}"


def _weights_text(weights: Sequence[Weight]) -> str:
    """One line per tensor: name and shape."""
    return "\n".join(
        f"{weight.name}  {' × '.join(map(str, weight.shape))}{'' if weight.trainable else '  (not trained)'}"
        for weight in weights
    )
