"""What was measured as figures and small drawings, in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from cnnstudio.runs.score_tables import percent
from cnnstudio.ui.train.result.figures import Figure
from cnnstudio.ui.train.result.small_plot import Drawing

Report = Mapping[str, Any]
_MOST_DOTS = 2000


def _tr(text: str) -> str:
    return QCoreApplication.translate("Result", text)


def figures_of(report: Report) -> list[Figure]:
    """The figures of a report, the most important first."""
    task = report.get("task", "classification")
    loss = Figure(name=_tr("loss"), value=f"{report['loss']:.3f}")
    if task == "regression":
        return [*_errors(report), loss]
    macro = report["averages"]["macro"]
    f1 = Figure(
        name=_tr("macro F1"),
        value=percent(macro["f1"]),
        note=_tr("weighted {share}").format(share=percent(report["averages"]["weighted"]["f1"])),
        help=_tr("Mean of the classes' F1: every class counts the same. Weighted: by its number of images."),
    )
    if task == "multi_label":
        low, high = report["exact_match_interval"]
        exact = Figure(
            name=_tr("all labels right"),
            value=percent(report["exact_match"]),
            note=_interval(low, high),
            help=_tr("The share of images of which every label is told rightly."),
        )
        single = Figure(name=_tr("single labels right"), value=percent(report["accuracy"]))
        return [exact, single, f1, loss]
    low, high = report["accuracy_interval"]
    found = [
        Figure(
            name=_tr("accuracy"),
            value=percent(report["accuracy"]),
            note=_interval(low, high),
            help=_tr(
                "With 95 % confidence the accuracy on all such images lies in this interval (Wilson); "
                "{count} images were measured."
            ).format(count=report["images"]),
        ),
        f1,
    ]
    found += [
        Figure(
            name=_tr("among first {k}").format(k=k),
            value=percent(share),
            help=_tr("The share of images whose class is among the {k} likeliest (top-{k}).").format(k=k),
        )
        for k, share in report.get("top_k", {}).items()
    ]
    if report.get("roc_auc") is not None:
        found.append(
            Figure(
                name=_tr("area under ROC"),
                value=f"{report['roc_auc']:.3f}",
                help=_tr("The chance that an image of the second class is given more than one of the first."),
            )
        )
    return [*found, loss]


def main_drawing(report: Report) -> tuple[str, Drawing | None, str]:
    """(title, drawing, words): calibration of a classifier, true against predicted numbers; None of labels."""
    task = report.get("task", "classification")
    if task == "regression":
        title = _tr("Predicted against true")
        first, *others = report["per_target"]
        return f"{title}: {first['name']}" if others else title, _scatter(report), ""
    if task != "classification":
        return "", None, ""
    found = report["calibration"]
    bars = tuple(
        (
            one["low"],
            one["high"],
            one["accuracy"],
            _tr("{count} images guessed with {confidence}: {accuracy} right").format(
                count=one["count"],
                confidence=percent(one["confidence"], 0),
                accuracy=percent(one["accuracy"], 0),
            ),
        )
        for one in found["bins"]
        if one["count"]
    )
    gap = found["mean_confidence"] - report["accuracy"]
    bias = (
        _tr("The model is too sure of itself.")
        if gap > 0.02
        else _tr("The model is too modest.")
        if gap < -0.02
        else _tr("On the whole the model is as sure as it is right.")
    )
    words = _tr("Probabilities are off by {error} on average (ECE). {bias}").format(
        error=percent(found["expected_error"]), bias=bias
    )
    drawing = Drawing(x_title=_tr("how sure"), y_title=_tr("share right"), bars=bars)
    return _tr("Calibration"), drawing, words


def second_drawing(report: Report) -> Drawing | None:
    """The ROC curve where there are two classes."""
    roc = report.get("roc")
    if not roc:
        return None
    return Drawing(
        x_title=_tr("false positive rate"),
        y_title=_tr("true positive rate"),
        line=tuple(zip(roc["false_positive_rate"], roc["true_positive_rate"], strict=True)),
    )


def _errors(report: Report) -> list[Figure]:
    found = [
        Figure(
            name=_tr("mean absolute error"),
            value=f"{report['mae']:.4g}",
            note=_tr("root mean square {value}").format(value=f"{report['rmse']:.4g}"),
        )
    ]
    for row in report["per_target"]:
        r2 = "–" if row["r2"] is None else f"{row['r2']:.3f}"
        found.append(
            Figure(
                name=str(row["name"]),
                value=f"± {row['mae']:.4g}",
                note=f"R² {r2}",
                help=_tr(
                    "R² is the share of the variance that is explained: 1 is perfect, 0 the mean alone."
                ),
            )
        )
    return found


def _scatter(report: Report) -> Drawing | None:
    """The first number of each image: true below, predicted upwards."""
    guesses = report.get("guesses") or []
    step = max(1, len(guesses) // _MOST_DOTS)
    dots = tuple((float(row["true"][0]), float(row["predicted"][0])) for row in guesses[::step])
    if not dots:
        return None
    values = [value for dot in dots for value in dot]
    low, high = min(values), max(values)
    room = max((high - low) * 0.05, 1e-9)
    return Drawing(x_title=_tr("true"), y_title=_tr("predicted"), low=low - room, high=high + room, dots=dots)


def _interval(low: float, high: float) -> str:
    return _tr("95 %: {low} to {high}").format(low=percent(low), high=percent(high))
