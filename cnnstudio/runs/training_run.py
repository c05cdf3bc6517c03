"""What is known of a run while its events come in: a value that grows by `apply`. No files, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.runs.events import BatchEnded, EpochEnded, Phase, PhaseChanged, RunEnded, RunEvent, RunState
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.series import MetricSeries

_WORKING: tuple[Phase, ...] = ("training", "validating", "saving")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """One run as the window shows it. Steps (batches) and epochs count from 1; 0 means none yet."""

    run_id: str
    plan: TrainingPlan = field(default_factory=TrainingPlan)
    state: RunState = "running"
    phase: Phase = "preparing"
    message: Message = NO_MESSAGE
    hint: Message = NO_MESSAGE
    epochs: int = 0
    """Epochs that the run goes for in all."""
    epoch: int = 0
    """The epoch that runs now, or ran last."""
    epochs_done: int = 0
    step: int = 0
    steps_per_epoch: int = 0
    images_per_second: float = 0.0
    batches: Mapping[str, MetricSeries] = field(default_factory=dict)
    """`loss` and `accuracy` of single batches; x is epochs gone by (1.5: in the middle of the second)."""
    history: Mapping[str, MetricSeries] = field(default_factory=dict)
    """`loss`, `val_loss`, … at each epoch's end; x is the number of the epoch."""
    learning_rates: MetricSeries = field(default_factory=MetricSeries)
    """The learning rate at each epoch's end, where it is told; x is the number of the epoch."""
    epoch_seconds: tuple[float, ...] = ()
    best_epoch: int = 0
    best_metrics: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.state not in ("running", "paused")

    @property
    def progress(self) -> float:
        """The share of all batches that is done, 0 to 1."""
        if self.state == "finished":
            return 1.0
        whole = self.epochs * self.steps_per_epoch
        return min(1.0, self.step / whole) if whole else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Expected time to the end, from the last epochs; None while it cannot be told."""
        if self.is_over or not self.epoch_seconds or not self.epochs:
            return None
        recent = sorted(self.epoch_seconds[-5:])
        left = self.epochs - self.epochs_done
        if self.steps_per_epoch:
            left_steps = self.epochs * self.steps_per_epoch - self.step
            return recent[len(recent) // 2] * max(0.0, left_steps / self.steps_per_epoch)
        return recent[len(recent) // 2] * left

    def apply(self, event: RunEvent) -> TrainingRun:
        """The run after `event`. An event of another run changes nothing."""
        if event.run_id != self.run_id:
            return self
        match event:
            case PhaseChanged():
                return self._phase(event)
            case BatchEnded():
                return self._batches(event)
            case EpochEnded():
                return self._epoch(event)
            case RunEnded():
                return replace(
                    self,
                    state=event.state,
                    message=event.message,
                    hint=event.hint,
                    best_epoch=event.best_epoch or self.best_epoch,
                    best_metrics=dict(event.metrics) or self.best_metrics,
                )

    def _phase(self, event: PhaseChanged) -> TrainingRun:
        return replace(
            self,
            phase=event.phase,
            state="paused" if event.phase == "paused" else "running",
            message=event.message,
            epochs=event.epochs or self.epochs or self.plan.epochs,
            steps_per_epoch=event.steps_per_epoch or self.steps_per_epoch,
        )

    def _batches(self, event: BatchEnded) -> TrainingRun:
        per_epoch = self.steps_per_epoch or 1
        xs = [(event.first_step + number) / per_epoch for number in range(len(event.losses))]
        batches = dict(self.batches)
        batches["loss"] = batches.get("loss", MetricSeries()).extended(xs, event.losses)
        if event.accuracies:
            batches["accuracy"] = batches.get("accuracy", MetricSeries()).extended(xs, event.accuracies)
        return replace(
            self,
            batches=batches,
            epoch=event.epoch,
            step=event.last_step,
            images_per_second=event.images_per_second or self.images_per_second,
        )

    def _epoch(self, event: EpochEnded) -> TrainingRun:
        history = dict(self.history)
        for name, value in event.metrics.items():
            history[name] = history.get(name, MetricSeries()).appended(event.epoch, value)
        best = event.is_best or not self.best_epoch
        return replace(
            self,
            history=history,
            learning_rates=self.learning_rates.appended(event.epoch, event.learning_rate)
            if event.learning_rate
            else self.learning_rates,
            epoch=max(event.epoch, self.epoch),  # batches of the next epoch may have been told already
            epochs_done=event.epoch,
            step=max(event.step, self.step),
            epoch_seconds=(*self.epoch_seconds, event.seconds),
            best_epoch=event.epoch if best else self.best_epoch,
            best_metrics=dict(event.metrics) if best else self.best_metrics,
        )
