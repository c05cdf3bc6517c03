"""A grid of buckets that finds what lies in a rectangle without looking at everything. No Qt."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from cnnstudio.ui.canvas.geometry import Rect

Key = TypeVar("Key", bound=Hashable)

CELL = 512.0
MOST_CELLS = 256
"""What would fill more buckets is kept apart and found by every question."""


class SpatialIndex(Generic[Key]):
    """Keys with rectangles. `near` may give a few keys too many, never too few, in the order they were put."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], dict[Key, None]] = {}
        self._large: dict[Key, None] = {}
        self._spans: dict[Key, tuple[int, int, int, int]] = {}
        self._numbers: dict[Key, int] = {}
        self._count = 0

    def put(self, key: Key, rect: Rect) -> None:
        """Say where `key` is, now or anew."""
        span = _span(rect)
        if self._spans.get(key) == span:
            return
        self._take_out(key)
        self._spans[key] = span
        if key not in self._numbers:
            self._numbers[key] = self._count
            self._count += 1
        if _cells_in(span) > MOST_CELLS:
            self._large[key] = None
            return
        left, top, right, bottom = span
        for column in range(left, right + 1):
            for row in range(top, bottom + 1):
                self._cells.setdefault((column, row), {})[key] = None

    def discard(self, key: Key) -> None:
        """Forget `key`."""
        self._take_out(key)
        self._spans.pop(key, None)
        self._numbers.pop(key, None)

    def clear(self) -> None:
        """Forget every key."""
        for known in (self._cells, self._large, self._spans, self._numbers):
            known.clear()

    def near(self, rect: Rect) -> list[Key]:
        """The keys in the buckets that `rect` touches."""
        span = _span(rect)
        left, top, right, bottom = span
        if _cells_in(span) >= len(self._cells):
            found = {key for cell in self._cells.values() for key in cell}
        else:
            found = {
                key
                for column in range(left, right + 1)
                for row in range(top, bottom + 1)
                for key in self._cells.get((column, row), ())
            }
        found.update(self._large)
        return sorted(found, key=self._numbers.__getitem__)

    def _take_out(self, key: Key) -> None:
        span = self._spans.get(key)
        if span is None:
            return
        if key in self._large:
            del self._large[key]
            return
        left, top, right, bottom = span
        for column in range(left, right + 1):
            for row in range(top, bottom + 1):
                cell = self._cells[column, row]
                del cell[key]
                if not cell:
                    del self._cells[column, row]


def _cells_in(span: tuple[int, int, int, int]) -> int:
    left, top, right, bottom = span
    return (right - left + 1) * (bottom - top + 1)


def _span(rect: Rect) -> tuple[int, int, int, int]:
    return (
        int(rect.left // CELL),
        int(rect.top // CELL),
        int(rect.right // CELL),
        int(rect.bottom // CELL),
    )
