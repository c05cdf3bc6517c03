"""curves.png: loss and accuracy over the epochs, drawn with matplotlib's Agg, with no window."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.runs.run_folder import CURVES, RunFolder
from cnnstudio.runs.series import MetricSeries
from cnnstudio.runs.training_run import TrainingRun

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe & Ito: told apart by everyone, and by dash and marker as well.
_TRAINING = "#0072B2"
_VALIDATION = "#D55E00"
_BEST = "#009E73"
_POINTS = 2_000
_TITLES = {"accuracy": "Accuracy", "mae": "Mean absolute error"}


def write_curves(path: Path) -> None:
    """Draw the curves of the run folder `path` into its curves.png. Raises RunFolderError, OSError."""
    write_atomically(path / CURVES, curves_png(RunFolder.open(path).training_run()))


def curves_png(run: TrainingRun) -> bytes:
    """The curves of a run as a PNG picture of 1600 × 640 pixels."""
    return _picture(run, "png")


def curves_svg(run: TrainingRun) -> bytes:
    """The curves of a run as an SVG drawing; texts are outlines, so that it looks the same everywhere."""
    return _picture(run, "svg")


def _picture(run: TrainingRun, kind: str) -> bytes:
    # matplotlib costs most of a second to import; whoever only reads runs does not pay for it
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(10, 4), dpi=160, layout="constrained")
    FigureCanvasAgg(figure)
    loss, accuracy = figure.subplots(1, 2)
    _draw(loss, run, "loss", "Loss")
    second = _second(run)
    _draw(accuracy, run, second, _TITLES.get(second, second))
    for axes in (loss, accuracy):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind)
    return buffer.getvalue()


def _second(run: TrainingRun) -> str:
    """What is drawn beside the loss: accuracy, else the first other metric that was measured."""
    names = [name for name in run.history if name != "loss" and not name.startswith("val_")]
    return "accuracy" if "accuracy" in names or not names else names[0]


def _draw(axes: Axes, run: TrainingRun, name: str, title: str) -> None:
    axes.set_title(title)
    axes.set_xlabel("Epoch")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    batches = run.batches.get(name, MetricSeries())
    if len(batches):
        xs, ys = batches.smoothed(0.9).decimated(_POINTS)
        axes.plot(xs, ys, color=_TRAINING, alpha=0.35, linewidth=1, label="training, batches (smoothed)")
    for key, color, style, marker, label in (
        (name, _TRAINING, "-", "o", "training"),
        (f"val_{name}", _VALIDATION, "--", "s", "validation"),
    ):
        series = run.history.get(key, MetricSeries())
        if len(series):
            every = max(1, len(series) // 20)
            axes.plot(
                series.xs, series.ys, color=color, linestyle=style, marker=marker, markevery=every,
                markersize=4, label=label,
            )  # fmt: skip
    if run.best_epoch:
        axes.axvline(
            run.best_epoch, color=_BEST, linestyle=":", linewidth=1.5, label=f"best epoch ({run.best_epoch})"
        )
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize="small")
