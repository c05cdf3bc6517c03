"""How the learning rate changes through a run: a function of the step alone, but for a plateau's falls.

Whatever a schedule remembers is a variable of the optimizer, so a checkpoint holds it and a resumed run goes on exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from cnnstudio.engine.judging import goes_up, value_of
from cnnstudio.runs.plan import TrainingPlan


class PlannedRate(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]  # Keras ships no types
    """A rise in a straight line for `warmup_steps` steps, then `after`, times what falls at plateaus left of it."""

    def __init__(self, rate: float, after: Any, warmup_steps: int, *, falls: bool) -> None:
        super().__init__()
        self._rate = rate
        self._after = after
        self._warmup_steps = warmup_steps
        self.scale: keras.Variable | None = None
        """What is left of the rate after falls; a variable that the optimizer keeps."""
        if falls:
            self.scale = keras.Variable(1.0, dtype="float32", trainable=False, name="plateau_scale")

    def __call__(self, step: Any) -> Any:
        ops = keras.ops
        step = ops.cast(step, "float32")
        if self._after is None:
            rate = ops.convert_to_tensor(self._rate, "float32")
        else:
            rate = ops.cast(self._after(ops.maximum(step - self._warmup_steps, 0.0)), "float32")
        if self.scale is not None:
            rate = rate * ops.convert_to_tensor(self.scale)
        if not self._warmup_steps:
            return rate
        rising = self._rate * (step + 1.0) / self._warmup_steps
        return ops.where(step < self._warmup_steps, ops.cast(rising, "float32"), rate)

    def get_config(self) -> dict[str, Any]:
        return {"rate": self._rate, "warmup_steps": self._warmup_steps}


def schedule_of(plan: TrainingPlan, steps_per_epoch: int) -> float | PlannedRate:
    """The plan's learning rate, or its schedule over steps."""
    schedules = keras.optimizers.schedules
    warmup = plan.warmup_epochs * steps_per_epoch
    after: Any = None
    if plan.schedule == "step":
        after = schedules.ExponentialDecay(
            plan.learning_rate, plan.decay_epochs * steps_per_epoch, plan.decay_factor, staircase=True
        )
    elif plan.schedule == "cosine":
        steps = max(1, plan.epochs - plan.warmup_epochs) * steps_per_epoch
        after = schedules.CosineDecay(plan.learning_rate, steps, alpha=plan.minimum_rate / plan.learning_rate)
    elif plan.schedule == "constant" and not warmup:
        return plan.learning_rate
    return PlannedRate(plan.learning_rate, after, warmup, falls=plan.schedule == "plateau")


def follow_schedule(optimizer: Any) -> None:
    """Let the optimizer keep its schedule's variable with its own, so that it is saved and restored with them."""
    schedule = optimizer._learning_rate
    if isinstance(schedule, PlannedRate) and schedule.scale is not None:
        optimizer._track_variable(schedule.scale)


def rate_used(optimizer: Any) -> float:
    """The learning rate of the last step, as it was written, not as float32 has it."""
    schedule = optimizer._learning_rate
    if isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        step = max(0, int(optimizer.iterations) - 1)
        rate = float(keras.ops.convert_to_numpy(schedule(step)))
    else:
        rate = float(optimizer.learning_rate)
    return float(f"{rate:.7g}")


def fall_on_plateau(plan: TrainingPlan, optimizer: Any, history: Sequence[Mapping[str, float]]) -> None:
    """After an epoch: set what is left of the rate, from the epochs' metrics alone."""
    schedule = optimizer._learning_rate
    if isinstance(schedule, PlannedRate) and schedule.scale is not None:
        schedule.scale.assign(plateau_scale(plan, history))


def plateau_scale(plan: TrainingPlan, history: Sequence[Mapping[str, float]]) -> float:
    """What is left of the learning rate after these epochs, as Keras's ReduceLROnPlateau has it."""
    name = plan.stopping_metric
    best: float | None = None
    waited, rate = 0, plan.learning_rate
    for metrics in history:
        value = value_of(metrics, name)
        if value is None:
            continue
        sign = 1.0 if goes_up(name) else -1.0
        if best is None or sign * (value - best) > plan.stopping_min_delta:
            best, waited = value, 0
            continue
        waited += 1
        if waited >= plan.decay_epochs and rate > plan.minimum_rate:
            rate, waited = max(rate * plan.decay_factor, plan.minimum_rate), 0
    return rate / plan.learning_rate
