"""Under-fitting: training itself has come to rest at a loss that is far from good."""

from __future__ import annotations

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.against_learning_by_heart import easier
from cnnstudio.runs.diagnosis.curves import RunCurves, slope
from cnnstudio.runs.diagnosis.finding import Finding, Remedy

_EPOCHS = 6
_POOR = 0.3
"""Of ln(classes): above this a training loss is called poor."""


def find(curves: RunCurves) -> Finding | None:
    """Training loss hardly moves any more, training accuracy is modest, and validation is no worse."""
    loss, accuracy = curves.loss, curves.accuracy
    if curves.epochs < _EPOCHS or not len(accuracy) or np.isnan(curves.chance_loss):
        return None
    if not np.isfinite(loss).all() or loss[-1] < _POOR * curves.chance_loss:
        return None
    rests = abs(slope(loss[-4:])) < 0.005 * loss[-1] and abs(slope(accuracy[-4:])) < 0.003
    gap = float(accuracy[-1] - curves.val_accuracy[-1]) if len(curves.val_accuracy) else 0.0
    if not rests or gap > 0.05:
        return None
    return Finding(
        code="under_fitting",
        severity="hint",
        title=Message("Under-fitting"),
        message=Message(
            "Even on its training images the network stays at {accuracy}, and no longer improves: it is too small "
            "for the task, or held back too much.",
            accuracy=f"{100 * accuracy[-1]:.1f} %",
        ),
        remedies=(
            easier(curves),
            *(
                (Remedy(label=Message("Without weight decay"), settings={"weight_decay": 0.0}),)
                if curves.plan.weight_decay
                else ()
            ),
        ),
    )
