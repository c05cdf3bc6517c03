"""The course of a wire: cubic curves that flow downward and keep clear of cards where they can. No Qt.

A route is a start point followed by three points per cubic segment.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, COLUMN_GAP, LANE_WIDTH, RANK_GAP
from cnnstudio.ui.canvas.geometry import Point, Rect

Route = tuple[Point, ...]

_ONE_RANK = CARD_HEIGHT + 2 * RANK_GAP
_SAMPLES = 12
WIDEST_DETOUR = 2 * (CARD_WIDTH + COLUMN_GAP)
"""How far to the side of its two ends a wire may run, in pixels."""


def direct(start: Point, end: Point) -> Route:
    """One curve from an output down to an input. It swings out when the input lies above."""
    (x1, y1), (x2, y2) = start, end
    down = y2 - y1
    reach = 0.55 * down if down >= LANE_WIDTH else min(LANE_WIDTH + abs(down) / 2, 2 * _ONE_RANK)
    if x1 == x2 and down > 0:
        reach = down / 3
    return start, (x1, y1 + reach), (x2, y2 - reach), end


def may_meet_cards(start: Point, end: Point) -> bool:
    """Whether a wire is long enough to pass more than the two cards it joins."""
    return end[1] - start[1] >= _ONE_RANK


def route(start: Point, end: Point, obstacles: Sequence[Rect]) -> Route:
    """The first course that runs over no obstacle: direct, late bend, early bend, or round one side; else direct."""
    plain = direct(start, end)
    (x1, y1), (x2, y2) = start, end
    if not may_meet_cards(start, end):
        return plain
    upper, lower = y1 + RANK_GAP, y2 - RANK_GAP
    late, early = _joined(start, (x1, lower), end), _joined(start, (x2, upper), end)
    is_steep = abs(x2 - x1) < max(CARD_WIDTH / 2, (y2 - y1) / 2)
    candidates = [late, plain, early] if is_steep else [plain, late, early]
    aside = (CARD_WIDTH + LANE_WIDTH) / 2
    lanes = sorted(
        {
            x + sign * (aside + step * (CARD_WIDTH + COLUMN_GAP))
            for x in (x1, x2)
            for sign in (-1, 1)
            for step in (0, 1)
        },
        key=lambda lane: abs(lane - x1) + abs(lane - x2),
    )
    candidates += [_joined(start, (lane, upper), (lane, lower), end) for lane in lanes]
    return next((course for course in candidates if is_clear(course, obstacles)), plain)


def _joined(*points: Point) -> Route:
    course: list[Point] = [points[0]]
    for point in points[1:]:
        course += direct(course[-1], point)[1:]
    return tuple(course)


def is_clear(course: Route, obstacles: Sequence[Rect]) -> bool:
    """Whether the course touches no obstacle."""
    if not obstacles:
        return True
    points = flattened(course, _SAMPLES)
    for first in range(0, len(points) - 1, _SAMPLES):
        curve = points[first : first + _SAMPLES + 1]  # few cards are near one curve of a long course
        near = _near(curve, obstacles)
        if near and any(_near(piece, near) for piece in pairwise(curve)):
            return False
    return True


def _near(points: Sequence[Point], obstacles: Sequence[Rect]) -> list[Rect]:
    """The obstacles that come into the rectangle around the points, which is a little wider than they are."""
    across, down = [x for x, _ in points], [y for _, y in points]
    left, right, top, bottom = min(across) - 4, max(across) + 4, min(down), max(down)
    return [
        rect
        for rect in obstacles
        if left < rect.right and rect.left < right and top < rect.bottom and rect.top < bottom
    ]


def point_along(points: Sequence[Point], share: float) -> Point:
    """The point at `share` (0 to 1) of the length of a line of straight pieces."""
    lengths = [math.hypot(x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points)]
    left = share * sum(lengths)
    for ((x1, y1), (x2, y2)), length in zip(pairwise(points), lengths, strict=True):
        if left <= length:
            part = left / length if length else 0.0
            return x1 + (x2 - x1) * part, y1 + (y2 - y1) * part
        left -= length
    return points[-1]


def flattened(course: Route, steps: int = 8) -> tuple[Point, ...]:
    """The course as straight pieces, `steps` to each segment; one piece where it is a straight line."""
    if all(point[0] == course[0][0] for point in course):
        return course[0], *course[3:-1:3], course[-1]
    points = [course[0]]
    shares = _shares(steps)
    for number in range(0, len(course) - 1, 3):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = course[number : number + 4]
        points += [
            (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3) for a, b, c, d in shares
        ]
    return tuple(points)


@cache
def _shares(steps: int) -> tuple[tuple[float, float, float, float], ...]:
    """How much each of a cubic's four points counts at the end of every step: the Bernstein polynomials."""
    return tuple(
        ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3)
        for t in (step / steps for step in range(1, steps + 1))
    )


def distance(points: tuple[Point, ...], x: float, y: float) -> float:
    """How far `(x, y)` is from a line of straight pieces, in pixels."""
    return min(_distance_to_piece(a, b, x, y) for a, b in pairwise(points))


def _distance_to_piece(a: Point, b: Point, x: float, y: float) -> float:
    (x1, y1), (x2, y2) = a, b
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    share = 0.0 if square == 0 else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / square))
    return math.hypot(x - (x1 + share * dx), y - (y1 + share * dy))
