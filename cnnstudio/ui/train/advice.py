"""What the curves say, in a sentence: a plain reading of losses and accuracies, for people new to curves."""

from __future__ import annotations

import math

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.runs.training_run import TrainingRun

_PATIENCE = 3
"""Epochs without a better validation loss before that is worth saying."""


def reading(run: TrainingRun) -> Message:
    """The one thing that most deserves to be said of a run so far; an empty message when there is none."""
    loss, accuracy = run.history.get("loss"), run.history.get("accuracy")
    validation, valid_accuracy = run.history.get("val_loss"), run.history.get("val_accuracy")
    if loss is None or len(loss) < 2:
        return NO_MESSAGE
    if not math.isfinite(float(loss.ys[-1])):
        return Message("The loss is no longer a number: use a smaller learning rate.")
    if validation is not None and len(validation) == len(loss):
        best = int(validation.ys.argmin())
        since = len(validation) - 1 - best
        if since >= _PATIENCE and loss.ys[-1] < loss.ys[best] and validation.ys[-1] > validation.ys[best]:
            return Message(
                "Validation loss has not fallen since epoch {epoch} while training loss still falls: the network "
                "starts to memorise. More data, augmentation or dropout help; so does stopping here.",
                epoch=int(validation.xs[best]),
            )
    if accuracy is not None and valid_accuracy is not None and len(accuracy) == len(valid_accuracy):
        gap = float(accuracy.ys[-1] - valid_accuracy.ys[-1])
        if gap > 0.1:
            return Message(
                "Training images are recognised {points} points better than validation images: the network "
                "memorises. More data, augmentation or dropout help.",
                points=round(100 * gap),
            )
    if len(loss) >= _PATIENCE + 1:
        then, now = float(loss.ys[-1 - _PATIENCE]), float(loss.ys[-1])
        if now > then * 0.995:
            return Message(
                "Training loss has hardly moved in the last {epochs} epochs: the learning rate is too high or too "
                "low, or the network has learned what it can.",
                epochs=_PATIENCE,
            )
        if run.is_over and now < then * 0.97:
            return Message("Both losses were still falling at the end: more epochs will help.")
    return NO_MESSAGE
