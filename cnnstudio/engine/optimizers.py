"""Keras's optimizers as a plan sets them: each one's own settings, clipping, averaging and the schedule."""

from __future__ import annotations

from typing import Any

import keras

from cnnstudio.engine.schedules import follow_schedule, schedule_of
from cnnstudio.runs.optimizer_settings import SETTINGS
from cnnstudio.runs.plan import TrainingPlan

_CLASSES: dict[str, type[keras.optimizers.Optimizer]] = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "nadam": keras.optimizers.Nadam,
    "adagrad": keras.optimizers.Adagrad,
    "adadelta": keras.optimizers.Adadelta,
    "adamax": keras.optimizers.Adamax,
    "lion": keras.optimizers.Lion,
}


def optimizer_of(plan: TrainingPlan, steps_per_epoch: int = 1) -> keras.optimizers.Optimizer:
    """The plan's Keras optimizer. `steps_per_epoch`: how many batches make an epoch, for the schedule."""
    optimizer = _CLASSES[plan.optimizer](
        learning_rate=schedule_of(plan, steps_per_epoch), **settings_of(plan)
    )
    follow_schedule(optimizer)
    return optimizer


def settings_of(plan: TrainingPlan) -> dict[str, Any]:
    """The arguments of the plan's optimizer but for the learning rate; what is Keras's own value is left out."""
    settings: dict[str, Any] = {}
    for name in SETTINGS[plan.optimizer]:
        value = getattr(plan, name)
        if value is not None and value is not False and not (name == "momentum" and value == 0):
            settings[name] = value
    if plan.weight_decay or plan.optimizer == "adamw":
        settings["weight_decay"] = plan.weight_decay
    for name in ("clipnorm", "global_clipnorm", "clipvalue"):
        if getattr(plan, name) is not None:
            settings[name] = getattr(plan, name)
    if plan.use_ema:
        settings |= {"use_ema": True, "ema_momentum": plan.ema_momentum}
    return settings


def inner_of(optimizer: Any) -> Any:
    """The optimizer itself, without the loss scaling that mixed precision wraps it in."""
    return getattr(optimizer, "inner_optimizer", optimizer)
