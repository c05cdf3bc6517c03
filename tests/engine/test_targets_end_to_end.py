"""Numbers and labels of images: trained, evaluated and predicted with real Keras, and judged a second time by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnnstudio.data.intake import Intake, take_in
from cnnstudio.data.report import DataReport, Task
from cnnstudio.engine import datasets
from cnnstudio.engine.evaluation import evaluate, predict
from cnnstudio.engine.training import train
from tests.engine.small_data import network, project, write_images


def targeted(task: Task, names: tuple[str, ...], tell: Callable[[Path], tuple[float, ...]]) -> object:
    """`take_in`, and what `tell` says of each image as its target."""

    def told(report: DataReport) -> DataReport:
        images = tuple(replace(image, target=tell(report.root / image.path)) for image in report.images)
        return replace(report, images=images, task=task, target_names=names)

    def read(*arguments: Any, arranged: Callable[[DataReport], Any], **options: Any) -> Intake:
        taken = take_in(*arguments, arranged=lambda report: arranged(told(report)), **options)
        assert taken is not None
        return replace(taken, report=told(taken.report))

    return read


def grey(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path), np.float64) / 255


@pytest.fixture
def images(tmp_path: Path) -> Path:
    datasets.forget_images()
    return write_images(tmp_path / "data")


def test_numbers_are_trained_measured_and_predicted(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = targeted("regression", ("brightness",), lambda path: (float(grey(path).mean()),))
    monkeypatch.setattr(datasets, "take_in", tell)
    plan = project(network(1, activation=None), epochs=3, loss="auto")
    train(plan, images, tmp_path / "run", emit=lambda _: None, run_id="a")
    report = evaluate(tmp_path / "run", images, every_guess=True)
    guesses = report["guesses"]
    assert isinstance(guesses, list)
    errors = np.array([guess["predicted"][0] - grey(images / guess["path"]).mean() for guess in guesses])
    assert report["task"] == "regression"
    assert report["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-4)
    assert report["rmse"] == pytest.approx(np.sqrt((errors**2).mean()), rel=1e-4)
    (answer,) = predict(tmp_path / "run", paths=[images / guesses[0]["path"]])
    assert answer["values"] == [
        {"name": "brightness", "value": pytest.approx(guesses[0]["predicted"][0], abs=1e-4)}
    ]


def test_labels_are_trained_measured_and_predicted(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(path: Path) -> tuple[float, ...]:
        pixels = grey(path)
        return float(pixels.mean() > 0.3), float(np.abs(np.diff(pixels, axis=1)).mean() > 0.3)

    monkeypatch.setattr(datasets, "take_in", targeted("multi_label", ("light", "striped"), tell))
    plan = project(network(2, activation=None), epochs=3, loss="auto")
    train(plan, images, tmp_path / "run", emit=lambda _: None, run_id="a")
    report = evaluate(tmp_path / "run", images, every_guess=True)
    guesses = report["guesses"]
    assert isinstance(guesses, list)
    truth = np.array([tell(images / guess["path"]) for guess in guesses]) > 0.5
    probabilities = np.array([guess["predicted"] for guess in guesses])
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert report["accuracy"] == pytest.approx(((probabilities >= 0.5) == truth).mean())
    (answer,) = predict(tmp_path / "run", paths=[images / guesses[0]["path"]])
    told = [name for name, share in zip(("light", "striped"), probabilities[0], strict=True) if share >= 0.5]
    assert answer["labels"] == told
