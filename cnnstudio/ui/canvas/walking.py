"""Which node the arrow keys lead to. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cnnstudio.core.network import Network, Position

Direction = Literal["up", "down", "left", "right"]


def next_node(
    network: Network, places: Mapping[str, Position], current: str, direction: Direction
) -> str | None:
    """Up to what feeds it, down to what it feeds, left and right to the nearest neighbour; else by place alone."""
    if current not in places:
        return min(places, key=lambda node_id: (places[node_id][1], places[node_id][0]), default=None)
    x, y = places[current]
    if direction in {"up", "down"}:
        if direction == "up":
            wired = [edge.source for edge in network.inputs(current)]
        else:
            wired = [edge.target for edge in network.outputs(current)]
        if wired:
            return min(wired, key=lambda node_id: abs(places[node_id][0] - x))
    best, nearest = None, float("inf")
    for node_id, (other_x, other_y) in places.items():
        dx, dy = other_x - x, other_y - y
        ahead = {"up": -dy, "down": dy, "left": -dx, "right": dx}[direction]
        aside = abs(dx) if direction in {"up", "down"} else abs(dy)
        if ahead > 0 and aside <= 2 * ahead and ahead + 2 * aside < nearest:
            best, nearest = node_id, ahead + 2 * aside
    return best
