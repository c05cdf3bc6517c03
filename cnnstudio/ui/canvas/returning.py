"""The course of a wire whose target stands above its source: round the cards through a free lane. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.core.layout import CARD_WIDTH, COLUMN_GAP, LANE_WIDTH, RANK_GAP
from cnnstudio.ui.canvas.geometry import Point, Rect
from cnnstudio.ui.canvas.routing import Route, is_clear

_DIP = 0.8 * RANK_GAP
"""Handles of this length let a turn dip by 0.6 of the gap between two rows: it stays clear of the next row."""
_MOST_LANES = 40


def returns(start: Point, end: Point) -> bool:
    """Whether the input `end` lies above the output `start`."""
    return end[1] < start[1]


def returning(start: Point, end: Point, obstacles: Sequence[Rect]) -> Route:
    """Down out of the source, up a lane and down into the target; the nearest lane that meets no obstacle.

    `obstacles` are the cards near the wire, the two that it joins among them. Where every lane is taken, the outermost.
    """
    lanes = _lanes(start, end, obstacles)
    courses = (_through(start, lane, end) for lane in lanes)
    return next(
        (course for course in courses if is_clear(course, obstacles)), _through(start, lanes[-1], end)
    )


def shortest(start: Point, end: Point) -> Route:
    """The course through the nearest lane, whatever stands there."""
    return _through(start, _lanes(start, end, ())[0], end)


def _lanes(start: Point, end: Point, obstacles: Sequence[Rect]) -> list[float]:
    """Where a wire may go up: between the two ends, beside them, beside every card on the way; the shortest first."""
    (x1, y1), (x2, y2) = start, end
    aside = CARD_WIDTH / 2 + LANE_WIDTH
    lanes = {x + sign * aside for x in (x1, x2) for sign in (-1, 1)}
    if abs(x2 - x1) >= CARD_WIDTH + COLUMN_GAP / 2:
        lanes.add((x1 + x2) / 2)
    for rect in obstacles:
        if rect.top < y1 and y2 < rect.bottom:
            lanes |= {rect.left - LANE_WIDTH, rect.right + LANE_WIDTH}
    return sorted(lanes, key=lambda lane: (abs(lane - x1) + abs(lane - x2), -lane))[:_MOST_LANES]


def _through(start: Point, lane: float, end: Point) -> Route:
    (x1, y1), (x2, y2) = start, end
    third = (y1 - y2) / 3
    return (
        start,
        (x1, y1 + _DIP),
        (lane, y1 + _DIP),
        (lane, y1),
        (lane, y1 - third),
        (lane, y2 + third),
        (lane, y2),
        (lane, y2 - _DIP),
        (x2, y2 - _DIP),
        end,
    )
