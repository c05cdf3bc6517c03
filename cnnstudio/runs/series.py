"""A curve that grows: pairs of numbers, appended cheaply, thinned for drawing. NumPy only."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class _Buffer:
    """Storage that several series may share; each sees its own first `length` points."""

    __slots__ = ("used", "xs", "ys")

    def __init__(self, capacity: int) -> None:
        self.xs: Floats = np.empty(capacity)
        self.ys: Floats = np.empty(capacity)
        self.used = 0


class MetricSeries:
    """Points of one curve, in the order they came. A value: `extended` gives a new series, the old one stays.

    New and old share storage, so growing by n points costs O(n), however long the curve is.
    """

    __slots__ = ("_buffer", "_length")

    def __init__(self, xs: Sequence[float] = (), ys: Sequence[float] = ()) -> None:
        self._buffer = _Buffer(max(16, len(xs)))
        self._length = 0
        if len(xs):
            grown = self.extended(xs, ys)
            self._buffer, self._length = grown._buffer, grown._length

    def appended(self, x: float, y: float) -> MetricSeries:
        """This series and one more point."""
        return self.extended((x,), (y,))

    def extended(self, xs: Sequence[float], ys: Sequence[float]) -> MetricSeries:
        """This series and more points. Raises ValueError when `xs` and `ys` differ in length."""
        count = len(xs)
        if count != len(ys):
            raise ValueError(f"{count} x values but {len(ys)} y values")
        start, end = self._length, self._length + count
        buffer = self._buffer
        if buffer.used != start or end > len(buffer.xs):
            buffer = _Buffer(max(16, 2 * end))
            buffer.xs[:start] = self._buffer.xs[:start]
            buffer.ys[:start] = self._buffer.ys[:start]
        buffer.xs[start:end] = xs
        buffer.ys[start:end] = ys
        buffer.used = end
        grown = MetricSeries.__new__(MetricSeries)
        grown._buffer = buffer
        grown._length = end
        return grown

    @property
    def xs(self) -> Floats:
        """The x values, read-only."""
        return _read_only(self._buffer.xs[: self._length])

    @property
    def ys(self) -> Floats:
        """The y values, read-only."""
        return _read_only(self._buffer.ys[: self._length])

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, MetricSeries)
            and np.array_equal(self.xs, other.xs)
            and np.array_equal(self.ys, other.ys, equal_nan=True)
        )

    __hash__ = None  # type: ignore[assignment]  # compared by content, which is too long to hash

    def __repr__(self) -> str:
        return f"MetricSeries({self._length} points)"

    def decimated(self, limit: int) -> tuple[Floats, Floats]:
        """At most `limit` (4 or more) points that draw the same picture: each stretch's lowest and highest point.

        The first and the last point are kept; a value that is no number is kept where it is alone in its stretch.
        """
        if self._length <= limit:
            return self.xs, self.ys
        inner = self.ys[1:-1]
        stretches = max(1, (limit - 2) // 2)
        edges = np.linspace(0, len(inner), stretches + 1).astype(int)
        low = np.where(np.isnan(inner), np.inf, inner)
        high = np.where(np.isnan(inner), -np.inf, inner)
        chosen = [0, self._length - 1]
        for start, end in pairwise(edges):
            chosen += [start + 1 + int(low[start:end].argmin()), start + 1 + int(high[start:end].argmax())]
        index = np.unique(chosen)
        return self.xs[index], self.ys[index]

    def smoothed(self, weight: float) -> MetricSeries:
        """The exponential moving average, debiased; `weight` from 0 (as it is) to below 1. Gaps stay gaps."""
        if not 0 <= weight < 1:
            raise ValueError(f"weight is {weight}; it must be at least 0 and below 1")
        total, share = 0.0, 0.0
        values = []
        for value in self.ys.tolist():
            if value == value and abs(value) != np.inf:
                total = weight * total + (1 - weight) * value
                share = weight * share + (1 - weight)
                value = total / share
            values.append(value)
        return MetricSeries(self.xs.tolist(), values)


def _read_only(array: Floats) -> Floats:
    view = array.view()
    view.flags.writeable = False
    return view
