"""Curves as arrays, made small enough to draw many times a second. NumPy only: no Qt.

The x axis of every curve is the epoch: batch-level points lie between whole numbers, epoch-level points on them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

LEAST_POSITIVE = 1e-12
"""What a logarithmic axis shows for zero."""

SAMPLED = 2000
"""So many of a curve's batches tell its percentiles well enough, however long a run is."""

FIRST_EPOCHS = 10.0
"""What the x axis shows at the start of a long run."""


def empty() -> Array:
    """No points."""
    return np.empty(0, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """Points of one curve: x and y have one length. Values that are not finite are allowed and not drawn."""

    x: Array = field(default_factory=empty)
    y: Array = field(default_factory=empty)

    def __len__(self) -> int:
        return len(self.x)

    def finite(self) -> Line:
        """The points that can be drawn."""
        keep = np.isfinite(self.y) & np.isfinite(self.x)
        return self if bool(keep.all()) else Line(x=self.x[keep], y=self.y[keep])

    def since(self, x: float) -> Line:
        """The points from the last one at or before `x` on; x must be ascending."""
        first = max(int(np.searchsorted(self.x, x, side="right")) - 1, 0)
        return Line(x=self.x[first:], y=self.y[first:]) if first else self

    def nearest(self, x: float) -> tuple[float, float] | None:
        """The point closest to `x`, or None when there is no point."""
        if not len(self.x):
            return None
        index = int(np.argmin(np.abs(self.x - x)))
        return float(self.x[index]), float(self.y[index])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """One run's curves of one quantity."""

    key: str
    name: str
    style: int = 0
    """Which colour and marker: runs that are compared get 0, 1, 2, …"""
    batches: Line = field(default_factory=Line)
    training: Line = field(default_factory=Line)
    validation: Line = field(default_factory=Line)
    best_epoch: int | None = None
    epochs: int = 0
    """How many epochs were planned."""

    @property
    def last_x(self) -> float:
        """The epoch up to which there are points; 0 without any."""
        return max(
            (float(line.x[-1]) for line in (self.batches, self.training, self.validation) if len(line)),
            default=0.0,
        )

    def __bool__(self) -> bool:
        return bool(len(self.batches) or len(self.training) or len(self.validation))


def decimated(line: Line, left: float, right: float, columns: int) -> Line:
    """At most about `2 * columns` points that draw the same picture between `left` and `right`.

    Each pixel column keeps its lowest and its highest point, so that no peak is lost. One point on either side of the
    window is kept so that the curve reaches the edges. x must be ascending.
    """
    if len(line) <= 2 * columns or columns < 1:
        return line
    first = max(int(np.searchsorted(line.x, left, side="left")) - 1, 0)
    last = min(int(np.searchsorted(line.x, right, side="right")) + 1, len(line))
    x, y = line.x[first:last], line.y[first:last]
    if len(x) <= 2 * columns:
        return Line(x=x, y=y)
    per_bin = len(x) // columns
    whole = per_bin * columns
    table = y[:whole].reshape(columns, per_bin)
    starts = np.arange(columns) * per_bin
    low, high = starts + table.argmin(axis=1), starts + table.argmax(axis=1)
    chosen = np.sort(np.concatenate([[0], low, high, np.arange(whole, len(x)), [len(x) - 1]]))
    chosen = chosen[np.diff(chosen, prepend=-1) > 0]
    return Line(x=x[chosen], y=y[chosen])


def smoothed(line: Line, window: int) -> Line:
    """The mean over `window` points around each point (fewer at the ends, always as many on both sides)."""
    count = len(line)
    if window < 2 or count < 3:
        return line
    sums = np.concatenate([[0.0], np.cumsum(line.y)])
    index = np.arange(count)
    reach = np.minimum(np.minimum(index, count - 1 - index), window // 2)
    means = (sums[index + reach + 1] - sums[index - reach]) / (2 * reach + 1)
    return Line(x=line.x, y=means)


def logarithmic(line: Line) -> Line:
    """The decimal logarithm of each value, for a logarithmic axis; zero and less stand at the axis's foot."""
    return Line(x=line.x, y=np.log10(np.maximum(line.y, LEAST_POSITIVE)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A stretch of an axis, low < high."""

    low: float
    high: float

    def holds(self, other: Range) -> bool:
        """Whether `other` lies inside."""
        return self.low <= other.low and other.high <= self.high

    @property
    def span(self) -> float:
        return self.high - self.low


def value_range(curves: Sequence[Curves], *, log: bool, cap: float | None = None) -> Range:
    """The stretch of the y axis that shows `curves` well.

    Epoch-level points are all inside; of the batch-level points the outermost percent may lie outside, so that one wild
    batch does not flatten the rest. `cap` is a value the axis does not need to exceed by more than a sliver (1 for an
    accuracy). With `log` the stretch is of logarithms.
    """
    parts: list[Array] = []
    for curve in curves:
        parts.extend(line.finite().y for line in (curve.training, curve.validation) if len(line))
        if len(curve.batches):
            values = curve.batches.finite().y
            if len(values):
                values = values[:: 1 + len(values) // SAMPLED]
                parts.append(np.sort(values)[[len(values) // 100, -1 - len(values) // 100]])
    values = np.concatenate(parts) if parts else empty()
    if not len(values):
        return Range(low=0.0, high=1.0)
    if log:
        values = np.log10(np.maximum(values, LEAST_POSITIVE))
        cap = None
    low, high = float(values.min()), float(values.max())
    # a curve that does not move at all stands in the middle of round numbers
    room = max((high - low) * 0.08, abs(high) * (0.01 if high > low else 0.5), 1e-9)
    top = high + room
    if cap is not None and high <= cap < top:
        top = cap + (cap - low) * 0.02
    bottom = low - room
    if not log and low >= 0 > bottom:
        bottom = 0.0
    return Range(low=bottom, high=max(top, bottom + 1e-9))


def epochs_shown(curves: Sequence[Curves]) -> float:
    """The right end of the x axis: some room ahead of the points, in few large steps, no more than is planned.

    Of 400 planned epochs the first two would be a dot at the left; an axis that moved with every batch could not be
    read.
    """
    done = max((curve.last_x for curve in curves), default=0.0)
    planned = max((curve.epochs for curve in curves), default=0)
    end = FIRST_EPOCHS
    while end < done * 1.05:
        end *= 1.3
    end = float(round(end))
    return max(min(end, float(planned)), done) if planned else end


def settled(shown: Range | None, wanted: Range) -> Range:
    """`shown` while it still fits, else `wanted`: an axis that moves with every point cannot be read.

    `wanted` has room around its points; `shown` fits until half of that is used up.
    """
    spare = 0.03 * wanted.span
    core = Range(low=wanted.low + spare, high=wanted.high - spare)
    if shown is not None and shown.holds(core) and wanted.span > 0.6 * shown.span:
        return shown
    return wanted


def table_text(quantity: str, curves: Sequence[Curves]) -> str:
    """All points as CSV: run, kind (batch, training, validation), epoch, value."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["run", "kind", "epoch", quantity])
    for curve in curves:
        for kind, line in (
            ("batch", curve.batches),
            ("training", curve.training),
            ("validation", curve.validation),
        ):
            writer.writerows(
                [curve.name, kind, f"{x:.6g}", repr(float(y))] for x, y in zip(line.x, line.y, strict=True)
            )
    return out.getvalue()
