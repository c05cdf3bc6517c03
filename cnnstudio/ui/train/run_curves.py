"""A run's series as the curves that the two plots draw."""

from __future__ import annotations

from cnnstudio.runs.series import MetricSeries
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.train.curves import Curves, Line

_NONE = MetricSeries()


def curves_of(run: TrainingRun, quantity: str, *, name: str, style: int) -> Curves:
    """The curves of `loss` or `accuracy` of one run. Shares the series' storage; nothing is copied."""
    return Curves(
        key=run.run_id,
        name=name,
        style=style,
        batches=_line(run.batches.get(quantity, _NONE)),
        training=_line(run.history.get(quantity, _NONE)),
        validation=_line(run.history.get(f"val_{quantity}", _NONE)),
        best_epoch=run.best_epoch or None,
        epochs=run.epochs,
    )


def _line(series: MetricSeries) -> Line:
    return Line(x=series.xs, y=series.ys)
