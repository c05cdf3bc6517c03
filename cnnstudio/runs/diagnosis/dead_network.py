"""Nothing is learned: the loss stays where guessing puts it, ln(classes), and accuracy at chance."""

from __future__ import annotations

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.curves import RunCurves, fall
from cnnstudio.runs.diagnosis.finding import Finding, Remedy

_EPOCHS = 2
_LOW, _HIGH = 1e-4, 1e-2
"""Learning rates at which only the other direction is worth trying."""
_NEAR = 0.03
"""How near to ln(classes) the loss of a network is that guesses."""


def find(curves: RunCurves) -> Finding | None:
    """The training loss is still at ln(classes), and accuracy (where measured) at chance."""
    loss, chance = curves.loss, curves.chance_loss
    if curves.epochs < _EPOCHS or np.isnan(chance) or not np.isfinite(loss).all():
        return None
    if abs(float(loss[-1]) - chance) > _NEAR * chance or fall(loss) > 0.01 + _NEAR:
        return None
    best = float(curves.accuracy.max()) if len(curves.accuracy) else 0.0
    if best > 1.5 / curves.classes and best > 1 / curves.classes + 0.05:
        return None
    return Finding(
        code="dead_network",
        severity="warning",
        title=Message("The network only guesses"),
        message=Message(
            "The loss stays at {loss}, which is ln({classes}): what a network has that gives every class the "
            "same chance. Sigmoid in deep networks, a dead ReLU or the learning rate are the usual reasons.",
            loss=f"{loss[-1]:.3f}",
            classes=curves.classes,
        ),
        remedies=(
            *_other_rates(curves),
            Remedy(label=Message("Use ReLU with BatchNormalization instead of sigmoid")),
        ),
    )


def _other_rates(curves: RunCurves) -> list[Remedy]:
    """The likelier direction first: plain descent needs larger steps than optimizers that adapt theirs."""
    rate = curves.plan.learning_rate
    factors = [10.0] if rate <= _LOW else [0.1] if rate >= _HIGH else [0.1, 10.0]
    if curves.plan.optimizer == "sgd":
        factors.reverse()
    rates = [float(f"{rate * factor:.2g}") for factor in factors]
    return [
        Remedy(label=Message("Learning rate {rate}", rate=f"{other:g}"), settings={"learning_rate": other})
        for other in rates
    ]
