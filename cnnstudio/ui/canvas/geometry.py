"""Points, rectangles and ports of the canvas, in scene pixels. Pure arithmetic, no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, GRID

Point = tuple[float, float]

PORT_SPACING = 32.0
"""Between the ports of a side that has several."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, y growing downward."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def center(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def intersects(self, other: Rect) -> bool:
        """Whether they share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def grown(self, margin: float) -> Rect:
        return Rect(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)

    def moved(self, dx: float, dy: float) -> Rect:
        return Rect(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)


def card_rect(x: float, y: float) -> Rect:
    """The card whose top left corner is at `(x, y)`."""
    return Rect(x, y, x + CARD_WIDTH, y + CARD_HEIGHT)


def rect_of(points: Iterable[Point]) -> Rect:
    """The smallest rectangle around at least one point."""
    xs, ys = zip(*points, strict=True)
    return Rect(min(xs), min(ys), max(xs), max(ys))


def united(rects: Iterable[Rect]) -> Rect | None:
    """The smallest rectangle around all of them; None around none."""
    every = list(rects)
    if not every:
        return None
    return Rect(
        min(rect.left for rect in every),
        min(rect.top for rect in every),
        max(rect.right for rect in every),
        max(rect.bottom for rect in every),
    )


def output_port(x: float, y: float, number: int = 0, count: int = 1) -> Point:
    """The centre of output port `number` of `count` on the card at `(x, y)`."""
    return x + _port_offset(number, count), y + CARD_HEIGHT


def input_port(x: float, y: float, number: int = 0, count: int = 1) -> Point:
    """The centre of input port `number` of `count` on the card at `(x, y)`."""
    return x + _port_offset(number, count), y


def _port_offset(number: int, count: int) -> float:
    spacing = min(PORT_SPACING, (CARD_WIDTH - 32) / max(count - 1, 1))
    return CARD_WIDTH / 2 + (number - (count - 1) / 2) * spacing


def snapped(value: float) -> float:
    """The nearest multiple of the grid."""
    return round(value / GRID) * GRID
