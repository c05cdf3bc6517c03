"""What a run's best model makes of images: accuracy and confusion on a folder, guesses for single pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.data.decode import decode
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import Resize
from cnnstudio.engine.batches import naming_broken_files, ordered_batches
from cnnstudio.engine.best_weights import put_best_weights, refuse_without_model
from cnnstudio.engine.builder import build
from cnnstudio.engine.datasets import ImageData, Images, read_folder
from cnnstudio.engine.devices import allow_memory_growth
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.heads import Head, head_of, main_part
from cnnstudio.engine.learned_targets import as_learned
from cnnstudio.engine.losses import compile_model
from cnnstudio.engine.pixels import pixel_factor
from cnnstudio.engine.run_data import data_settings_of, settings_for
from cnnstudio.layers import catalogue
from cnnstudio.runs.metrics.multi_label import THRESHOLD, multi_label_report
from cnnstudio.runs.metrics.regression import regression_report
from cnnstudio.runs.metrics.report import classification_report
from cnnstudio.runs.run_folder import RunFolder

Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]

_BATCH = 64
_MOST_MISTAKES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedModel:
    """A run's best model, ready to guess. `pixels` is what it is fed: `0..1` or `0..255`."""

    model: keras.Model
    head: Head
    classes: tuple[str, ...]
    input_shape: tuple[int, int, int]
    pixels: str
    resize: Resize = "stretch"

    def probabilities(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Class probabilities, shape (images, classes), of uint8 images of the model's input shape."""
        factor = np.float32(pixel_factor(self.pixels))
        parts = [
            np.asarray(
                self.model.predict_on_batch(pixels[start : start + _BATCH].astype(np.float32) * factor)
            )
            for start in range(0, len(pixels), _BATCH)
        ]
        outputs = np.concatenate(parts) if parts else np.zeros((0, self.head.units), np.float32)
        return self.head.probabilities(outputs)


_last: list[tuple[object, TrainedModel]] = []


def load_trained(run_dir: Path) -> TrainedModel:
    """The best model of a run, built from its project; code in the file is never run. Raises EngineError and such."""
    folder = RunFolder.open(run_dir)
    refuse_without_model(folder)
    status = folder.model.stat()
    key = (str(folder.model.resolve()), status.st_mtime_ns, status.st_size)
    if _last and _last[0][0] == key:
        return _last[0][1]
    record = folder.record
    shape = record.input_shape
    if len(shape) != 3 or not record.classes:
        raise EngineError(Message("run.json does not say which images the model takes."))
    allow_memory_growth()
    project = folder.project()
    model = build(project.network, catalogue(), name=project.name or None)
    head = head_of(
        model,
        len(record.classes),
        record.plan.loss,
        task=record.task,
        label_smoothing=record.plan.label_smoothing,
    )
    put_best_weights(model, folder)
    model, head = main_part(model, head), replace(head, auxiliary={}, main=0)
    compile_model(model, head, record.plan)
    trained = TrainedModel(
        model=model,
        head=head,
        classes=record.classes,
        input_shape=(shape[0], shape[1], shape[2]),
        pixels=record.pixels,
        resize=data_settings_of(record).resize,
    )
    _last[:] = [(key, trained)]
    return trained


def evaluate(
    run_dir: Path,
    data_dir: Path,
    *,
    part: str = "",
    every_guess: bool = False,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> dict[str, object]:
    """Measure a run's best model on a data folder or file.

    `part`: `train`, `validation` or `test` as split for training, or empty for all images. Gives `task`, `part`,
    `root` (what paths are relative to), `images`, `parts` (images of each part), `loss`, `classes`, `left_out`, `seconds` and, of a classifier, what
    `cnnstudio.runs.metrics.report` tells and `mistakes` (path, true, predicted, probability; the surest first, at most
    1,000); with `every_guess` also `guesses`, the same of every image. Of several labels or of numbers it gives what
    `metrics.multi_label` or `metrics.regression` tells, with `every_guess` also `guesses` (path, true, predicted).
    """
    trained = load_trained(run_dir)
    record = RunFolder.open(run_dir).record
    data = read_folder(
        data_dir,
        settings_for(data_dir, record),
        trained.input_shape,
        for_training=False,
        progress=progress,
        cancelled=cancelled,
    )
    images = _part(data, part)
    if not len(images):
        raise EngineError(
            Message("The folder has no {part} images.", part=part or "usable"),
            Message("Choose another part or another folder."),
        )
    images = as_learned(images, data, trained.head.task, trained.classes)
    start = time.perf_counter()
    batches = ordered_batches(images, trained.head, pixels=trained.pixels, batch_size=_BATCH)
    with naming_broken_files(images):
        outputs = np.asarray(trained.model.predict(batches, verbose=0), np.float32)
    report: dict[str, object] = {
        "task": data.task,
        "part": part,
        "root": str(data.root),
        "images": len(images),
        "parts": {"train": len(data.train), "validation": len(data.validation), "test": len(data.test)},
        "loss": _loss(trained, images, outputs),
        "classes": list(trained.classes),
    }
    if data.task == "classification" or images.targets is None:
        report |= _classified(trained, images, outputs, every_guess=every_guess)
    else:
        report |= _targets_told(images.targets, trained, outputs, images.paths if every_guess else ())
    report["left_out"] = [{"path": p.path, "reason": str(p.message)} for p in data.left_out]
    report["seconds"] = round(time.perf_counter() - start, 4)
    return report


def _classified(
    trained: TrainedModel, images: Images, outputs: NDArray[np.float32], *, every_guess: bool
) -> dict[str, object]:
    probabilities = trained.head.probabilities(outputs)
    guesses = probabilities.argmax(axis=1)
    report = classification_report(images.labels, probabilities, trained.classes)
    wrong = np.flatnonzero(guesses != images.labels)
    report["mistakes"] = _told(wrong, images, guesses, probabilities, trained.classes)[:_MOST_MISTAKES]
    if every_guess:
        report["guesses"] = _told(np.arange(len(images)), images, guesses, probabilities, trained.classes)
    return report


def _targets_told(
    targets: NDArray[np.float32],
    trained: TrainedModel,
    outputs: NDArray[np.float32],
    paths: Sequence[str],
) -> dict[str, object]:
    """Several labels or numbers of each image; guesses for `paths` alone."""
    outputs = trained.head.probabilities(outputs)
    if trained.head.task == "multi_label":
        report = multi_label_report(targets, outputs, trained.classes)
    else:
        report = regression_report(targets, outputs, trained.classes)
    if paths:
        report["guesses"] = [
            {"path": path, "true": true, "predicted": told}
            for path, true, told in zip(paths, targets.tolist(), outputs.tolist(), strict=True)
        ]
    return report


def predict(
    run_dir: Path,
    *,
    paths: Sequence[Path] = (),
    images: NDArray[np.uint8] | None = None,
    top: int = 5,
) -> list[dict[str, object]]:
    """Classify picture files, or uint8 images (images, height, width, channels) of the model's input shape.

    For each a dictionary: `class`, `probability`, `top` (list of class and probability, the likeliest first; of several
    labels also `labels`, those told), or `values` (name and value) of a model that tells numbers, and, for files, `path`; a file that cannot be read has `path`, `error` and `hint` instead.
    """
    trained = load_trained(run_dir)
    height, width, channels = trained.input_shape
    if images is not None:
        if images.ndim != 4 or images.shape[1:] != trained.input_shape:
            raise EngineError(
                Message(
                    "The images have the shape {found}; the model takes {wanted}.",
                    found=images.shape[1:],
                    wanted=trained.input_shape,
                )
            )
        return [_guess(row, trained, top) for row in trained.probabilities(images)]
    answers: list[dict[str, object]] = []
    pixels: list[NDArray[np.uint8]] = []
    for path in paths:
        answer: dict[str, object] = {"path": str(path)}
        try:
            pixels.append(decode(path, height=height, width=width, channels=channels, resize=trained.resize))
        except DataError as error:
            answer |= {"error": str(error.message), "hint": str(error.hint)}
        answers.append(answer)
    good = [answer for answer in answers if "error" not in answer]
    if good:
        for answer, row in zip(good, trained.probabilities(np.stack(pixels)), strict=True):
            answer |= _guess(row, trained, top)
    return answers


def _part(data: ImageData, part: str) -> Images:
    match part:
        case "":
            return data.everything()
        case "train":
            return data.train
        case "validation":
            return data.validation
        case "test":
            return data.test
    raise EngineError(
        Message("There is no part {part}.", part=part),
        Message("Choose train, validation, test, or none for all images."),
    )


def _guess(row: NDArray[np.float32], trained: TrainedModel, top: int) -> dict[str, object]:
    """The likeliest classes or labels; of a model that tells numbers the numbers."""
    classes = trained.classes
    if trained.head.task == "regression":
        pairs = zip(classes, row.tolist(), strict=True)
        return {"values": [{"name": name, "value": value} for name, value in pairs]}
    order = np.argsort(-row)[: max(1, top)]
    best = [{"class": classes[index], "probability": float(row[index])} for index in order]
    found: dict[str, object] = {**best[0], "top": best}
    if trained.head.task == "multi_label":
        found["labels"] = [name for name, share in zip(classes, row, strict=True) if share >= THRESHOLD]
    return found


def _loss(trained: TrainedModel, images: Images, outputs: NDArray[np.float32]) -> float:
    truth = trained.head.labels(images.labels, images.targets)
    return float(trained.model.loss(truth, outputs))


def _told(
    which: NDArray[Any],
    images: Images,
    guesses: NDArray[Any],
    probabilities: NDArray[np.float32],
    classes: tuple[str, ...],
) -> list[dict[str, object]]:
    """What was guessed for some of the images, the surest guesses first."""
    sure = probabilities[which, guesses[which]]
    return [
        {
            "path": images.paths[index],
            "true": classes[int(images.labels[index])],
            "predicted": classes[int(guesses[index])],
            "probability": float(probabilities[index, guesses[index]]),
        }
        for index in which[np.argsort(-sure, kind="stable")].tolist()
    ]
