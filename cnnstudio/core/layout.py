"""Where nodes go so that data flows downward and wires seldom cross. Standard library only.

Layered drawing in three steps (Sugiyama, Tagawa & Toda 1981): ranks by longest path, order within a rank by
barycentres, coordinates by least squares under a minimum distance, rank by rank (pool adjacent violators). A wire
over several ranks gets a lane of its own that nodes keep clear of, held straight below its source or above its
target, so that it can be drawn as one line. Wires end at ports in the order of their slots, so the order within a
rank looks at ports, not only at nodes. Chains are columns; what leads to the end of the network stands in the
middle of what does not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cnnstudio.core.network import Edge, Network, Position, topological_order

CARD_WIDTH = 208.0
CARD_HEIGHT = 64.0
COLUMN_GAP = 40.0
RANK_GAP = 40.0
LANE_WIDTH = 24.0
GRID = 8.0

_SWEEPS = 8
_SKIP_WEIGHT = 1e6
"""How much a skip wire's lane counts against a card: enough to stay straight while the cards beside it make room."""
_CHAIN_WEIGHT = 30.0
"""How much a card or lane counts that only has to stay below what it hangs from."""
_SIDE_WEIGHT = 1e-3
"""How much counts what does not lead to the last rank, such as an auxiliary head: it makes room for the trunk."""


@dataclass(slots=True)
class _Slot:
    """A node, or one rank's piece of a long wire, with what it is joined to above and below."""

    width: float
    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    node: str | None = None
    x: float = 0.0
    skip: bool = False
    """A lane of a wire that leaves a node from which other wires go another way."""
    side: bool = False
    """Not on the way to the last rank."""
    ports: dict[int, float] = field(default_factory=dict)
    """Where at this slot the wires from above end, -0.5 to 0.5 from left to right, by what they come from."""


def arrange(network: Network) -> dict[str, Position]:
    """A position (top left corner, pixels, on the 8 px grid) for every node. Cycles are broken, not refused."""
    if not network.nodes:
        return {}
    ranks_by_node = _ranks(network)
    slots, ranks = _slots(network, ranks_by_node)
    _order(slots, ranks)
    _place(slots, ranks)
    left = min(slot.x - slot.width / 2 for slot in slots if slot.node is not None)
    positions: dict[str, Position] = {}
    for number, rank in enumerate(ranks):
        for index in rank:
            slot = slots[index]
            if slot.node is not None:
                x = slot.x - slot.width / 2 - left
                positions[slot.node] = (_snap(x), _snap(number * (CARD_HEIGHT + RANK_GAP)))
    return positions


def arrange_missing(network: Network) -> dict[str, Position]:
    """Positions for the nodes that have none: all of `arrange` when no node has one, else below what is there."""
    missing = [node_id for node_id, node in network.nodes.items() if node.position is None]
    if not missing:
        return {}
    placed = [node.position for node in network.nodes.values() if node.position is not None]
    arranged = arrange(network)
    if not placed:
        return arranged
    top = max(y for _, y in placed) + CARD_HEIGHT + RANK_GAP
    left = min(x for x, _ in placed)
    lowest = min(arranged[node_id][1] for node_id in missing)
    return {
        node_id: (left + arranged[node_id][0], top + arranged[node_id][1] - lowest) for node_id in missing
    }


def _snap(value: float) -> float:
    return (
        math.floor(value / GRID + 0.51) * GRID
    )  # a little above a half: equal up to rounding error stays equal


def _forward_edges(network: Network) -> list[Edge]:
    """The wires that point from earlier to later; those that close a circle are left out."""
    order, cyclic = topological_order(network)
    place = {
        node_id: number for number, node_id in enumerate([*order, *(n for n in network.nodes if n in cyclic)])
    }
    return [edge for edge in network.edges if place[edge.source] < place[edge.target]]


def _ranks(network: Network) -> dict[str, int]:
    """Longest path from a source; then what has no input of its own moves down next to what it feeds."""
    edges = _forward_edges(network)
    inputs: dict[str, list[str]] = {}
    outputs: dict[str, list[str]] = {}
    for edge in edges:
        inputs.setdefault(edge.target, []).append(edge.source)
        outputs.setdefault(edge.source, []).append(edge.target)
    order, cyclic = topological_order(network)
    every = [*order, *(node_id for node_id in network.nodes if node_id in cyclic)]
    ranks: dict[str, int] = {}
    for node_id in every:
        ranks[node_id] = max((ranks[source] + 1 for source in inputs.get(node_id, ())), default=0)
    for node_id in reversed(every):
        targets = outputs.get(node_id)
        if targets and node_id not in inputs:
            ranks[node_id] = min(ranks[target] for target in targets) - 1
    return ranks


