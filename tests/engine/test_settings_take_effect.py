"""Settings of a plan, of a layer and of the data reach the run itself: each test fails where one is passed over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core.network import Network
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine import datasets
from cnnstudio.engine.datasets import Images, read_folder
from cnnstudio.engine.evaluation import evaluate, load_trained
from cnnstudio.engine.training import train
from cnnstudio.runs.run_folder import RunFolder
from tests.engine.small_data import chain, network, node, project, write_images
from tests.engine.test_tables_end_to_end import listed

STILL = 1e-12
"""A learning rate at which a model stays as it began."""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    datasets.forget_images()
    return write_images(tmp_path / "pictures", each=12)


def plain(conv_bias: object = "zeros") -> Network:
    """A network that computes the same in training and measuring."""
    return chain(
        node("image", "Input", shape=[16, 16, 1]),
        node("conv", "Conv2D", filters=4, kernel_size=3, bias_initializer=conv_bias),
        node("flatten", "Flatten"),
        node("classes", "Dense", units=3, activation="softmax"),
    )


def weights(run: Path, layer: str) -> list[np.ndarray]:
    return [np.asarray(one) for one in load_trained(run).model.get_layer(layer).get_weights()]


def told_by(run: Path, images: Path, part: str) -> tuple[Images, np.ndarray]:
    """A part of the data, and what the run's model tells of it."""
    trained = load_trained(run)
    settings = DataSettings.from_json(RunFolder.open(run).project().data)
    data = read_folder(images, settings, trained.input_shape)
    part_images: Images = getattr(data, part)
    pixels = part_images.pixels.astype(np.float32) / 255
    return part_images, np.asarray(trained.model(pixels), np.float64)


def quiet(_event: object) -> None:
    return


def test_a_run_starts_from_the_weights_of_another_by_name_and_shape_and_says_which(
    images: Path, tmp_path: Path
) -> None:
    first, second, alone = tmp_path / "first", tmp_path / "second", tmp_path / "alone"
    train(project(plain(), epochs=2), images, first, emit=quiet)
    other = {"epochs": 1, "learning_rate": STILL, "seed": 99}
    begun = train(project(plain(), **other, initial_weights=str(first)), images, second, emit=quiet)
    train(project(plain(), **other), images, alone, emit=quiet)
    for layer in ("conv", "classes"):
        np.testing.assert_allclose(weights(second, layer)[0], weights(first, layer)[0], atol=1e-6)
        assert not np.allclose(weights(alone, layer)[0], weights(first, layer)[0], atol=1e-3)
    assert begun.started_from["loaded"] == ["conv", "classes"]
    assert RunFolder.open(second).record.started_from == begun.started_from


def test_the_initialiser_of_a_layer_is_what_its_run_begins_with(images: Path, tmp_path: Path) -> None:
    constant = {"class_name": "Constant", "config": {"value": 42}}
    train(project(plain(constant), epochs=1, learning_rate=STILL), images, tmp_path / "run", emit=quiet)
    assert np.all(weights(tmp_path / "run", "conv")[1] == 42)


