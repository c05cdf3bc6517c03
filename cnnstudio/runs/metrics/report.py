"""What is measured of a classifier, as the JSON values of `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.runs.metrics.calibration import calibration
from cnnstudio.runs.metrics.classification import (
    averages,
    class_scores,
    confusion_matrix,
    ranks,
    roc_auc,
    roc_curve,
    wilson_interval,
)

TOP = (3, 5)
_ROC_POINTS = 200


def classification_report(
    labels: NDArray[Any], probabilities: NDArray[Any], classes: Sequence[str]
) -> dict[str, object]:
    """Everything told of a classifier. `labels` (images,), `probabilities` (images, classes).

    `accuracy`, `accuracy_interval` (95 %, Wilson), `confusion`, `per_class`, `averages` (macro and weighted),
    `top_k` (for each k below the number of classes), `calibration`, and for two classes `roc_auc` and `roc`.
    """
    labels = np.asarray(labels, np.int64)
    guesses = probabilities.argmax(axis=1)
    right = guesses == labels
    matrix = confusion_matrix(labels, guesses, len(classes))
    scores = class_scores(matrix, classes)
    macro, weighted = averages(scores)
    places = ranks(labels, probabilities)
    report: dict[str, object] = {
        "accuracy": float(right.mean()) if len(right) else 0.0,
        "accuracy_interval": list(wilson_interval(int(right.sum()), len(right))),
        "confusion": matrix.tolist(),
        "per_class": [score.to_json() for score in scores],
        "averages": {"macro": macro.to_json(), "weighted": weighted.to_json()},
        "top_k": {
            str(k): float((places < k).mean()) if len(places) else 0.0 for k in TOP if k < len(classes)
        },
        "calibration": calibration(probabilities.max(axis=1), right).to_json(),
    }
    if len(classes) == 2:
        report["roc_auc"] = roc_auc(labels == 1, probabilities[:, 1])
        if report["roc_auc"] is not None:
            report["roc"] = _thinned(*roc_curve(labels == 1, probabilities[:, 1]))
    return report


def _thinned(alarms: NDArray[np.float64], hits: NDArray[np.float64]) -> dict[str, list[float]]:
    """Few enough points to draw; the ends stay."""
    chosen = np.unique(np.linspace(0, len(alarms) - 1, min(len(alarms), _ROC_POINTS)).astype(int))
    return {
        "false_positive_rate": alarms[chosen].tolist(),
        "true_positive_rate": hits[chosen].tolist(),
    }
