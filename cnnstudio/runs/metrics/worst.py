"""The images whose labels or numbers were told worst, from the guesses of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.runs.metrics.multi_label import THRESHOLD

Guess = Mapping[str, Any]


def largest_errors(guesses: Sequence[Guess], names: Sequence[str], most: int) -> list[dict[str, Any]]:
    """Up to `most` guesses of numbers, the farthest off first: `path`, `name`, `true`, `predicted`.

    Each number's errors are measured by their root mean square, so that numbers of every scale count alike; `name` is
    the number of the image that is farthest off.
    """
    if not guesses:
        return []
    true, told = _arrays(guesses)
    errors = np.abs(told - true)
    usual = np.sqrt((errors**2).mean(axis=0))
    shares = errors / np.where(usual > 0, usual, 1)
    order = np.argsort(-shares.max(axis=1), kind="stable")[:most]
    worst = shares.argmax(axis=1)
    return [
        {
            "path": guesses[row]["path"],
            "name": names[worst[row]],
            "true": float(true[row, worst[row]]),
            "predicted": float(told[row, worst[row]]),
        }
        for row in order.tolist()
    ]


def most_wrong_labels(guesses: Sequence[Guess], names: Sequence[str], most: int) -> list[dict[str, Any]]:
    """Up to `most` guesses with a wrong label, those with the most first: `path`, `true`, `predicted`, `wrong`.

    `true` and `predicted`: the labels' names; `wrong`: how many are missing or too many. Of as many wrong ones the surest
    come first.
    """
    if not guesses:
        return []
    true, told = _arrays(guesses)
    has, says = true >= 0.5, told >= THRESHOLD
    wrong = (has != says).sum(axis=1)
    sure = np.abs(told - true).sum(axis=1)
    order = [row for row in np.lexsort((-sure, -wrong)).tolist() if wrong[row]]
    return [
        {
            "path": guesses[row]["path"],
            "true": [name for name, is_there in zip(names, has[row], strict=True) if is_there],
            "predicted": [name for name, is_told in zip(names, says[row], strict=True) if is_told],
            "wrong": int(wrong[row]),
        }
        for row in order[:most]
    ]


def _arrays(guesses: Sequence[Guess]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """True and predicted, shape (images, names)."""
    return (
        np.array([guess["true"] for guess in guesses], np.float64),
        np.array([guess["predicted"] for guess in guesses], np.float64),
    )
