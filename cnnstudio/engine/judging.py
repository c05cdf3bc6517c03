"""Judging epochs by a metric: which way is better, and when there is no more progress. No Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnnstudio.runs.plan import TrainingPlan


def goes_up(name: str) -> bool:
    """Whether more of the metric is better."""
    return name.endswith("accuracy")


def value_of(metrics: Mapping[str, float], name: str) -> float | None:
    """A metric of an epoch; without validation images the training's own; without that metric the loss."""
    plain = name.removeprefix("val_")
    prefix = "val_" if name != plain and "val_loss" in metrics else ""
    value = metrics.get(prefix + plain)
    return value if isinstance(value, (int, float)) else None


def stops_after(plan: TrainingPlan, history: Sequence[Mapping[str, float]]) -> bool:
    """Whether the plan ends the run after these epochs, as Keras's EarlyStopping has it."""
    if not plan.stopping_patience:
        return False
    name = plan.stopping_metric
    sign = 1.0 if goes_up(name) else -1.0
    best: float | None = None
    waited = 0
    for metrics in history:
        value = value_of(metrics, name)
        if value is None:
            continue
        waited += 1
        if best is None or sign * (value - best) > plan.stopping_min_delta:
            best, waited = value, 0
        if waited >= plan.stopping_patience:
            return True
    return False
