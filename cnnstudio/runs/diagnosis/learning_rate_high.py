"""The learning rate is too high: the loss is lost, explodes, or jumps up and down."""

from __future__ import annotations

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.curves import RunCurves
from cnnstudio.runs.diagnosis.finding import Finding, Remedy

_RISE = 1.5
"""A loss this many times its first value has diverged."""
_SWING = 0.35
"""Of the loss: epochs that go up this much again and again are swings."""


def find(curves: RunCurves) -> Finding | None:
    """NaN, divergence, or a training loss that swings between epochs."""
    loss = curves.loss
    lost = not np.isfinite(curves.batch_losses).all() or not np.isfinite(loss).all()
    if lost:
        return _finding(
            curves,
            Message("The loss is no longer a number"),
            Message(
                "A step was so large that the weights left the range of numbers; nothing more is learned."
            ),
            factor=10,
        )
    first = _start(curves)
    if curves.epochs >= 2 and loss[-1] > _RISE * first and loss[-1] >= loss[-2]:
        return _finding(
            curves,
            Message("The training loss explodes"),
            Message(
                "It began at {first} and is {last} now: each step overshoots.",
                first=f"{first:.3g}",
                last=f"{loss[-1]:.3g}",
            ),
            factor=10,
        )
    if curves.epochs >= 6:
        recent = loss[-6:]
        steps = np.diff(recent)
        turns = int((np.sign(steps[1:]) != np.sign(steps[:-1])).sum())
        # 3 of 4 possible turns, and large ones: a sound training loss, a mean over all batches, falls smoothly
        if turns >= 3 and float(np.abs(steps).mean()) > _SWING * float(recent.mean()):
            return _finding(
                curves,
                Message("The training loss swings"),
                Message("It goes up and down by a third and more from epoch to epoch: steps are too large."),
                factor=3,
            )
    return None


def _start(curves: RunCurves) -> float:
    """The loss before anything was learned: of the first batches where they are known, else of the first epoch."""
    few = curves.batch_losses[:3]
    return (
        float(min(few.mean(), curves.loss[0])) if len(few) and curves.epochs else float(curves.loss[:1].sum())
    )


def _finding(curves: RunCurves, title: Message, message: Message, *, factor: int) -> Finding:
    rate = float(f"{curves.plan.learning_rate / factor:.2g}")
    return Finding(
        code="learning_rate_high",
        severity="warning",
        title=title,
        message=message,
        remedies=(
            Remedy(label=Message("Learning rate {rate}", rate=f"{rate:g}"), settings={"learning_rate": rate}),
            *_clipping(curves),
            Remedy(label=Message("Put BatchNormalization behind the convolutions")),
        ),
    )


def _clipping(curves: RunCurves) -> list[Remedy]:
    plan = curves.plan
    if plan.clipnorm or plan.global_clipnorm or plan.clipvalue:
        return []
    return [Remedy(label=Message("Clip gradients to length 1"), settings={"global_clipnorm": 1.0})]
