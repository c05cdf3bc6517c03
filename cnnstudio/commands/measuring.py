"""evaluate and predict: what a run's best model makes of images."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any, cast

from cnnstudio.commands.failure import BAD_USAGE, DONE
from cnnstudio.commands.output import remark, say, say_json, table
from cnnstudio.commands.progress import Bar
from cnnstudio.commands.training import use_backend_of
from cnnstudio.core.message import Message
from cnnstudio.runs.run_folder import RunFolder


def evaluate(arguments: Namespace) -> int:
    """`evaluate`: accuracy, and precision and recall of each class."""
    run = RunFolder.open(arguments.run_dir)
    use_backend_of(run)
    with Bar("Evaluating") as bar:
        from cnnstudio.engine.evaluation import evaluate as evaluate_run

        result = evaluate_run(run.path, arguments.data, progress=bar.show if sys.stderr.isatty() else None)
    if arguments.json:
        say_json(result)
        return DONE
    rows = [
        (row["name"], f"{row['count']:,}", _share(row["precision"]), _share(row["recall"]))
        for row in cast("list[dict[str, Any]]", result["per_class"])
    ]
    say(table(("class", "images", "precision", "recall"), rows, right=(1, 2, 3)))
    say()
    say(f"accuracy {result['accuracy']:.4f}, loss {result['loss']:.4f} on {result['images']:,} images")
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
            if "error" not in answer:
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


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
