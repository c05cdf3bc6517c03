"""How to train: the settings of one run as a frozen value, checked, and read from and written to JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from cnnstudio.core.message import Message
from cnnstudio.core.params import EMPTY, Params
from cnnstudio.runs.backends import AUTO, BACKENDS
from cnnstudio.runs.optimizer_settings import OPTIMIZERS, SETTINGS
from cnnstudio.runs.plan_checks import (
    PlanError,
    check_choice,
    check_device,
    check_number,
    check_whole,
    class_weights_of,
    error,
    names_of,
)

__all__ = ["LARGEST_SEED", "LOSSES", "METRICS", "OPTIMIZERS", "SCHEDULES", "PlanError", "TrainingPlan"]

LOSSES = (
    "auto",
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "binary_crossentropy",
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
)
SCHEDULES = ("constant", "step", "cosine", "plateau")
METRICS = ("val_loss", "val_accuracy", "val_mae", "loss", "accuracy", "mae")
"""What an epoch may be judged by. Without validation images `val_` names mean the training's own."""
LARGEST_SEED = 2**31 - 1


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
    beta_1: float | None = None
    """This and the next seven belong to the optimizers in `OPTIMIZER_SETTINGS`; None: Keras's own value."""
    beta_2: float | None = None
    epsilon: float | None = None
    rho: float | None = None
    initial_accumulator_value: float | None = None
    nesterov: bool = False
    amsgrad: bool = False
    centered: bool = False
    schedule: str = "constant"
    """How the learning rate goes down: `constant`, `step`, `cosine` to the end of the run, or on a `plateau`."""
    warmup_epochs: int = 0
    """Epochs in which the learning rate rises in a straight line, in front of any schedule."""
    decay_epochs: int = 10
    """`step`: epochs between two falls. `plateau`: epochs without progress before a fall."""
    decay_factor: float = 0.1
    """What a fall multiplies the learning rate with."""
    minimum_rate: float = 0.0
    """`cosine` ends here, `plateau` goes no lower."""
    stopping_patience: int = 0
    """Epochs without progress after which the run ends; 0: it goes on to its last epoch."""
    stopping_min_delta: float = 0.0
    """What counts as progress, for stopping and for `plateau`."""
    stopping_metric: str = "val_loss"
    best_metric: str = "auto"
    """Which epoch is the best one. `auto`: accuracy, ties by loss; of numbers by loss."""
    clipnorm: float | None = None
    """Longest gradient of a single weight array; None: any."""
    global_clipnorm: float | None = None
    """Longest gradient of all weights together."""
    clipvalue: float | None = None
    """Largest single value of a gradient."""
    use_ema: bool = False
    """Keep a moving average of the weights; it is what is validated and kept as the best model."""
    ema_momentum: float = 0.99
    class_weights: object = "none"
    """`none`, `balanced` (images / (classes · images of the class)), or a weight for each class by its name."""
    label_smoothing: float = 0.0
    auxiliary_weight: float = 0.3
    """Weight of the loss at every end of the network but the main one."""
    frozen: tuple[str, ...] = ()
    """Ids of nodes that do not learn; the id of a block stands for all that is in it."""
    initial_weights: str = ""
    """The run folder whose weights to start from, taken where a layer's name and shapes are the same."""
    extra: Params = EMPTY
    """Settings that this version does not know; written back unchanged."""

    def __post_init__(self) -> None:
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        check_choice("loss", self.loss, LOSSES)
        check_choice("backend", self.backend, (AUTO, *BACKENDS))
        self._bound("learning_rate", above=0)
        self._bound("momentum", low=0, below=1)
        self._bound("weight_decay", low=0)
        check_whole("epochs", self.epochs, 1, 1_000_000)
        check_whole("batch_size", self.batch_size, 1, 1_000_000)
        check_whole("seed", self.seed, 0, LARGEST_SEED)
        for name in ("mixed_precision", "deterministic", "nesterov", "amsgrad", "centered", "use_ema"):
            if not isinstance(getattr(self, name), bool):
                raise error(name, Message("it must be true or false."), getattr(self, name))
        check_device(self.device)
        self._check_optimizer()
        self._check_schedule()
        self._check_regularising()
        object.__setattr__(self, "frozen", names_of("frozen", self.frozen))
        if not isinstance(self.initial_weights, str):
            raise error(
                "initial_weights", Message("it must be the path of a run folder."), self.initial_weights
            )

    def _check_optimizer(self) -> None:
        for name in ("beta_1", "beta_2", "rho"):
            self._bound(name, low=0, below=1, optional=True)
        for name in ("epsilon", "initial_accumulator_value"):
            self._bound(name, low=0, optional=True)
        clips = ("clipnorm", "global_clipnorm", "clipvalue")
        for name in clips:
            self._bound(name, above=0, optional=True)
        chosen = [name for name in clips if getattr(self, name) is not None]
        if len(chosen) > 1:
            raise PlanError(
                Message("{first} and {second} cannot be used together.", first=chosen[0], second=chosen[1]),
                chosen[1],
                Message("Keep one of them and set the other to none."),
            )
        if self.nesterov and self.momentum == 0 and "nesterov" in SETTINGS[self.optimizer]:
            raise PlanError(
                Message("nesterov needs a momentum above 0."),
                "momentum",
                Message("Set momentum to 0.9, or switch nesterov off."),
            )

    def _check_schedule(self) -> None:
        check_choice("schedule", self.schedule, SCHEDULES)
        check_whole("warmup_epochs", self.warmup_epochs, 0, 1_000_000)
        check_whole("decay_epochs", self.decay_epochs, 1, 1_000_000)
        self._bound("decay_factor", above=0, below=1)
        self._bound("minimum_rate", low=0)
        if self.schedule in ("cosine", "plateau") and self.minimum_rate > self.learning_rate:
            raise error("minimum_rate", Message("it must not be above learning_rate."), self.minimum_rate)
        check_whole("stopping_patience", self.stopping_patience, 0, 1_000_000)
        self._bound("stopping_min_delta", low=0)
        check_choice("stopping_metric", self.stopping_metric, METRICS)
        check_choice("best_metric", self.best_metric, ("auto", *METRICS))

    def _check_regularising(self) -> None:
        self._bound("ema_momentum", low=0, below=1)
        self._bound("label_smoothing", low=0, below=1)
        self._bound("auxiliary_weight", low=0)
        object.__setattr__(self, "class_weights", class_weights_of(self.class_weights))

    def _bound(
        self,
        name: str,
        *,
        low: float | None = None,
        above: float | None = None,
        below: float | None = None,
        optional: bool = False,
    ) -> None:
        """Check a number and make it a float."""
        value = getattr(self, name)
        if value is None and optional:
            return
        object.__setattr__(self, name, check_number(name, value, low=low, above=above, below=below))

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
        values["frozen"] = list(self.frozen)
        if isinstance(self.class_weights, Params):
            values["class_weights"] = self.class_weights.to_json()
        return {**values, **self.extra.to_json()}


def _field_names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(TrainingPlan) if field.name != "extra")
