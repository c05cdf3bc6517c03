"""What a report says: of a run folder alone, or with what was measured of its model. No Keras, no Qt."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.message import Message
from cnnstudio.layers import catalogue
from cnnstudio.runs.curves import curves_svg
from cnnstudio.runs.diagnosis import RunCurves, diagnose
from cnnstudio.runs.metrics.classification import averages, class_scores, wilson_interval
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.reports.document import Heading, Matrix, Part, Picture, Table, Text
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.runs.score_tables import COLUMNS, percent, score_cells
from cnnstudio.runs.training_run import TrainingRun

Say = Callable[[Message], str]
Measured = Mapping[str, Any]
_MISTAKES = 20
_EPOCHS = 40
"""Rows of the table of epochs; of longer runs evenly chosen ones, the best and the last among them."""


def report_parts(
    folder: RunFolder, *, measured: Measured | None = None, network_svg: bytes | None = None, say: Say = str
) -> list[Part]:
    """The parts of a report on a run.

    `measured`: as `evaluate` tells it; without it the confusion matrix that training left is judged. `network_svg`: the
    picture of the network. `say` turns a message into the reader's language. Raises RunFolderError, OSError.
    """
    run = folder.training_run()
    return [
        *_summary(folder, run, say),
        *_result(folder, measured, say),
        *_curves(folder, run, say),
        *_network(folder, network_svg, say),
        *_settings(folder.record, say),
    ]


def report_title(folder: RunFolder) -> str:
    """What the report is called."""
    return folder.record.name or folder.path.name


def _summary(folder: RunFolder, run: TrainingRun, say: Say) -> list[Part]:
    record = folder.record
    parts: list[Part] = [Heading(text=report_title(folder), level=1)]
    if record.best_epoch:
        values = "  ·  ".join(f"{name} {value:.4f}" for name, value in record.metrics.items())
        parts.append(
            Text(text=say(Message("Best epoch {epoch}: {values}", epoch=record.best_epoch, values=values)))
        )
    facts = [
        (say(Message("run folder")), folder.path.name),
        (say(Message("state")), folder.state),
        (say(Message("begun")), record.created.replace("T", " ")),
        (say(Message("time spent training")), f"{record.seconds:,.1f} s"),
        (say(Message("epochs")), f"{run.epochs_done} / {record.plan.epochs}"),
        (say(Message("device")), record.device or "–"),
        (say(Message("software")), ", ".join(f"{name} {text}" for name, text in record.versions.items())),
        (say(Message("report written")), datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        (say(Message("on")), f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"),
    ]
    parts.append(Table(head=(), rows=tuple(facts), text_columns=2))
    if record.failure:
        parts.append(
            Text(text=f"{record.failure.get('message', '')} {record.failure.get('hint', '')}".strip())
        )
    if record.notes:
        parts += [Heading(text=say(Message("Notes"))), Text(text=record.notes)]
    return parts


def _result(folder: RunFolder, measured: Measured | None, say: Say) -> list[Part]:
    found = measured or _from_training(folder)
    if not found:
        return []
    parts: list[Part] = [Heading(text=say(Message("Result")))]
    which = found.get("part") or say(Message("all"))
    parts.append(
        Text(text=say(Message("Measured on {count} images ({part}).", count=found["images"], part=which)))
    )
    parts.append(Table(head=(), rows=tuple(_figures(found, say)), text_columns=1))
    rows = found.get("per_class") or found.get("per_label")
    if rows:
        table = [tuple(score_cells(row)) for row in rows]
        for name, average in found.get("averages", {}).items():
            title = say(Message("{name} average", name=name))
            table.append((title, "", *(percent(average[key]) for key in ("precision", "recall", "f1"))))
        parts.append(Table(head=COLUMNS, rows=tuple(table)))
    if "confusion" in found:
        parts.append(
            Matrix(
                classes=tuple(found["classes"]),
                counts=tuple(tuple(row) for row in found["confusion"]),
                corner=say(Message("true \\ predicted")),
            )
        )
    mistakes = found.get("mistakes", [])[:_MISTAKES]
    if mistakes:
        parts.append(Heading(text=say(Message("The surest mistakes")), level=3))
        head = tuple(say(Message(text)) for text in ("image", "true class", "taken for", "how sure"))
        rows = [
            (str(one["path"]), str(one["true"]), str(one["predicted"]), percent(one["probability"]))
            for one in mistakes
        ]
        parts.append(Table(head=head, rows=tuple(rows), text_columns=3))
    return parts


def _figures(found: Measured, say: Say) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    if "accuracy" in found:
        rows.append((say(Message("accuracy")), percent(found["accuracy"], 2)))
    if "accuracy_interval" in found:
        low, high = found["accuracy_interval"]
        rows.append((say(Message("95 % interval (Wilson)")), f"{percent(low)} – {percent(high)}"))
    if "exact_match" in found:
        rows.append((say(Message("all labels right")), percent(found["exact_match"])))
    rows += [
        (say(Message("right among the first {k}", k=k)), percent(share))
        for k, share in found.get("top_k", {}).items()
    ]
    if found.get("roc_auc") is not None:
        rows.append((say(Message("area under ROC")), f"{found['roc_auc']:.4f}"))
    if "calibration" in found:
        error = found["calibration"]["expected_error"]
        rows.append((say(Message("calibration error (ECE)")), percent(error)))
    for name in ("mae", "rmse", "loss"):
        if name in found:
            rows.append((name, f"{found[name]:.4g}"))
    for one in found.get("per_target", []):
        r2 = "–" if one["r2"] is None else f"{one['r2']:.4f}"
        rows.append((str(one["name"]), f"MAE {one['mae']:.4g}, RMSE {one['rmse']:.4g}, R² {r2}"))
    return rows


def _from_training(folder: RunFolder) -> dict[str, Any]:
    """What the confusion matrix of the run's end tells: the best epoch on the validation images."""
    table = folder.confusion()
    if table is None:
        return {}
    classes, counts = table
    matrix = np.array(counts, np.int64).reshape(len(classes), len(classes))
    right, images = int(np.trace(matrix)), int(matrix.sum())
    scores = class_scores(matrix, classes)
    macro, weighted = averages(scores)
    return {
        "part": "validation" if folder.record.data.get("validation") else "train",
        "images": images,
        "classes": classes,
        "accuracy": right / images if images else 0.0,
        "accuracy_interval": wilson_interval(right, images),
        "per_class": [score.to_json() for score in scores],
        "averages": {"macro": macro.to_json(), "weighted": weighted.to_json()},
        "confusion": counts,
    }


