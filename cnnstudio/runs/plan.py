"""How to train: the settings of one run as a frozen value, checked, and read from and written to JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.params import EMPTY, Params
from cnnstudio.runs.backends import AUTO, BACKENDS

OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop", "nadam", "adagrad", "adadelta", "adamax", "lion")
LOSSES = (
    "auto",
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "binary_crossentropy",
    "mean_squared_error",
)
LARGEST_SEED = 2**31 - 1


class PlanError(Exception):
    """A setting that training cannot use. `field` is its name in the plan, `hint` the cure."""

    def __init__(self, message: Message, field: str, hint: Message = NO_MESSAGE) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """The settings of one run. Raises PlanError when made with a value that training cannot use.

    The share of images held back for validation belongs to the data settings, not to the plan.
    """

    optimizer: str = "adam"
    learning_rate: float = 0.001
    momentum: float = 0.0
    """Used by `sgd` and `rmsprop` alone."""
    weight_decay: float = 0.0
    epochs: int = 10
    batch_size: int = 64
    loss: str = "auto"
    """`auto`: chosen from the network's head."""
    seed: int = 1337
    mixed_precision: bool = False
    device: str = "auto"
    """`auto`, `cpu`, `gpu`, or `gpu:1` and so on."""
    backend: str = AUTO
    """`tensorflow`, `jax`, `torch`, or `auto`: what `KERAS_BACKEND` says, else TensorFlow. A run names which it was."""
    deterministic: bool = False
    """Bit-identical repetition; slower on a GPU."""
    extra: Params = EMPTY
    """Settings that this version does not know; written back unchanged."""

    def __post_init__(self) -> None:
        _check_choice("optimizer", self.optimizer, OPTIMIZERS)
        _check_choice("loss", self.loss, LOSSES)
        _check_choice("backend", self.backend, (AUTO, *BACKENDS))
        object.__setattr__(self, "learning_rate", _number("learning_rate", self.learning_rate))
        object.__setattr__(self, "momentum", _number("momentum", self.momentum))
        object.__setattr__(self, "weight_decay", _number("weight_decay", self.weight_decay))
        if self.learning_rate <= 0:
            raise _error("learning_rate", Message("it must be a number above 0."), self.learning_rate)
        if not 0 <= self.momentum < 1:
            raise _error("momentum", Message("it must be at least 0 and below 1."), self.momentum)
        if self.weight_decay < 0:
            raise _error("weight_decay", Message("it must be 0 or more."), self.weight_decay)
        _check_whole("epochs", self.epochs, 1, 1_000_000)
        _check_whole("batch_size", self.batch_size, 1, 1_000_000)
        _check_whole("seed", self.seed, 0, LARGEST_SEED)
        for name in ("mixed_precision", "deterministic"):
            if not isinstance(getattr(self, name), bool):
                raise _error(name, Message("it must be true or false."), getattr(self, name))
        _check_device(self.device)

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> TrainingPlan:
        """The plan in the `training` object of a project file or the `plan` of a run; raises PlanError.

        What is absent has the default; what is unknown goes to `extra`.
        """
        known = _field_names()
        given = {name: value for name, value in values.items() if name in known}
        extra = Params({name: value for name, value in values.items() if name not in known})
        return cls(**cast("dict[str, Any]", given), extra=extra)

    def to_json(self) -> dict[str, object]:
        """All settings as plain JSON values, unknown ones last."""
        values = {name: getattr(self, name) for name in _field_names()}
        return {**values, **self.extra.to_json()}


def _field_names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(TrainingPlan) if field.name != "extra")


def _error(name: str, expected: Message, value: object) -> PlanError:
    shown = "null" if value is None else repr(value) if isinstance(value, str) else str(value)
    return PlanError(
        Message("{param} is {value}; {expected}", param=name, value=shown[:60], expected=expected), name
    )


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise _error(name, Message("it must be one of {choices}.", choices=", ".join(choices)), value)


def _check_whole(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        expected = Message("it must be a whole number from {low} to {high}.", low=low, high=high)
        raise _error(name, expected, value)


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _error(name, Message("it must be a number."), value)
    return float(value)


def _check_device(value: object) -> None:
    kind, _, number = value.partition(":") if isinstance(value, str) else ("", "", "")
    if value not in ("auto", "cpu", "gpu") and not (kind == "gpu" and number.isdecimal()):
        raise _error("device", Message("it must be auto, cpu, gpu, or gpu:0, gpu:1 and so on."), value)
