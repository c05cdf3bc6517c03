"""Several labels for each image, each there or not: precision, recall and F1 of each label and of all together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.runs.metrics.classification import ClassScore as LabelScore
from cnnstudio.runs.metrics.classification import averages, roc_auc, wilson_interval

THRESHOLD = 0.5
"""A label counts as told from this probability on."""


def label_scores(
    truth: NDArray[np.bool_], told: NDArray[np.bool_], names: Sequence[str]
) -> tuple[LabelScore, ...]:
    """Precision, recall and F1 of each label. `truth` and `told`: shape (images, labels)."""
    scores = []
    for number, name in enumerate(names):
        right = int((truth[:, number] & told[:, number]).sum())
        count, guessed = int(truth[:, number].sum()), int(told[:, number].sum())
        scores.append(
            LabelScore(
                name=name,
                count=count,
                precision=right / guessed if guessed else None,
                recall=right / count if count else None,
                f1=2 * right / (count + guessed) if count + guessed else None,
            )
        )
    return tuple(scores)


def multi_label_report(
    targets: NDArray[Any], probabilities: NDArray[Any], names: Sequence[str], threshold: float = THRESHOLD
) -> dict[str, object]:
    """Everything told of labels as JSON values. `targets` and `probabilities`: shape (images, labels).

    `accuracy` is the share of single decisions that are right, `exact_match` that of images with all labels right.
    """
    truth, told = np.asarray(targets) >= 0.5, np.asarray(probabilities) >= threshold
    scores = label_scores(truth, told, names)
    macro, weighted = averages(scores)
    right, guessed, count = int((truth & told).sum()), int(told.sum()), int(truth.sum())
    exact = (truth == told).all(axis=1)
    rows: list[dict[str, object]] = [
        {**score.to_json(), "roc_auc": roc_auc(truth[:, number], np.asarray(probabilities)[:, number])}
        for number, score in enumerate(scores)
    ]
    return {
        "accuracy": float((truth == told).mean()) if truth.size else 0.0,
        "exact_match": float(exact.mean()) if len(exact) else 0.0,
        "exact_match_interval": list(wilson_interval(int(exact.sum()), len(exact))),
        "per_label": rows,
        "averages": {
            "macro": macro.to_json(),
            "weighted": weighted.to_json(),
            "micro": {
                "precision": right / guessed if guessed else 0.0,
                "recall": right / count if count else 0.0,
                "f1": 2 * right / (count + guessed) if count + guessed else 0.0,
            },
        },
        "threshold": threshold,
    }
