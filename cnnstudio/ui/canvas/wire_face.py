"""How wires look: their painter paths, which are at fault, and the shape labels that fit beside nothing else.

Paths and labels are made when first painted and kept until the wire's course or shape changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainterPath, QStaticText

from cnnstudio.core.network import Edge
from cnnstudio.ui.canvas import routing
from cnnstudio.ui.canvas.diagram import Diagram, Wire
from cnnstudio.ui.canvas.geometry import Rect
from cnnstudio.ui.canvas.look import Type
from cnnstudio.ui.canvas.spatial import SpatialIndex

PIECES = 12
"""Straight pieces to one curve: no corner can be seen up to `TRUE_CURVES`."""

LABEL_SPOTS = (0.5, 0.62, 0.38, 0.74, 0.26)
"""Where along a wire its label may stand, best first."""


@dataclass(frozen=True, slots=True)
class Label:
    """The shape beside a wire, and where it stands."""

    text: QStaticText
    rect: QRectF


class WireFaces:
    """Painter paths and labels of the wires of one diagram, by the wires' numbers."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._paths: dict[int, QPainterPath] = {}
        self._lines: dict[int, list[QLineF]] = {}
        self._far_lines: dict[int, list[QLineF]] = {}
        self._labels: dict[int, Label | None] = {}
        self._label_index: SpatialIndex[int] = SpatialIndex()
        self._overview: tuple[list[QLineF], list[QLineF]] | None = None
        self.at_fault: frozenset[Edge] = frozenset()

    def clear(self) -> None:
        """All wires are gone."""
        for known in (self._paths, self._lines, self._far_lines, self._labels):
            known.clear()
        self._label_index.clear()
        self._overview = None
        self.at_fault = frozenset()

    def forget(self, edge: Edge) -> None:
        """The wire is gone or runs elsewhere."""
        self._overview = None
        wire = self._diagram.wires.get(edge)
        if wire is not None:
            self._paths.pop(wire.number, None)
            self._lines.pop(wire.number, None)
            self._far_lines.pop(wire.number, None)
            self._forget_label(wire.number)

    def forget_label(self, edge: Edge) -> None:
        """The label says something else, may have to stand elsewhere, or is needed now, or no longer."""
        wire = self._diagram.wires.get(edge)
        if wire is not None:
            self._forget_label(wire.number)

    def _forget_label(self, number: int) -> None:
        if self._labels.pop(number, None) is not None:
            self._label_index.discard(number)

    def forget_labels(self) -> None:
        """Fonts or all texts changed."""
        for number in list(self._labels):
            self._forget_label(number)

    def set_at_fault(self, edges: frozenset[Edge]) -> frozenset[Edge]:
        """Which wires cause a problem; gives those for which that is news."""
        news = self.at_fault ^ edges
        self.at_fault = edges
        for edge in news:
            self._overview = None
            self.forget_label(edge)
        return news

    def lines(self, wire: Wire) -> list[QLineF]:
        """A wire as straight pieces; one where it is straight."""
        lines = self._lines.get(wire.number)
        if lines is None:
            points = wire.points if wire.is_straight else routing.flattened(wire.course, PIECES)
            lines = self._lines[wire.number] = [QLineF(*a, *b) for a, b in pairwise(points)]
        return lines

    def path(self, wire: Wire) -> QPainterPath:
        """A wire's course."""
        path = self._paths.get(wire.number)
        if path is None:
            path = self._paths[wire.number] = painter_path(wire.course)
        return path

    def overview(self) -> tuple[list[QLineF], list[QLineF]]:
        """All wires as straight pieces, the sound ones and those at fault, for painting far away."""
        if self._overview is None:
            sound: list[QLineF] = []
            faulty: list[QLineF] = []
            for edge, wire in self._diagram.wires.items():
                lines = self._far_lines.get(wire.number)
                if lines is None:  # wires are laid anew one by one, far more often than all of them
                    points = wire.points if wire.is_straight else wire.points[::2]
                    lines = self._far_lines[wire.number] = [QLineF(*a, *b) for a, b in pairwise(points)]
                into = faulty if self.at_fault and edge in self.at_fault else sound
                into += lines
            self._overview = sound, faulty
        return self._overview

    def known_label(self, edge: Edge) -> QRectF | None:
        """Where the wire's label stands, if that has been decided."""
        wire = self._diagram.wires.get(edge)
        label = self._labels.get(wire.number) if wire is not None else None
        return label.rect if label is not None else None

    def label(self, wire: Wire, shape_text: Callable[[Edge], str], type_: Type) -> Label | None:
        """A wire's label; None for a wire that needs none or has no room for one.

        A label is for wires that part or join and for those at fault. It touches no card and no other label, and only
        where something is at fault another wire.
        """
        if wire.number in self._labels:
            return self._labels[wire.number]
        edge = wire.edge
        words = shape_text(edge) if edge in self.at_fault or self._diagram.parts_or_joins(edge) else ""
        label = self._labels[wire.number] = self._placed(wire, words, type_) if words else None
        if label is not None:
            self._label_index.put(wire.number, _grown(label.rect))
        return label

    def label_on_hover(self, wire: Wire, shape_text: Callable[[Edge], str], type_: Type) -> Label | None:
        """The label that is shown only while the pointer is on the wire; it may cover what it likes."""
        words = shape_text(wire.edge)
        return _label(wire, LABEL_SPOTS[0], words, type_) if words else None

    def _placed(self, wire: Wire, words: str, type_: Type) -> Label | None:
        for spot in LABEL_SPOTS:
            label = _label(wire, spot, words, type_)
            outline = _grown(label.rect)
            if not self._diagram.is_free(outline):
                continue
            taken = (self._labels[number] for number in self._label_index.near(outline))
            if any(_grown(other.rect).intersects(outline) for other in taken if other is not None):
                continue
            if wire.edge in self.at_fault or not self._diagram.is_crossed(outline, but=wire):
                return label
        return None


def _label(wire: Wire, spot: float, words: str, type_: Type) -> Label:
    text, advance = type_.laid_out(words)
    width, height = advance + 8, type_.metrics.height()
    x, y = routing.point_along(wire.points, spot)
    return Label(text, QRectF(x - width / 2, y - height / 2, width, height))


def _grown(rect: QRectF) -> Rect:
    """With the room kept free around a label."""
    return Rect(rect.left() - 3, rect.top() - 3, rect.right() + 3, rect.bottom() + 3)


def painter_path(course: routing.Route) -> QPainterPath:
    """A course as a path to stroke."""
    path = QPainterPath(QPointF(*course[0]))
    for number in range(1, len(course), 3):
        path.cubicTo(*course[number], *course[number + 1], *course[number + 2])
    return path