def _slots(network: Network, ranks_by_node: Mapping[str, int]) -> tuple[list[_Slot], list[list[int]]]:
    slots: list[_Slot] = []
    ranks: list[list[int]] = [[] for _ in range(max(ranks_by_node.values()) + 1)]
    index_of: dict[str, int] = {}
    for node_id in network.nodes:
        index_of[node_id] = len(slots)
        ranks[ranks_by_node[node_id]].append(len(slots))
        slots.append(_Slot(width=CARD_WIDTH, node=node_id))
    lanes: dict[tuple[str, int], int] = {}
    for edge in _forward_edges(network):
        upper = index_of[edge.source]
        for rank in range(ranks_by_node[edge.source] + 1, ranks_by_node[edge.target]):
            lane = lanes.get((edge.source, rank))  # wires from one node share a lane
            if lane is None:
                lane = lanes[edge.source, rank] = len(slots)
                ranks[rank].append(lane)
                slots.append(_Slot(width=LANE_WIDTH, skip=len(network.outputs(edge.source)) > 1))
                _join(slots, upper, lane)
            upper = lane
        wires = network.inputs(edge.target)
        port = next(number for number, wire in enumerate(wires) if wire is edge)
        _join(slots, upper, index_of[edge.target], (port + 0.5) / len(wires) - 0.5)
    _mark_sides(slots, ranks)
    return slots, ranks


def _join(slots: list[_Slot], upper: int, lower: int, port: float = 0.0) -> None:
    if upper not in slots[lower].ports:
        slots[upper].below.append(lower)
        slots[lower].above.append(upper)
        slots[lower].ports[upper] = port


def _mark_sides(slots: list[_Slot], ranks: list[list[int]]) -> None:
    last = set(ranks[-1])
    for rank in reversed(ranks):
        for index in rank:
            slot = slots[index]
            slot.side = index not in last and all(slots[lower].side for lower in slot.below)


def _order(slots: list[_Slot], ranks: list[list[int]]) -> None:
    """Sort every rank by the mean place of its neighbours, down and up, and keep the order with fewest crossings."""
    place = {index: float(number) for rank in ranks for number, index in enumerate(rank)}
    best = [list(rank) for rank in ranks]
    fewest = _crossings(slots, ranks)
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        down = sweep % 2 == 0
        for rank in ranks if down else reversed(ranks):
            keys = {}
            for number, index in enumerate(rank):
                if down:
                    ends = [place[i] for i in slots[index].above]
                else:
                    ends = [place[i] + slots[i].ports[index] for i in slots[index].below]
                keys[index] = sum(ends) / len(ends) if ends else float(number)
            rank.sort(key=keys.__getitem__)
            for number, index in enumerate(rank):
                place[index] = float(number)
        crossings = _crossings(slots, ranks)
        if crossings < fewest:
            fewest, best = crossings, [list(rank) for rank in ranks]
    ranks[:] = best


def _crossings(slots: list[_Slot], ranks: list[list[int]]) -> int:
    total = 0
    for upper, lower in pairwise(ranks):
        if len(upper) < 2:
            continue
        place = {index: number for number, index in enumerate(lower)}
        ends = [
            end
            for index in upper
            for end in sorted(place[target] + slots[target].ports[index] for target in slots[index].below)
        ]
        total += sum(1 for i, end in enumerate(ends) for later in ends[i + 1 :] if later < end)
    return total


def _place(slots: list[_Slot], ranks: list[list[int]]) -> None:
    for rank in ranks:
        x = 0.0
        for index in rank:
            slots[index].x = x + slots[index].width / 2
            x += slots[index].width + COLUMN_GAP
        for index in rank:
            slots[index].x -= (x - COLUMN_GAP) / 2
    for sweep in range(
        _SWEEPS + 1
    ):  # the last one downward: what parts stands evenly below what it parts from
        down = sweep % 2 == 0
        for rank in ranks if down else list(reversed(ranks)):
            wanted = [_wanted(slots, slots[index], down=down) for index in rank]
            _spread(slots, rank, wanted, [_weight(slots, index, down=down) for index in rank])


def _weight(slots: list[_Slot], index: int, *, down: bool) -> float:
    """How much a slot's wish counts against those beside it."""
    slot = slots[index]
    if slot.skip:
        return _SKIP_WEIGHT
    if slot.side:
        return _SIDE_WEIGHT
    near = slot.above if down else slot.below
    if len(near) != 1:
        return 1.0
    back = slots[near[0]].below if down else slots[near[0]].above
    return _CHAIN_WEIGHT if len(back) == 1 else 1.0


def _wanted(slots: list[_Slot], slot: _Slot, *, down: bool) -> float:
    """Where a slot would like to be: the middle of what it hangs from, or straight under a skip wire."""
    near = (slot.above or slot.below) if down else (slot.below or slot.above)
    if not down:
        near = [i for i in near if not slots[i].side] or near
    if not near:
        return slot.x
    skips = [i for i in near if slots[i].skip]
    chosen = skips if len(skips) == 1 else near
    return sum(slots[i].x for i in chosen) / len(chosen)


def _spread(
    slots: list[_Slot], rank: Sequence[int], wanted: Sequence[float], weights: Sequence[float]
) -> None:
    """Give the slots of one rank the places nearest to `wanted` that keep order and distance (weighted least squares)."""
    offsets: list[float] = []
    offset = 0.0
    for number, index in enumerate(rank):
        if number:
            offset += (slots[rank[number - 1]].width + slots[index].width) / 2 + COLUMN_GAP
        offsets.append(offset)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, length
    for number in range(len(rank)):
        mean, weight, length = wanted[number] - offsets[number], weights[number], 1
        while blocks and blocks[-1][0] > mean:
            before, before_weight, before_length = blocks.pop()
            mean = (before * before_weight + mean * weight) / (before_weight + weight)
            weight += before_weight
            length += before_length
        blocks.append((mean, weight, length))
    number = 0
    for mean, _, length in blocks:
        for _ in range(length):
            slots[rank[number]].x = mean + offsets[number]
            number += 1
