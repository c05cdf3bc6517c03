"""A progress bar on standard error for a person; nothing but finished epochs where no person looks."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cnnstudio.commands.output import remark
from cnnstudio.runs.events import EpochEnded, PhaseChanged, RunEvent
from cnnstudio.runs.training_run import TrainingRun


class Bar:
    """One bar. Shown on a terminal only; cleared at its end."""

    def __init__(self, title: str) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            disable=not sys.stderr.isatty(),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task(title, total=None, note="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, done: float, total: float, note: str = "", title: str | None = None) -> None:
        """How far it is."""
        self._progress.update(self._task, completed=done, total=total or None, note=note, description=title)

    def line(self, text: str) -> None:
        """A line above the bar that stays."""
        if self._progress.disable:
            remark(text)
        else:
            self._progress.console.print(text, markup=False, highlight=False)


class TrainingBar:
    """A bar that follows a run's events."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._run: TrainingRun | None = None

    def __call__(self, event: RunEvent) -> None:
        run = self._run or TrainingRun(run_id=event.run_id)
        self._run = run = run.apply(event)
        if isinstance(event, EpochEnded):
            self._bar.line(epoch_line(event, run.epochs))
        if isinstance(event, PhaseChanged) and event.remark:
            self._bar.line(str(event.remark))
        if isinstance(event, PhaseChanged) and run.phase in ("preparing", "building"):
            self._bar.show(0, 0, title=str(event.message) or None)
        elif run.steps_per_epoch:
            whole = run.epochs * run.steps_per_epoch
            title = f"Epoch {max(run.epoch, 1)} of {run.epochs}"
            self._bar.show(run.step, whole, _note(run), title)


def epoch_line(event: EpochEnded, epochs: int) -> str:
    """`epoch  3/10  loss 0.5021  accuracy 0.8123  …`, the best one so far marked."""
    wide = len(str(epochs))
    metrics = "  ".join(f"{name} {value:.4f}" for name, value in event.metrics.items())
    best = "  best" if event.is_best else ""
    return f"epoch {event.epoch:>{wide}}/{epochs}  {metrics}  {event.seconds:.1f} s{best}"


def _note(run: TrainingRun) -> str:
    parts = []
    loss = run.batches.get("loss")
    if loss is not None and len(loss):
        parts.append(f"loss {loss.ys[-1]:.4f}")
    if run.images_per_second:
        parts.append(f"{run.images_per_second:,.0f} images/s")
    return "  ".join(parts)
