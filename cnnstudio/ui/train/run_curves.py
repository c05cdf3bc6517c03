"""A run's series as the curves that the two plots draw."""

from __future__ import annotations

from collections.abc import Iterable

from cnnstudio.runs.series import MetricSeries
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.train.curves import Curves, Line

LEARNING_RATE = "learning_rate"
_NONE = MetricSeries()


def curves_of(run: TrainingRun, quantity: str, *, name: str, style: int) -> Curves:
    """The curves of `loss`, `accuracy` or another quantity of one run. Shares the series' storage; nothing is copied."""
    training = run.learning_rates if quantity == LEARNING_RATE else run.history.get(quantity, _NONE)
    return Curves(
        key=run.run_id,
        name=name,
        style=style,
        batches=_line(run.batches.get(quantity, _NONE)),
        training=_line(training),
        validation=_line(run.history.get(f"val_{quantity}", _NONE)),
        best_epoch=run.best_epoch or None,
        epochs=run.epochs,
    )


def quantities_of(runs: Iterable[TrainingRun]) -> tuple[str, ...]:
    """What can be drawn beside the loss: accuracy first where it is measured, the learning rate last."""
    runs = list(runs)
    names = dict.fromkeys(
        name
        for run in runs
        for name in (*run.batches, *run.history)
        if name != "loss" and not name.startswith("val_")
    )
    rates = (LEARNING_RATE,) if any(len(run.learning_rates) for run in runs) else ()
    return (*sorted(names, key=lambda name: name != "accuracy"), *rates)


def _line(series: MetricSeries) -> Line:
    return Line(x=series.xs, y=series.ys)
