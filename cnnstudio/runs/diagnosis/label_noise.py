"""Signs of wrong labels. The curves cannot prove them: this says so and sends the user to look."""

from __future__ import annotations

from statistics import median

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.curves import RunCurves
from cnnstudio.runs.diagnosis.finding import Finding, Remedy

_EPOCHS = 8


def find(curves: RunCurves) -> Finding | None:
    """Training learns everything by heart, late, while validation had peaked early and fell clearly.

    A network first learns what images have in common and wrong labels last (Arpit et al. 2017); when it does, accuracy
    on validation falls, and not only its loss rises as in plain over-fitting.
    """
    accuracy, validation = curves.accuracy, curves.val_accuracy
    if curves.epochs < _EPOCHS or len(validation) != len(accuracy) or not len(accuracy):
        return None
    if not np.isfinite(curves.loss).all() or (curves.validation_images and curves.validation_images < 200):
        return None
    best = int(validation.argmax())
    after = validation[best + 1 :]
    if len(after) < 4:
        return None
    fallen = float(validation[best] - median(after[-3:].tolist()))
    then, now = float(accuracy[best]), float(accuracy[-1])
    if fallen < 0.05 or now - then < 0.1 or now < 0.85 or then > 0.95:
        return None
    return Finding(
        code="label_noise",
        severity="hint",
        title=Message("Perhaps wrong labels"),
        message=Message(
            "Validation accuracy fell by {points} points since epoch {epoch} while training accuracy climbed to "
            "{accuracy}: that happens when wrongly labelled images are learned by heart. It may also be plain "
            "over-fitting; the surest mistakes on the Result page show which.",
            points=round(100 * fallen),
            epoch=best + 1,
            accuracy=f"{100 * now:.0f} %",
        ),
        remedies=(
            Remedy(label=Message("Look at the surest mistakes, and correct what is labelled wrongly")),
            Remedy(
                label=Message("Train for {epochs} epochs", epochs=best + 1), settings={"epochs": best + 1}
            ),
        ),
    )
