"""A plateau: validation has not improved for long, and training has not fallen apart either."""

from __future__ import annotations

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.curves import RunCurves, slope
from cnnstudio.runs.diagnosis.finding import Finding, Remedy

_SINCE = 5
_STILL = 0.005
"""Of the loss per epoch: what moves less stands still."""


def find(curves: RunCurves) -> Finding | None:
    """Both losses stand still over the last epochs."""
    if curves.plan.schedule != "constant":
        return None  # the learning rate is lowered already, and a run that ends with tiny steps stands still
    watched = curves.val_loss if len(curves.val_loss) else curves.loss
    if len(watched) < _SINCE + 2 or not (np.isfinite(watched).all() and np.isfinite(curves.loss).all()):
        return None
    tail, training = watched[-_SINCE:], curves.loss[-_SINCE:]
    moves = abs(slope(tail)) > _STILL * abs(float(tail.mean()))
    learns = slope(training) < -_STILL * abs(float(training.mean()))
    if moves or learns or float(tail.min()) < float(watched[:-_SINCE].min()) * 0.99:
        return None
    rate = float(f"{curves.plan.learning_rate / 3:.2g}")
    return Finding(
        code="plateau",
        severity="hint",
        title=Message("A plateau since epoch {epoch}", epoch=len(watched) - _SINCE),
        message=Message(
            "The losses have stood still for {epochs} epochs: what this plan can reach is reached.",
            epochs=_SINCE,
        ),
        remedies=(
            Remedy(label=Message("Learning rate {rate}", rate=f"{rate:g}"), settings={"learning_rate": rate}),
            Remedy(
                label=Message("Lower the learning rate whenever progress ends"),
                settings={"schedule": "plateau", "decay_epochs": 3},
            ),
        ),
    )
