"""How wires look: their painter paths, which are at fault, and the shape labels that fit beside nothing else.

Paths and labels are made when first painted and kept until the wire's course or shape changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QStaticText, QTransform

from cnnstudio.core.network import Edge
from cnnstudio.ui.canvas import routing
from cnnstudio.ui.canvas.diagram import Diagram, Wire
from cnnstudio.ui.canvas.geometry import Rect
from cnnstudio.ui.canvas.look import Type

LABEL_SPOTS = (0.5, 0.62, 0.38, 0.74, 0.26)
"""Where along a wire its label may stand, best first."""


class WireFaces:
    """Painter paths and labels of the wires of one diagram."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._paths: dict[Edge, QPainterPath] = {}
        self._lines: dict[Edge, QLineF] = {}
        self._texts: dict[Edge, QStaticText] = {}
        self._labels: dict[Edge, QRectF] | None = None
        self._overview: tuple[list[QLineF], list[QLineF]] | None = None
        self.at_fault: frozenset[Edge] = frozenset()

    def forget(self, edge: Edge) -> None:
        """The wire is gone or carries another shape."""
        self._texts.pop(edge, None)
        self.forget_course(edge)

    def forget_course(self, edge: Edge) -> None:
        """The wire runs elsewhere."""
        self._paths.pop(edge, None)
        self._lines.pop(edge, None)
        self._labels = None
        self._overview = None

    def forget_all(self) -> None:
        """Fonts or colours changed."""
        self._texts.clear()
        self._labels = None

    def set_at_fault(self, edges: frozenset[Edge]) -> frozenset[Edge]:
        """Which wires cause a problem; gives those for which that is news."""
        news = self.at_fault ^ edges
        self.at_fault = edges
        if news:
            self._overview = None
            self._labels = None
        return news

    def line(self, edge: Edge, wire: Wire) -> QLineF | None:
        """A straight wire as a line, or None."""
        if not wire.is_straight:
            return None
        line = self._lines.get(edge)
        if line is None:
            (x1, y1), (x2, y2) = wire.points
            line = self._lines[edge] = QLineF(x1, y1, x2, y2)
        return line

    def path(self, edge: Edge, wire: Wire) -> QPainterPath:
        """A wire's course."""
        path = self._paths.get(edge)
        if path is None:
            path = self._paths[edge] = painter_path(wire.course)
        return path

    def overview(self) -> tuple[list[QLineF], list[QLineF]]:
        """All wires as straight pieces, the sound ones and those at fault, for painting far away."""
        if self._overview is None:
            sound: list[QLineF] = []
            faulty: list[QLineF] = []
            for edge, wire in self._diagram.wires.items():
                points = wire.points if wire.is_straight else wire.points[::2]
                into = faulty if edge in self.at_fault else sound
                into += [QLineF(*a, *b) for a, b in pairwise(points)]
            self._overview = sound, faulty
        return self._overview

    def text(self, edge: Edge, words: str, type_: Type) -> QStaticText:
        """A label's text, laid out."""
        static = self._texts.get(edge)
        if static is None or static.text() != words:
            static = QStaticText(words)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.prepare(QTransform(), type_.font)
            self._texts[edge] = static
        return static

    def label_rect(self, edge: Edge) -> QRectF | None:
        """Where the wire's label stands, if labels are laid out."""
        return self._labels.get(edge) if self._labels is not None else None

    def labels(self, shape_text: Callable[[Edge], str], type_: Type) -> dict[Edge, QRectF]:
        """Where labels stand: on wires that part or join and on those at fault, touching no card and no other label."""
        if self._labels is None:
            self._labels = self._place_labels(shape_text, type_)
        return self._labels

    def _place_labels(self, shape_text: Callable[[Edge], str], type_: Type) -> dict[Edge, QRectF]:
        wires = self._diagram.wires
        outputs: dict[str, int] = {}
        inputs: dict[str, int] = {}
        for edge in wires:
            outputs[edge.source] = outputs.get(edge.source, 0) + 1
            inputs[edge.target] = inputs.get(edge.target, 0) + 1
        chosen = [
            edge
            for edge in wires
            if outputs[edge.source] > 1 or inputs[edge.target] > 1 or edge in self.at_fault
        ]
        chosen.sort(key=lambda edge: edge not in self.at_fault)
        placed: dict[Edge, QRectF] = {}
        taken: list[QRectF] = []
        for edge in chosen:
            words = shape_text(edge)
            if not words:
                continue
            rect = self._label_spot(wires[edge], words, type_, taken)
            if rect is not None:
                placed[edge] = rect
                taken.append(rect)
        return placed

    def _label_spot(self, wire: Wire, words: str, type_: Type, taken: Iterable[QRectF]) -> QRectF | None:
        width = type_.metrics.horizontalAdvance(words) + 8
        height = type_.metrics.height()
        others = [
            rect for rect in taken if abs(rect.center().y() - (wire.rect.top + wire.rect.bottom) / 2) < 2000
        ]
        for spot in LABEL_SPOTS:
            x, y = routing.point_at(wire.course, spot)
            rect = QRectF(x - width / 2, y - height / 2, width, height)
            outline = Rect(rect.left() - 2, rect.top() - 6, rect.right() + 2, rect.bottom() + 6)
            if not self._diagram.is_free(outline):
                continue
            if any(rect.adjusted(-4, -2, 4, 2).intersects(other) for other in others):
                continue
            return rect
        return None


def painter_path(course: routing.Route) -> QPainterPath:
    """A course as a path to stroke."""
    path = QPainterPath(QPointF(*course[0]))
    for number in range(1, len(course), 3):
        path.cubicTo(*course[number], *course[number + 1], *course[number + 2])
    return path
