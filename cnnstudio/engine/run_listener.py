"""Turns what `fit` tells into events and lines in the run folder."""

from __future__ import annotations

from collections.abc import Callable

from cnnstudio.runs.events import BatchEnded, PhaseChanged, RunEvent
from cnnstudio.runs.run_writer import RunWriter

Emit = Callable[[RunEvent], None]
FinishedEpoch = Callable[[int, int, dict[str, float], float], None]
"""Is told epoch, step, metrics and seconds."""


class RunListener:
    """A `FitListener` for a run; finished epochs are handed on."""

    def __init__(self, writer: RunWriter, emit: Emit, run_id: str, finished_epoch: FinishedEpoch) -> None:
        self._finished_epoch = finished_epoch
        self._writer = writer
        self._emit = emit
        self._run_id = run_id

    def on_batches(
        self,
        epoch: int,
        first_step: int,
        losses: list[float],
        accuracies: list[float],
        images_per_second: float,
    ) -> None:
        self._writer.add_batches(first_step, losses, accuracies)
        self._emit(
            BatchEnded(
                run_id=self._run_id,
                epoch=epoch,
                first_step=first_step,
                losses=tuple(losses),
                accuracies=tuple(accuracies),
                images_per_second=images_per_second,
            )
        )

    def on_pause(self) -> None:
        self._writer.update(state="paused")
        self._emit(PhaseChanged(run_id=self._run_id, phase="paused"))

    def on_continue(self) -> None:
        self._writer.update(state="running")
        self._emit(PhaseChanged(run_id=self._run_id, phase="training"))

    def on_validation(self) -> None:
        self._emit(PhaseChanged(run_id=self._run_id, phase="validating"))

    def on_epoch(self, epoch: int, step: int, metrics: dict[str, float], seconds: float) -> None:
        self._finished_epoch(epoch, step, metrics, seconds)
