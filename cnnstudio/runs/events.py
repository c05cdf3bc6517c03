"""What happens during a run, as plain frozen values that travel between processes. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from cnnstudio.core.message import NO_MESSAGE, Message

Phase = Literal["preparing", "building", "training", "validating", "paused", "saving", "evaluating"]
RunState = Literal["running", "paused", "stopped", "finished", "failed", "interrupted"]
"""`interrupted` is never written: it is what a reader calls a running run whose process is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChanged:
    """The run does something else now. `message` says what, for the status line; `remark` what the user should know."""

    run_id: str
    phase: Phase
    message: Message = NO_MESSAGE
    remark: Message = NO_MESSAGE
    steps_per_epoch: int = 0
    """Batches of one epoch; 0 while it is not known."""
    epochs: int = 0
    """Epochs that the run goes for in all; 0 while it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEnded:
    """Some batches ended, one after the other; many come in one event so that telling costs nothing.

    `losses[i]` and `accuracies[i]` belong to the batch number `first_step + i`. Batches count from 1 through the
    whole run; epochs count from 1. `accuracies` is empty when accuracy is not measured.
    """

    run_id: str
    epoch: int
    first_step: int
    losses: tuple[float, ...]
    accuracies: tuple[float, ...] = ()
    images_per_second: float = 0.0

    @property
    def last_step(self) -> int:
        return self.first_step + len(self.losses) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochEnded:
    """An epoch ended and is on disk. `metrics`: loss, accuracy, val_loss, val_accuracy, as far as measured."""

    run_id: str
    epoch: int
    step: int
    """Number of the epoch's last batch."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    learning_rate: float = 0.0
    seconds: float = 0.0
    is_best: bool = False
    """Whether this is the best epoch so far, by validation accuracy, else by loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run is over. `message` says how, `hint` what to do when it failed."""

    run_id: str
    state: RunState
    message: Message = NO_MESSAGE
    hint: Message = NO_MESSAGE
    best_epoch: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Metrics of the best epoch."""
    seconds: float = 0.0


RunEvent: TypeAlias = PhaseChanged | BatchEnded | EpochEnded | RunEnded
