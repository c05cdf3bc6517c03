"""Over-fitting: validation loss rises while training loss goes on falling."""

from __future__ import annotations

from statistics import median

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.against_learning_by_heart import harder
from cnnstudio.runs.diagnosis.curves import RunCurves, slope, wobble
from cnnstudio.runs.diagnosis.finding import Finding, Remedy

_SINCE = 3
"""Epochs after the best one before it is worth saying."""
_PATIENCE, _DECAY = 5, 1e-4
_RISE = 0.05
"""Of the best validation loss: a smaller rise may be noise."""


def find(curves: RunCurves) -> Finding | None:
    """Since the best epoch validation loss rose by more than its noise, and training loss fell."""
    loss, validation = curves.loss, curves.val_loss
    if len(validation) < _SINCE + 2 or not (np.isfinite(loss).all() and np.isfinite(validation).all()):
        return None
    best = int(validation.argmin())
    since = len(validation) - 1 - best
    if since < _SINCE or slope(loss[best:]) >= 0 or loss[-1] >= loss[best] or slope(validation[best:]) <= 0:
        return None
    recent = median(validation[-_SINCE:].tolist())
    if recent - validation[best] <= max(_RISE * validation[best], wobble(validation[: best + 1])):
        return None
    wanted = best + 1
    return Finding(
        code="over_fitting",
        severity="warning",
        title=Message("Over-fitting since epoch {epoch}", epoch=wanted),
        message=Message(
            "Validation loss rose from {low} to {high} since then while training loss kept falling: the network "
            "learns its training images by heart. The best epoch is kept; what helps is to make that harder.",
            low=f"{validation[best]:.3f}",
            high=f"{validation[-1]:.3f}",
        ),
        remedies=(
            *harder(curves),
            *_settings(curves),
        ),
    )


def _settings(curves: RunCurves) -> list[Remedy]:
    found = []
    if not curves.plan.stopping_patience:
        found.append(
            Remedy(
                label=Message("Stop {epochs} epochs after the best", epochs=_PATIENCE),
                settings={"stopping_patience": _PATIENCE},
            )
        )
    if not curves.plan.weight_decay:
        found.append(
            Remedy(
                label=Message("Weight decay {decay}", decay=f"{_DECAY:g}"), settings={"weight_decay": _DECAY}
            )
        )
    return found
