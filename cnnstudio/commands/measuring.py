"""evaluate and predict: what a run's best model makes of images."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any, cast

from cnnstudio.commands.failure import BAD_USAGE, DONE
from cnnstudio.commands.output import remark, say, say_json, table
from cnnstudio.commands.progress import Bar
from cnnstudio.commands.training import use_backend_of
from cnnstudio.core.message import Message
from cnnstudio.runs.run_folder import RunFolder


def evaluate(arguments: Namespace) -> int:
    """`evaluate`: accuracy and how certain it is, and precision, recall and F1 of each class."""
    run = RunFolder.open(arguments.run_dir)
    use_backend_of(run)
    with Bar("Evaluating") as bar:
        from cnnstudio.engine.evaluation import evaluate as evaluate_run

        tell = bar.show if sys.stderr.isatty() else None
        result = evaluate_run(run.path, arguments.data, part=arguments.part, progress=tell)
    if arguments.json:
        say_json(result)
        return DONE
    for line in _told(result):
        say(line)
    for file in cast("list[dict[str, Any]]", result["left_out"])[:20]:
        remark(f"left out: {file['path']}: {file['reason']}")
    return DONE


def predict(arguments: Namespace) -> int:
    """`predict`: the likeliest classes of single pictures. Ends with 2 when one of them cannot be read."""
    run = RunFolder.open(arguments.run_dir)
    use_backend_of(run)
    with Bar("Predicting"):
        from cnnstudio.engine.evaluation import predict as predict_run

        answers = predict_run(run.path, paths=arguments.images, top=arguments.top)
    failed = [answer for answer in answers if "error" in answer]
    if arguments.json:
        say_json({"predictions": answers})
    else:
        for answer in answers:
            if "values" in answer:
                told = cast("list[dict[str, Any]]", answer["values"])
                say(f"{answer['path']}: " + "  ".join(f"{one['name']} {one['value']:.4g}" for one in told))
            elif "error" not in answer:
                top = cast("list[dict[str, Any]]", answer["top"])
                guesses = "  ".join(f"{one['class']} {one['probability']:.1%}" for one in top)
                say(f"{answer['path']}: {guesses}")
    for answer in failed:
        remark(
            Message("{problem}", problem=answer["error"]),
            Message("{hint}", hint=answer["hint"]),
            kind="error",
        )
    return BAD_USAGE if failed else DONE


def _told(result: Mapping[str, Any]) -> Iterator[str]:
    """The result as lines: a table, then sentences of figures."""
    if result["task"] == "regression":
        rows = [
            (row["name"], *(f"{row[key]:.4g}" for key in ("mae", "rmse")), _figure(row["r2"]))
            for row in result["per_target"]
        ]
        yield table(("number", "MAE", "RMSE", "R²"), rows, right=(1, 2, 3))
        yield ""
        yield f"mean absolute error {result['mae']:.4g}, loss {result['loss']:.4f} on {result['images']:,} images"
        return
    single = result["task"] == "classification"
    rows = [
        (row["name"], f"{row['count']:,}", *(_share(row[key]) for key in ("precision", "recall", "f1")))
        for row in result["per_class" if single else "per_label"]
    ]
    rows += [
        (f"{name} average", "", *(_share(average[key]) for key in ("precision", "recall", "f1")))
        for name, average in result["averages"].items()
    ]
    head = ("class" if single else "label", "images", "precision", "recall", "F1")
    yield table(head, rows, right=(1, 2, 3, 4))
    yield ""
    yield f"accuracy {result['accuracy']:.4f}, loss {result['loss']:.4f} on {result['images']:,} images"
    if not single:
        yield f"all labels right: {result['exact_match']:.1%} of the images"
        return
    low, high = result["accuracy_interval"]
    yield f"with 95 % confidence the accuracy is {low:.1%} to {high:.1%}"
    figures = [f"right among the first {k}: {share:.1%}" for k, share in result["top_k"].items()]
    if result.get("roc_auc") is not None:
        figures.append(f"area under ROC {result['roc_auc']:.4f}")
    figures.append(f"calibration error {result['calibration']['expected_error']:.1%}")
    yield ", ".join(figures)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
