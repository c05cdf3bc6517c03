"""Where moved cards snap: to the grid, or into line with cards nearby. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
