"""How far probabilities can be believed: of the images guessed with 80 %, are 80 % right?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Images whose guess was as sure as `low` to `high`. `confidence` and `accuracy` are their means, 0 when empty."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float

    def to_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "low": self.low,
            "high": self.high,
            "count": self.count,
            "confidence": self.confidence,
            "accuracy": self.accuracy,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The reliability diagram's bins, and how far they lie from the diagonal on average and at most."""

    bins: tuple[Bin, ...]
    expected_error: float
    """ECE: mean of |accuracy - confidence| over the bins, weighted by their images. Guo et al. 2017, eq. 3."""
    largest_error: float
    """MCE: the largest |accuracy - confidence| of a bin that holds images."""
    mean_confidence: float

    def to_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "bins": [one.to_json() for one in self.bins],
            "expected_error": self.expected_error,
            "largest_error": self.largest_error,
            "mean_confidence": self.mean_confidence,
        }


def calibration(confidences: NDArray[Any], right: NDArray[np.bool_], bins: int = BINS) -> Calibration:
    """The calibration of guesses: `confidences` (images,), 0 to 1, and whether each was `right`.

    Bins are equally wide and hold their upper edge; the first holds 0 as well.
    """
    values = np.clip(np.asarray(confidences, np.float64), 0.0, 1.0)
    edges = np.linspace(0.0, 1.0, bins + 1)
    numbers = np.clip(np.searchsorted(edges, values, side="left") - 1, 0, bins - 1)
    counts = np.bincount(numbers, minlength=bins)
    divisor = np.maximum(counts, 1)
    confidence = np.bincount(numbers, weights=values, minlength=bins) / divisor
    accuracy = np.bincount(numbers, weights=right.astype(np.float64), minlength=bins) / divisor
    gaps = np.abs(accuracy - confidence)
    total = max(1, len(values))
    return Calibration(
        bins=tuple(
            Bin(
                low=float(edges[number]),
                high=float(edges[number + 1]),
                count=int(counts[number]),
                confidence=float(confidence[number]),
                accuracy=float(accuracy[number]),
            )
            for number in range(bins)
        ),
        expected_error=float((gaps * counts).sum() / total),
        largest_error=float(gaps[counts > 0].max(initial=0.0)),
        mean_confidence=float(values.mean()) if len(values) else 0.0,
    )