def _curves(folder: RunFolder, run: TrainingRun, say: Say) -> list[Part]:
    if not run.history:
        return []
    parts: list[Part] = [
        Heading(text=say(Message("Curves"))),
        Picture(
            content=curves_svg(run), kind="svg+xml", alt=say(Message("Loss and accuracy over the epochs"))
        ),
    ]
    for finding in diagnose(RunCurves.of_record(run, folder.record, folder.network())):
        tips = "; ".join(say(remedy.label) for remedy in finding.remedies)
        parts.append(Text(text=f"{say(finding.title)}. {say(finding.message)} → {tips}."))
    rows = folder.history()
    names = tuple(dict.fromkeys(name for row in rows for name in row))
    kept = sorted(
        {
            *np.linspace(0, len(rows) - 1, min(len(rows), _EPOCHS)).astype(int).tolist(),
            _row_of_best(rows, run),
        }
    )
    table = tuple(
        tuple(f"{rows[index][name]:.6g}" if name in rows[index] else "" for name in names) for index in kept
    )
    parts.append(Table(head=names, rows=table, text_columns=0))
    return parts


def _row_of_best(rows: list[dict[str, float]], run: TrainingRun) -> int:
    return next(
        (index for index, row in enumerate(rows) if row.get("epoch") == run.best_epoch), len(rows) - 1
    )


def _network(folder: RunFolder, picture: bytes | None, say: Say) -> list[Part]:
    network = folder.network()
    if network is None:
        return []
    analysis = Analyser(catalogue()).analyse(network)
    parts: list[Part] = [Heading(text=say(Message("Network")))]
    if picture is not None:
        parts.append(Picture(content=picture, kind="svg+xml", alt=say(Message("The network"))))
    rows = []
    for node_id, result in analysis.nodes.items():
        node = analysis.network.nodes[node_id]
        shape = result.output_shape
        size = " × ".join("?" if axis is None else str(axis) for axis in shape) if shape else "–"
        rows.append((node.label, node.type, result.summary, size, f"{result.param_count:,}"))
    head = tuple(say(Message(text)) for text in ("layer", "type", "settings", "output", "parameters"))
    parts.append(Table(head=head, rows=tuple(rows), text_columns=3))
    total = say(
        Message(
            "{params} parameters, {macs} multiply-accumulates per image",
            params=f"{analysis.total_params:,}",
            macs=f"{analysis.macs:,}",
        )
    )
    parts.append(Text(text=total))
    return parts


def _settings(record: RunRecord, say: Say) -> list[Part]:
    plan = tuple((name, _value(value)) for name, value in record.plan.to_json().items())
    data = record.data
    left_out = data.get("left_out")
    facts = [
        (say(Message("folder")), _value(data.get("path"))),
        (say(Message("classes")), ", ".join(record.classes)),
        (say(Message("training images")), _value(data.get("train"))),
        (say(Message("validation images")), _value(data.get("validation"))),
        (say(Message("test images")), _value(data.get("test"))),
        (say(Message("left out")), _value(len(left_out) if isinstance(left_out, list) else left_out)),
        (say(Message("size")), " × ".join(str(size) for size in record.input_shape)),
    ]
    return [
        Heading(text=say(Message("Plan"))),
        Table(head=(), rows=plan, text_columns=2),
        Heading(text=say(Message("Data"))),
        Table(head=(), rows=tuple(facts), text_columns=2),
    ]


def _value(value: object) -> str:
    return "–" if value is None or value == "" else f"{value:g}" if isinstance(value, float) else str(value)
