"""The learning rate is too low: the loss falls steadily, without noise, and hardly at all."""

from __future__ import annotations

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.curves import RunCurves, fall
from cnnstudio.runs.diagnosis.finding import Finding, Remedy

_EPOCHS = 4
_LEAST, _MOST = 0.003, 0.08
"""Of its first value: a loss that falls less stands still, one that falls more is on its way."""
_TYPICAL = 1e-3
"""From here on a learning rate is not called low where the optimizer adapts its steps."""


def find(curves: RunCurves) -> Finding | None:
    """Every epoch a little better, all of them together hardly any better, and far from the end."""
    loss = curves.loss
    if curves.epochs < _EPOCHS + curves.plan.warmup_epochs or not np.isfinite(loss).all():
        return None
    steps = np.diff(loss)
    steady = bool((steps < 0).mean() >= 0.9)
    recent = -steps[-3:].mean() / max(abs(float(loss[-1])), 1e-12)
    far = np.isnan(curves.chance_loss) or loss[-1] > 0.6 * curves.chance_loss
    adapts = curves.plan.optimizer not in ("sgd", "adadelta", "adagrad")
    if not (steady and far and _LEAST < fall(loss) < _MOST and recent > 0.0005):
        return None
    if adapts and curves.plan.learning_rate > _TYPICAL:
        return None
    rate = float(f"{curves.plan.learning_rate * 10:.2g}")
    return Finding(
        code="learning_rate_low",
        severity="warning",
        title=Message("The training loss barely falls"),
        message=Message(
            "In {epochs} epochs it fell by {share}, a little in each: the steps are in the right direction "
            "and too small.",
            epochs=curves.epochs,
            share=f"{100 * fall(loss):.1f} %",
        ),
        remedies=(
            Remedy(label=Message("Learning rate {rate}", rate=f"{rate:g}"), settings={"learning_rate": rate}),
        ),
    )
