"""Where every card, port and wire of the canvas is, and what is under a point. Qt-free, so hit-testing is too.

The diagram mirrors a network; a gesture may move cards in it until the document says where they really are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from cnnstudio.core.network import Edge
from cnnstudio.ui.canvas import returning, routing
from cnnstudio.ui.canvas.geometry import Point, Rect, card_rect, input_port, output_port, rect_of, united
from cnnstudio.ui.canvas.spatial import SpatialIndex

HitKind = Literal["empty", "card", "name", "input", "output", "wire"]

Care = Literal["full", "ends", "none"]
"""What a wire keeps clear of: every card, the two cards that it joins (while something moves), nothing (at first)."""

NAME_HEIGHT = 28.0
"""The upper part of a card, where its name stands."""


@dataclass(slots=True)
class Card:
    """A card's place. `inputs` and `outputs` are its numbers of ports."""

    x: float
    y: float
    inputs: int = 1
    outputs: int = 1
    rect: Rect = field(init=False, compare=False)

    def __post_init__(self) -> None:
        self.rect = card_rect(self.x, self.y)

    def put(self, x: float, y: float, inputs: int, outputs: int) -> None:
        """Give it another place or number of ports."""
        self.x, self.y, self.inputs, self.outputs = x, y, inputs, outputs
        self.rect = card_rect(x, y)

    def output(self, number: int = 0) -> Point:
        """The port of an output; of one that the layer does not have, the last."""
        return output_port(self.x, self.y, min(number, self.outputs - 1), self.outputs)

    def input(self, number: int) -> Point:
        return input_port(self.x, self.y, number, max(self.inputs, 1))


@dataclass(frozen=True, slots=True)
class Wire:
    """A wire's course. `number` is its own as long as it is there; `port` is the input port it ends at."""

    edge: Edge
    number: int
    port: int
    course: routing.Route
    points: tuple[Point, ...]
    rect: Rect

    @property
    def is_straight(self) -> bool:
        return len(self.points) == 2


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under a point. `port` is the port's number; `edge` the wire, or the one that ends at that port."""

    kind: HitKind
    node: str = ""
    edge: Edge | None = None
    port: int = 0


NOTHING = Hit("empty")


