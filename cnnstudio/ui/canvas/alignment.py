"""Where cards stand in line: what a moved card snaps to, and aligning and spreading several. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, COLUMN_GAP, GRID, RANK_GAP
from cnnstudio.core.network import Position
from cnnstudio.ui.canvas.geometry import snapped


@dataclass(frozen=True, slots=True)
class Snap:
    """A place, and the cards it is in line with."""

    x: float
    y: float
    column: Position | None = None
    """A card in the same column."""
    row: Position | None = None


def snap(x: float, y: float, others: Iterable[Position], reach: float) -> Snap:
    """The place for a card at `(x, y)`: in line with the nearest card within `reach` pixels, else on the grid."""
    column: Position | None = None
    row: Position | None = None
    for other in others:
        off_x, off_y = abs(other[0] - x), abs(other[1] - y)
        if off_x <= reach and (column is None or (off_x, off_y) < (abs(column[0] - x), abs(column[1] - y))):
            column = other
        if off_y <= reach and (row is None or (off_y, off_x) < (abs(row[1] - y), abs(row[0] - x))):
            row = other
    return Snap(column[0] if column else snapped(x), row[1] if row else snapped(y), column, row)


Side = Literal["left", "centre", "right", "top", "middle", "bottom"]
Direction = Literal["across", "down"]

_PITCHES = {"across": CARD_WIDTH + COLUMN_GAP, "down": CARD_HEIGHT + RANK_GAP}
"""How far apart cards are put that would stand on each other."""
_AXES = {"across": 0, "down": 1}


def aligned(places: Mapping[str, Position], side: Side) -> dict[str, Position]:
    """Cards in one column (left, centre, right) or one row (top, middle, bottom).

    What would then stand on another card moves on along the column or row, so that none is hidden.
    """
    if not places:
        return {}
    axis = 0 if side in {"left", "centre", "right"} else 1
    values = [place[axis] for place in places.values()]
    low, high = min(values), max(values)
    line = {"left": low, "top": low, "right": high, "bottom": high}.get(side, snapped((low + high) / 2))
    along: Direction = "down" if axis == 0 else "across"
    spread = _spread(places, along)
    return {node_id: (line, at) if axis == 0 else (at, line) for node_id, at in spread.items()}


def distributed(places: Mapping[str, Position], direction: Direction) -> dict[str, Position]:
    """Cards at equal distances, the first and the last where they are; wider where they would touch."""
    axis = _AXES[direction]
    order = sorted(places, key=lambda node_id: (places[node_id][axis], places[node_id][1 - axis]))
    if len(order) < 3:
        return dict(places)
    first, last = places[order[0]][axis], places[order[-1]][axis]
    steps = len(order) - 1
    if (last - first) / steps < _size(direction) + GRID:
        last = first + steps * _PITCHES[direction]
    result: dict[str, Position] = {}
    for number, node_id in enumerate(order):
        at = (
            snapped(first + (last - first) * number / steps)
            if 0 < number < steps
            else (first, last)[number > 0]
        )
        other = places[node_id][1 - axis]
        result[node_id] = (at, other) if axis == 0 else (other, at)
    return {node_id: result[node_id] for node_id in places}


def _spread(places: Mapping[str, Position], along: Direction) -> dict[str, float]:
    """Where cards in one line stand along it: as before where they do not touch."""
    axis = _AXES[along]
    order = sorted(places, key=lambda node_id: (places[node_id][axis], places[node_id][1 - axis]))
    spread: dict[str, float] = {}
    free = float("-inf")
    for node_id in order:
        at = places[node_id][axis]
        if at < free:
            at = free - _size(along) - GRID + _PITCHES[along]
        spread[node_id] = at
        free = at + _size(along) + GRID
    return spread


def _size(direction: Direction) -> float:
    return CARD_WIDTH if direction == "across" else CARD_HEIGHT