def test_a_frozen_layer_stays_and_the_others_learn(images: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    train(project(plain(), epochs=1, learning_rate=STILL), images, before, emit=quiet)
    train(project(plain(), epochs=2, frozen=["conv"]), images, after, emit=quiet)
    np.testing.assert_allclose(weights(after, "conv")[0], weights(before, "conv")[0], atol=1e-7)
    assert not np.allclose(weights(after, "classes")[0], weights(before, "classes")[0], atol=1e-3)


def test_the_loss_of_a_run_with_smoothed_labels_is_the_formulas(images: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(project(plain(), epochs=1, label_smoothing=0.3), images, run, emit=quiet)
    part, told = told_by(run, images, "validation")
    wanted = np.eye(3)[part.labels] * 0.7 + 0.1
    smoothed = float(-(wanted * np.log(told)).sum(axis=1).mean())
    hard = float(-np.log(told[np.arange(len(told)), part.labels]).mean())
    assert abs(smoothed - hard) > 0.01
    (row,) = RunFolder.open(run).history()
    assert row["val_loss"] == pytest.approx(smoothed, rel=1e-3)


def test_the_loss_of_a_run_counts_each_class_by_its_weight(images: Path, tmp_path: Path) -> None:
    run, weight = tmp_path / "run", {"bright": 7.0, "dark": 1.0, "striped": 0.25}
    plan = {"epochs": 1, "learning_rate": STILL, "batch_size": 100, "class_weights": weight}
    train(project(plain(), **plan), images, run, emit=quiet)
    part, told = told_by(run, images, "train")
    each = -np.log(told[np.arange(len(told)), part.labels])
    counts = np.array([weight[name] for name in ("bright", "dark", "striped")])[part.labels]
    assert abs((each * counts).mean() - each.mean()) > 0.01
    (row,) = RunFolder.open(run).history()
    assert row["loss"] == pytest.approx(float((each * counts).mean()), rel=1e-3)


def test_a_class_that_counts_far_more_is_told_far_more_often(images: Path, tmp_path: Path) -> None:
    def dark(weight: float) -> int:
        run = tmp_path / f"run-{weight:g}"
        plan = {"epochs": 2, "learning_rate": 0.001, "class_weights": {"dark": weight}}
        train(project(plain(), **plan), images, run, emit=quiet)
        return int((told_by(run, images, "train")[1].argmax(axis=1) == 1).sum())

    assert dark(1000.0) > dark(1.0)


def test_a_deterministic_run_asks_the_backend_for_it_and_no_other_does(images: Path, tmp_path: Path) -> None:
    """In a process of its own, which stays so to its end."""
    code = (
        "import sys; from pathlib import Path; from cnnstudio.engine.training import train;"
        "from tests.engine.small_data import project; from tensorflow.python.framework import config;"
        "where = Path(sys.argv[2]);"
        "told = lambda _: None;"
        "train(project(epochs=1), Path(sys.argv[1]), where / 'free', emit=told);"
        "before = config.is_op_determinism_enabled();"
        "train(project(epochs=1, deterministic=True), Path(sys.argv[1]), where / 'same', emit=told);"
        "print(before, config.is_op_determinism_enabled())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(images), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split()[-2:] == ["False", "True"]


def test_several_labels_of_a_table_are_learned(images: Path, tmp_path: Path) -> None:
    """Both at once, which one class of each image could not tell."""
    table = tmp_path / "labels.csv"
    rows = []
    for path, light in listed(images):
        tags = [name for name, told in (("light", light > 0.2), ("striped", "striped" in path)) if told]
        rows.append(f"{path},{'|'.join(tags)}\n")
    table.write_text("image,tags\n" + "".join(rows))
    run = tmp_path / "run"
    learner = network(2, activation="sigmoid")
    record = train(project(learner, epochs=25, learning_rate=0.01), table, run, emit=quiet)
    assert record.task == "multi_label"
    report = evaluate(run, table, every_guess=True)
    guesses = report["guesses"]
    assert isinstance(guesses, list)
    both = [guess for guess in guesses if "striped" in guess["path"]]
    assert np.mean([min(guess["predicted"]) > 0.5 for guess in both]) > 0.8
    dark = [guess for guess in guesses if "dark" in guess["path"]]
    assert np.mean([max(guess["predicted"]) < 0.5 for guess in dark]) > 0.8


def test_numbers_of_a_table_are_learned(images: Path, tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("file,light\n" + "".join(f"{path},{light:.4f}\n" for path, light in listed(images)))
    run = tmp_path / "run"
    learner = chain(
        node("image", "Input", shape=[16, 16, 1]),
        node("mean", "GlobalAveragePooling2D"),
        node("number", "Dense", units=1),
    )
    record = train(project(learner, epochs=25, learning_rate=0.05), table, run, emit=quiet)
    assert record.task == "regression"
    report = evaluate(run, table, part="validation", every_guess=True)
    guesses = report["guesses"]
    assert isinstance(guesses, list)
    true = np.array([guess["true"][0] for guess in guesses])
    told = np.array([guess["predicted"][0] for guess in guesses])
    assert np.abs(told - true).mean() < 0.5 * np.abs(true - np.median(true)).mean()
