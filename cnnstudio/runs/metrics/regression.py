"""Numbers told of each image: how far from the truth they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionScore:
    """How one number fared, in its own unit. `r2` is None when the truth never varies."""

    name: str
    mae: float
    """Mean absolute error."""
    rmse: float
    """Root of the mean squared error."""
    r2: float | None
    """Share of the truth's variance that is explained; 0 is as good as always saying the mean, below 0 worse."""
    bias: float
    """Mean of predicted less true."""

    def to_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {"name": self.name, "mae": self.mae, "rmse": self.rmse, "r2": self.r2, "bias": self.bias}


def regression_scores(
    targets: NDArray[Any], values: NDArray[Any], names: Sequence[str]
) -> tuple[RegressionScore, ...]:
    """One score for each column of `targets` and `values`, shape (images, numbers)."""
    truth, told = np.asarray(targets, np.float64), np.asarray(values, np.float64)
    scores = []
    for number, name in enumerate(names):
        error = told[:, number] - truth[:, number]
        spread = float(((truth[:, number] - truth[:, number].mean()) ** 2).sum()) if len(truth) else 0.0
        scores.append(
            RegressionScore(
                name=name,
                mae=float(np.abs(error).mean()) if len(error) else 0.0,
                rmse=float(np.sqrt((error**2).mean())) if len(error) else 0.0,
                r2=1.0 - float((error**2).sum()) / spread if spread > 0 else None,
                bias=float(error.mean()) if len(error) else 0.0,
            )
        )
    return tuple(scores)


def regression_report(targets: NDArray[Any], values: NDArray[Any], names: Sequence[str]) -> dict[str, object]:
    """Everything told of numbers as JSON values; `mae` and `rmse` are over all of them."""
    error = np.asarray(values, np.float64) - np.asarray(targets, np.float64)
    return {
        "mae": float(np.abs(error).mean()) if error.size else 0.0,
        "rmse": float(np.sqrt((error**2).mean())) if error.size else 0.0,
        "per_target": [score.to_json() for score in regression_scores(targets, values, names)],
    }
