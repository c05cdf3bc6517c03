"""One class for each image: accuracy and its uncertainty, precision, recall and F1, the first k guesses, ROC."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
"""The normal distribution's 97.5 % quantile: intervals of 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScore:
    """How one class fared. `count`: its images, also called support. None where a share has no denominator."""

    name: str
    count: int
    precision: float | None
    recall: float | None
    f1: float | None

    def to_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "name": self.name,
            "count": self.count,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """Precision, recall and F1 over several classes."""

    precision: float
    recall: float
    f1: float

    def to_json(self) -> dict[str, float]:
        """Plain JSON values."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1}


def wilson_interval(right: int, count: int, z: float = Z95) -> tuple[float, float]:
    """Where the true share lies with 95 % confidence when `right` of `count` were seen; (0, 1) without images.

    Wilson 1927. Unlike the textbook's normal interval it holds for few images and near 0 and 1.
    """
    if count <= 0:
        return 0.0, 1.0
    share = right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    # at the ends the formula gives 0 or 1 up to rounding
    low = 0.0 if right <= 0 else max(0.0, middle - half)
    high = 1.0 if right >= count else min(1.0, middle + half)
    return low, high


def confusion_matrix(labels: NDArray[Any], guesses: NDArray[Any], classes: int) -> NDArray[np.int64]:
    """Counts, shape (classes, classes): rows are true classes, columns predicted ones."""
    flat = np.asarray(labels, np.int64) * classes + np.asarray(guesses, np.int64)
    return np.bincount(flat, minlength=classes * classes).astype(np.int64).reshape(classes, classes)


def class_scores(matrix: NDArray[np.integer[Any]], classes: Sequence[str]) -> tuple[ClassScore, ...]:
    """Precision, recall and F1 of each class, from a confusion matrix (classes, classes)."""
    scores = []
    for number, name in enumerate(classes):
        right = int(matrix[number, number])
        count, guessed = int(matrix[number].sum()), int(matrix[:, number].sum())
        scores.append(
            ClassScore(
                name=name,
                count=count,
                precision=right / guessed if guessed else None,
                recall=right / count if count else None,
                f1=2 * right / (count + guessed) if count + guessed else None,
            )
        )
    return tuple(scores)


def averages(scores: Sequence[ClassScore]) -> tuple[Average, Average]:
    """(macro, weighted): every class counts the same, or by its number of images.

    Classes that neither occur nor were guessed are left out; a share without a denominator counts as 0.
    """
    known = [score for score in scores if score.f1 is not None]
    if not known:
        nothing = Average(precision=0.0, recall=0.0, f1=0.0)
        return nothing, nothing
    table = np.array([[score.precision or 0.0, score.recall or 0.0, score.f1 or 0.0] for score in known])
    counts = np.array([score.count for score in known], np.float64)
    macro = table.mean(axis=0)
    weighted = counts @ table / counts.sum() if counts.sum() else macro
    return _average(macro), _average(weighted)


def _average(values: NDArray[np.float64]) -> Average:
    return Average(precision=float(values[0]), recall=float(values[1]), f1=float(values[2]))


def ranks(labels: NDArray[Any], probabilities: NDArray[Any]) -> NDArray[np.int64]:
    """Place of the true class among the guesses, from 0, shape (images,). Of equals the lower class comes first."""
    labels = np.asarray(labels, np.int64)
    own = np.take_along_axis(probabilities, labels[:, None], axis=1)
    lower = np.arange(probabilities.shape[1])[None, :] < labels[:, None]
    before: NDArray[np.int64] = ((probabilities > own) | ((probabilities == own) & lower)).sum(axis=1)
    return before


def top_k_share(labels: NDArray[Any], probabilities: NDArray[Any], k: int) -> float:
    """The share of images whose true class is among the `k` likeliest; 0 without images."""
    return float((ranks(labels, probabilities) < k).mean()) if len(labels) else 0.0


def roc_curve(
    positive: NDArray[np.bool_], scores: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(false positive rate, true positive rate) for every threshold from the highest score down, from (0, 0) to (1, 1)."""
    order = np.argsort(-scores, kind="stable")
    ordered, truth = np.asarray(scores)[order], positive[order]
    last_of_equals = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    hits = np.cumsum(truth)[last_of_equals] / max(1, int(truth.sum()))
    alarms = np.cumsum(~truth)[last_of_equals] / max(1, int((~truth).sum()))
    return np.concatenate([[0.0], alarms]), np.concatenate([[0.0], hits])


def roc_auc(positive: NDArray[np.bool_], scores: NDArray[Any]) -> float | None:
    """The chance that a positive image scores above a negative one, equals counting half; None without one of each."""
    if not positive.any() or positive.all():
        return None
    alarms, hits = roc_curve(positive, scores)
    return float(((hits[1:] + hits[:-1]) / 2 * np.diff(alarms)).sum())
