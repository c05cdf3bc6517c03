"""The training was too short: at its end everything was still getting better."""

from __future__ import annotations

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.curves import Array, RunCurves, slope
from cnnstudio.runs.diagnosis.finding import Finding, Remedy

_EPOCHS = 4
_FALL, _VALIDATION_FALL = 0.01, 0.005
"""Of the loss per epoch: a faster fall promises more. Validation is noisier, so less of it must do."""


def find(curves: RunCurves) -> Finding | None:
    """The run is over, and over its last epochs training and validation loss fell together."""
    if not curves.is_over or curves.epochs < _EPOCHS:
        return None
    watched = [(curves.loss[-_EPOCHS:], _FALL)]
    if len(curves.val_loss):
        watched.append((curves.val_loss[-_EPOCHS:], _VALIDATION_FALL))
    if any(not np.isfinite(tail).all() or _fall(tail) < least for tail, least in watched):
        return None
    if len(curves.val_loss) and int(curves.val_loss.argmin()) < curves.epochs - 2:
        return None
    more = curves.epochs * 2
    return Finding(
        code="too_short",
        severity="hint",
        title=Message("It was still learning"),
        message=Message(
            "In its last epochs the training loss still fell by {share} an epoch, and validation followed: more epochs will make it better.",
            share=f"{100 * _fall(curves.loss[-_EPOCHS:]):.1f} %",
        ),
        remedies=(
            Remedy(label=Message("Train for {epochs} epochs", epochs=more), settings={"epochs": more}),
        ),
    )


def _fall(tail: Array) -> float:
    """What an epoch takes off the loss, as a share of it."""
    return -slope(tail) / max(abs(float(tail.mean())), 1e-12)