class Diagram:
    """Cards and wires by id, with an index of each."""

    def __init__(self) -> None:
        self._cards: dict[str, Card] = {}
        self._wires: dict[Edge, Wire] = {}
        self._of_node: dict[str, dict[Edge, None]] = {}
        self._ports: dict[Edge, int] = {}
        self._card_index: SpatialIndex[str] = SpatialIndex()
        self._numbers: dict[Edge, int] = {}
        self._wires_by_number: dict[int, Wire] = {}
        self._wires_made = 0
        self._wire_index: SpatialIndex[int] = SpatialIndex()

    @property
    def cards(self) -> Mapping[str, Card]:
        return self._cards

    @property
    def wires(self) -> Mapping[Edge, Wire]:
        return self._wires

    # --- changes -------------------------------------------------------------------------------

    def put_card(self, node_id: str, x: float, y: float, inputs: int, outputs: int = 1) -> None:
        """Add a card, or give it another place or number of ports. Its wires stay as they are: `route` them."""
        card = self._cards.get(node_id)
        if card is None:
            self._cards[node_id] = card = Card(x, y, inputs, outputs)
        else:
            card.put(x, y, inputs, outputs)
        self._card_index.put(node_id, card.rect.grown(8))

    def remove_card(self, node_id: str) -> None:
        self._cards.pop(node_id, None)
        self._of_node.pop(node_id, None)
        self._card_index.discard(node_id)

    def clear(self) -> None:
        """Take everything away."""
        for known in (
            self._cards,
            self._wires,
            self._of_node,
            self._ports,
            self._numbers,
            self._wires_by_number,
        ):
            known.clear()
        self._card_index.clear()
        self._wire_index.clear()

    def put_wire(self, edge: Edge, port: int) -> None:
        """Add a wire that ends at input port `port`, or let it end at another."""
        if edge not in self._numbers:
            self._numbers[edge] = self._wires_made
            self._wires_made += 1
        self._ports[edge] = port
        self._of_node.setdefault(edge.source, {})[edge] = None
        self._of_node.setdefault(edge.target, {})[edge] = None

    def remove_wire(self, edge: Edge) -> None:
        self._wires.pop(edge, None)
        self._ports.pop(edge, None)
        number = self._numbers.pop(edge, -1)
        self._wires_by_number.pop(number, None)
        self._wire_index.discard(number)
        for node_id in (edge.source, edge.target):
            self._of_node.get(node_id, {}).pop(edge, None)

    def wires_of(self, node_ids: Iterable[str]) -> set[Edge]:
        """The wires that begin or end at one of the nodes."""
        return {edge for node_id in node_ids for edge in self._of_node.get(node_id, ())}

    def parts_or_joins(self, edge: Edge) -> bool:
        """Whether another wire leaves the same output, or reaches the same node."""
        return any(
            other != edge
            and ((other.source == edge.source and other.output == edge.output) or other.target == edge.target)
            for node_id in (edge.source, edge.target)
            for other in self._of_node.get(node_id, ())
        )

    def route(self, edges: Iterable[Edge], *, care: Care = "full") -> None:
        """Lay wires anew, with more or less care for the cards in their way."""
        for edge in edges:
            source, target = self._cards.get(edge.source), self._cards.get(edge.target)
            if source is None or target is None:
                continue
            port = self._ports[edge]
            start, end = source.output(edge.output), target.input(port)
            course = self._course(edge, start, end, care)
            number = self._numbers[edge]
            wire = Wire(edge, number, port, course, routing.flattened(course), rect_of(course))
            self._wires[edge] = self._wires_by_number[number] = wire
            self._wire_index.put(number, wire.rect.grown(4))

    def _course(self, edge: Edge, start: Point, end: Point, care: Care) -> routing.Route:
        if returning.returns(start, end):
            if care == "none":
                return returning.shortest(start, end)
            ends = [self._cards[edge.source].rect, self._cards[edge.target].rect]
            near = self._obstacles(edge, start, end) if care == "full" else []
            return returning.returning(start, end, [*ends, *near])
        if care == "full" and routing.may_meet_cards(start, end):
            return routing.route(start, end, self._obstacles(edge, start, end))
        return routing.direct(start, end)

    def _obstacles(self, edge: Edge, start: Point, end: Point) -> list[Rect]:
        """The cards near a wire's way other than the two it joins."""
        around = rect_of((start, end)).grown(routing.WIDEST_DETOUR)
        return [
            self._cards[node_id].rect
            for node_id in self._card_index.near(around)
            if node_id != edge.source and node_id != edge.target
        ]

    # --- questions -----------------------------------------------------------------------------

    @property
    def bounds(self) -> Rect | None:
        """The rectangle around all cards; None when there are none."""
        cards = self._cards.values()
        if not cards:
            return None
        left, top = min(card.x for card in cards), min(card.y for card in cards)
        right, bottom = max(card.x for card in cards), max(card.y for card in cards)
        return Rect(left, top, card_rect(right, bottom).right, card_rect(right, bottom).bottom)

    def bounds_of(self, node_ids: Iterable[str]) -> Rect | None:
        """The rectangle around these cards."""
        return united(self._cards[node_id].rect for node_id in node_ids if node_id in self._cards)

    def is_free(self, rect: Rect) -> bool:
        """Whether no card lies in the rectangle."""
        return not any(self._cards[node_id].rect.intersects(rect) for node_id in self._card_index.near(rect))

    def cards_in(self, rect: Rect) -> list[str]:
        """The cards that a rectangle touches, ports included."""
        cards, wider = self._cards, rect.grown(8)
        return [node_id for node_id in self._card_index.near(rect) if cards[node_id].rect.intersects(wider)]

    def wires_in(self, rect: Rect) -> Iterator[Wire]:
        """The wires whose surrounding rectangle touches `rect`."""
        wider = rect.grown(4)
        for number in self._wire_index.near(rect):
            wire = self._wires_by_number[number]
            if wire.rect.intersects(wider):
                yield wire

    def is_crossed(self, rect: Rect, *, but: Wire) -> bool:
        """Whether a wire other than `but` runs through the rectangle: one of its straight pieces comes near it."""
        return any(
            Rect(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)).intersects(rect)
            for wire in self.wires_in(rect)
            if wire is not but
            for (ax, ay), (bx, by) in pairwise(wire.points)
        )

    def hit(self, x: float, y: float, *, reach: float = 10.0) -> Hit:
        """What is under a point: a port before a card, a card before a wire. `reach` in scene pixels."""
        around = Rect(x, y, x, y).grown(max(reach, 1.0) + 8)
        near = self._card_index.near(around)[::-1]
        port = self._port_hit(near, x, y, reach)
        if port is not None:
            return port
        for node_id in near:
            rect = self._cards[node_id].rect
            if rect.contains(x, y):
                return Hit("name" if y < rect.top + NAME_HEIGHT else "card", node_id)
        return self.wire_hit(x, y, reach=reach)

    def wire_hit(self, x: float, y: float, *, reach: float = 10.0) -> Hit:
        """The nearest wire within reach of a point."""
        best, nearest = NOTHING, reach
        for wire in self.wires_in(Rect(x, y, x, y).grown(reach + 1)):
            away = routing.distance(wire.points, x, y)
            if away <= nearest:
                best, nearest = Hit("wire", wire.edge.target, wire.edge), away
        return best

    def _port_hit(self, near: list[str], x: float, y: float, reach: float) -> Hit | None:
        best, nearest = None, reach
        for node_id in near:
            card = self._cards[node_id]
            for number in range(card.outputs):
                px, py = card.output(number)
                away = max(abs(px - x), abs(py - y))
                if away < nearest:
                    best, nearest = Hit("output", node_id, port=number), away
            for number in range(card.inputs):
                px, py = card.input(number)
                away = max(abs(px - x), abs(py - y))
                if away < nearest:
                    best, nearest = Hit("input", node_id, self._wire_at(node_id, number), number), away
        return best

    def _wire_at(self, node_id: str, port: int) -> Edge | None:
        return next(
            (
                edge
                for edge in self._of_node.get(node_id, ())
                if edge.target == node_id and self._ports[edge] == port
            ),
            None,
        )
