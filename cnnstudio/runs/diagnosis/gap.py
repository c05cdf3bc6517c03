"""A gap: training images are recognised clearly better than validation images, though validation loss does not rise."""

from __future__ import annotations

from statistics import median

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.against_learning_by_heart import harder
from cnnstudio.runs.diagnosis.curves import RunCurves
from cnnstudio.runs.diagnosis.finding import Finding
from cnnstudio.runs.metrics.classification import wilson_interval

_GAP = 0.1


def find(curves: RunCurves) -> Finding | None:
    """Over the last epochs training accuracy is 10 points above validation accuracy, more than chance explains."""
    if (
        curves.epochs < 3
        or len(curves.val_accuracy) != curves.epochs
        or len(curves.accuracy) != curves.epochs
    ):
        return None
    training, validation = median(curves.accuracy[-3:].tolist()), median(curves.val_accuracy[-3:].tolist())
    images = curves.validation_images
    likely = wilson_interval(round(validation * images), images)[1] if images else validation
    if training - validation < _GAP or training <= likely:
        return None
    return Finding(
        code="gap",
        severity="hint",
        title=Message("Training runs ahead of validation"),
        message=Message(
            "Training images are recognised {points} points better than validation images: part of what is "
            "learned holds for the training images alone.",
            points=round(100 * (training - validation)),
        ),
        remedies=harder(curves),
    )
