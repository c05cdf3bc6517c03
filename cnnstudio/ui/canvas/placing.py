"""Where a new node goes and what makes room for it, as functions of places. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from cnnstudio.core import edits
from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, COLUMN_GAP, RANK_GAP
from cnnstudio.core.network import Edge, Network, Node, Position
from cnnstudio.core.spec import Catalogue
from cnnstudio.ui.canvas import wiring
from cnnstudio.ui.canvas.geometry import card_rect, snapped

Places = Mapping[str, Position]

_CLEARANCE = 8.0
_PITCH = CARD_HEIGHT + RANK_GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A new node with what feeds it and which wires it takes over."""

    node: Node
    sources: tuple[str, ...] = ()
    output: int = 0
    """Which output of the sources feeds it."""
    takes_over: tuple[Edge, ...] = ()
    shifts: Mapping[str, Position]
    """Cards that move out of the way, and places that were not yet in the document."""

    def apply_to(self, network: Network, catalogue: Catalogue) -> Network:
        """The network with the node in it. Raises EditError when it cannot be."""
        result = edits.move(edits.add(network, [self.node]), self.shifts)
        for source in self.sources:
            result = wiring.connected(
                result, catalogue, source=source, target=self.node.id, output=self.output
            )
        for edge in self.takes_over:
            result = wiring.connected(
                result,
                catalogue,
                source=self.node.id,
                target=edge.target,
                replacing=edge,
            )
        return result


def is_free(places: Places, x: float, y: float) -> bool:
    """Whether a card at `(x, y)` would stand clear of all others."""
    rect = card_rect(x, y).grown(_CLEARANCE)
    return not any(rect.intersects(card_rect(*place)) for place in places.values())


def free_place(places: Places, x: float, y: float) -> Position:
    """The free place on the grid nearest to the right of `(x, y)`, then in the rows below."""
    x, y = snapped(x), snapped(y)
    for row in range(2 * len(places) + 1):
        for column in range(4):
            place = x + column * (CARD_WIDTH + COLUMN_GAP), y + row * _PITCH
            if is_free(places, *place):
                return place
    return x, y  # not reached: a card stands in the way of two rows at most


def place_below(places: Places, sources: Collection[str]) -> Position:
    """Centred under the given nodes, one rank down."""
    xs = [places[source][0] for source in sources]
    return snapped(sum(xs) / len(xs)), snapped(max(places[source][1] for source in sources) + _PITCH)


def room_for(places: Places, x: float, y: float, *, keep: Collection[str] = ()) -> dict[str, Position]:
    """The cards that must move down for a card at `(x, y)`: everything from the topmost one in its way.

    `keep` stay where they are.
    """
    rect = card_rect(x, y).grown(_CLEARANCE)
    in_the_way = [
        place[1]
        for node_id, place in places.items()
        if node_id not in keep and rect.intersects(card_rect(*place))
    ]
    if not in_the_way:
        return {}
    first = min(in_the_way)
    down = snapped(y + _PITCH - first)
    return {
        node_id: (place[0], place[1] + down)
        for node_id, place in places.items()
        if place[1] >= first and node_id not in keep
    }


def splicing(places: Places, node: Node, edge: Edge) -> Insertion:
    """Put a node into the middle of a wire, under its source, in line with it or its target."""
    source, target = places[edge.source], places[edge.target]
    wanted_x, wanted_y = node.position or source
    column = min((source[0], target[0], wanted_x), key=lambda x: abs(x - wanted_x))
    top = source[1] + _PITCH
    bottom = target[1] - _PITCH
    y = snapped(min(max(wanted_y, top), bottom)) if bottom >= top else top
    return _with_room(places, node, (column, y), sources=(edge.source,), takes_over=(edge,))


def following(
    network: Network, places: Places, node: Node, sources: tuple[str, ...], output: int = 0
) -> Insertion:
    """Put a node under what feeds it; the wires from that output of an only source then start at the new node."""
    x, y = place_below(places, sources)
    if len(sources) == 1:
        takes_over = tuple(edge for edge in network.outputs(sources[0]) if edge.output == output)
        if takes_over:
            return _with_room(places, node, (x, y), sources=sources, takes_over=takes_over)
    place = free_place(places, x, y)
    return Insertion(node=at(node, place), sources=sources, output=output, shifts={})


def standing(places: Places, node: Node, sources: tuple[str, ...] = ()) -> Insertion:
    """Put a node where it says, or beside what stands there."""
    x, y = node.position or (0.0, 0.0)
    return Insertion(node=at(node, free_place(places, x, y)), sources=sources, shifts={})


def _with_room(
    places: Places,
    node: Node,
    place: Position,
    *,
    sources: tuple[str, ...],
    takes_over: tuple[Edge, ...],
) -> Insertion:
    shifts = room_for(places, *place, keep=sources)
    lowest = place[1] + _PITCH
    pressed = [places[edge.target][1] for edge in takes_over if edge.target not in shifts]
    if pressed and place[1] < min(pressed) < lowest:
        first = min(pressed)
        shifts |= {
            node_id: (spot[0], spot[1] + snapped(lowest - first))
            for node_id, spot in places.items()
            if spot[1] >= first and node_id not in sources and node_id not in shifts
        }
    output = takes_over[0].output  # they all leave the same one
    return Insertion(
        node=at(node, place), sources=sources, output=output, takes_over=takes_over, shifts=shifts
    )


def chained(places: Places, node_id: str, ids: Collection[str]) -> dict[str, Position]:
    """Places for new nodes in front of one, one below the other from where it stands; it and what is below move down."""
    x, y = places[node_id]
    down = len(ids) * _PITCH
    moved = {other: (place[0], place[1] + down) for other, place in places.items() if place[1] > y}
    moved |= {new: (x, y + number * _PITCH) for number, new in enumerate(ids)}
    moved[node_id] = (x, y + down)
    return moved if ids else {}


def at(node: Node, place: Position) -> Node:
    """The same node at a place."""
    return replace(node, position=place)
