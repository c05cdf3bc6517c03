"""The validation set is so small that its accuracy jumps by chance."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.curves import RunCurves
from cnnstudio.runs.diagnosis.finding import Finding, Remedy
from cnnstudio.runs.metrics.classification import wilson_interval

_WIDE = 0.08
"""From this half width of the 95 % interval on, epochs and runs cannot be compared."""


def find(curves: RunCurves) -> Finding | None:
    """The 95 % interval of the best validation accuracy is wider than what one would like to tell apart."""
    images = curves.validation_images
    if not images or not len(curves.val_accuracy):
        return None
    best = float(curves.val_accuracy.max())
    low, high = wilson_interval(round(best * images), images)
    if (high - low) / 2 < _WIDE:
        return None
    return Finding(
        code="validation_noise",
        severity="hint",
        title=Message("Few validation images"),
        message=Message(
            "With {images} images the true accuracy lies anywhere from {low} to {high}: smaller differences "
            "between epochs or runs are chance.",
            images=images,
            low=f"{100 * low:.0f} %",
            high=f"{100 * high:.0f} %",
        ),
        remedies=(Remedy(label=Message("Hold back more images for validation, in Data")),),
    )
