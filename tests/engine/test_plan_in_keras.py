"""A plan's settings are what Keras does: optimizers, schedules, stopping, losses, freezing, averages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cnnstudio.core.network import Edge, Network
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine.averaging import AveragedWeights, averaged_copies
from cnnstudio.engine.builder import build
from cnnstudio.engine.class_weights import class_weights_of
from cnnstudio.engine.datasets import ImageData, Images
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.freezing import freeze
from cnnstudio.engine.heads import head_of, main_part
from cnnstudio.engine.initial_weights import take_weights
from cnnstudio.engine.judging import stops_after
from cnnstudio.engine.losses import compile_model
from cnnstudio.engine.optimizers import optimizer_of
from cnnstudio.engine.schedules import fall_on_plateau, plateau_scale, rate_used
from cnnstudio.engine.training import resume, train
from cnnstudio.layers import catalogue
from cnnstudio.layers.memory import optimizer_slots
from cnnstudio.runs.optimizer_settings import SETTINGS
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.run_folder import RunFolder
from tests.engine.small_data import chain, network, node, project, write_images

GENERATOR = np.random.default_rng(11)


def built(network_: Network) -> keras.Model:
    return build(network_, catalogue())


def dense(units: int = 3, activation: str | None = None) -> keras.Model:
    return built(
        chain(node("image", "Input", shape=[4]), node("classes", "Dense", units=units, activation=activation))
    )


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_of_an_optimizer_is_keras_own_and_reaches_it(name: str) -> None:
    plain = optimizer_of(TrainingPlan(optimizer=name)).get_config()
    for setting, default in SETTINGS[name].items():
        assert plain[setting] == pytest.approx(default)
        other: Any = (not default) if isinstance(default, bool) else 0.5
        plan = TrainingPlan.from_json({"optimizer": name, "momentum": 0.5, setting: other})
        assert optimizer_of(plan).get_config()[setting] == other
    foreign = TrainingPlan(optimizer=name, beta_1=0.5, rho=0.5, momentum=0.5, nesterov=True, centered=True)
    assert set(optimizer_of(foreign).get_config()) == set(plain), "what is another's is left out"
    clipped = optimizer_of(TrainingPlan(optimizer=name, global_clipnorm=1.5, use_ema=True, ema_momentum=0.9))
    config = clipped.get_config()
    assert (config["global_clipnorm"], config["use_ema"], config["ema_momentum"]) == (1.5, True, 0.9)


def rates(plan: TrainingPlan, steps_per_epoch: int, epochs: int) -> list[float]:
    """The rate that each step of a real optimizer uses."""
    optimizer = optimizer_of(plan, steps_per_epoch)
    weight = keras.Variable(1.0)
    optimizer.build([weight])
    used = []
    for _ in range(steps_per_epoch * epochs):
        before = float(weight)
        optimizer.apply([keras.ops.ones(())])
        used.append(before - float(weight))
    assert used[-1] == pytest.approx(rate_used(optimizer), rel=1e-3)
    return used


def test_schedules_are_functions_of_the_step() -> None:
    plan = TrainingPlan(optimizer="sgd", learning_rate=0.1, epochs=4, decay_epochs=2, decay_factor=0.5)
    assert rates(replace(plan, schedule="step"), 2, 4) == pytest.approx([0.1] * 4 + [0.05] * 4, rel=1e-3)
    cosine = rates(replace(plan, schedule="cosine", minimum_rate=0.02), 2, 4)
    wave = [0.02 + 0.08 * (1 + np.cos(np.pi * step / 8)) / 2 for step in range(8)]
    assert cosine == pytest.approx(wave, rel=1e-3)
    warm = rates(replace(plan, schedule="step", warmup_epochs=2), 2, 6)
    assert warm == pytest.approx(
        [0.025, 0.05, 0.075, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05], rel=1e-3
    )
    assert rates(replace(plan, warmup_epochs=1), 2, 2) == pytest.approx([0.05, 0.1, 0.1, 0.1], rel=1e-3)


def losses_with_rests() -> list[dict[str, float]]:
    values = np.round(np.abs(GENERATOR.normal(1, 0.3, 40)), 2)
    return [{"loss": float(value), "val_loss": float(value)} for value in values]


def test_plateaus_and_stopping_agree_with_keras_callbacks() -> None:
    for patience, delta in ((1, 0.0), (2, 0.05), (3, 0.0), (5, 0.1)):
        history = losses_with_rests()
        plan = TrainingPlan(
            learning_rate=0.1, schedule="plateau", decay_epochs=patience, decay_factor=0.5, minimum_rate=0.01,
            stopping_patience=patience, stopping_min_delta=delta,
        )  # fmt: skip
        model = dense()
        model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
        plateau = keras.callbacks.ReduceLROnPlateau(
            factor=0.5, patience=patience, min_delta=delta, min_lr=0.01
        )
        stopping = keras.callbacks.EarlyStopping(patience=patience, min_delta=delta)
        for callback in (plateau, stopping):
            callback.set_model(model)
            callback.on_train_begin()
        stopped = False
        for epoch in range(len(history)):
            plateau.on_epoch_end(epoch, dict(history[epoch]))
            seen = history[: epoch + 1]
            assert 0.1 * plateau_scale(plan, seen) == pytest.approx(float(model.optimizer.learning_rate))
            if not stopped:
                stopping.on_epoch_end(epoch, dict(history[epoch]))
                stopped = bool(model.stop_training)
                assert stops_after(plan, seen) == stopped


def test_what_is_left_at_plateaus_is_one_of_the_optimizers_variables() -> None:
    plan = TrainingPlan(optimizer="sgd", learning_rate=0.1, schedule="plateau", decay_epochs=1)
    optimizer = optimizer_of(plan)
    fall_on_plateau(plan, optimizer, [{"loss": 1.0}, {"loss": 2.0}])
    assert float(optimizer.learning_rate) == pytest.approx(0.01)
    assert any(float(np.asarray(variable)) == pytest.approx(0.1) for variable in optimizer.variables)


@pytest.mark.parametrize("activation", ["softmax", None])
def test_smoothed_labels_have_the_loss_of_the_formula(activation: str | None) -> None:
    model = dense(3, activation)
    head = head_of(model, 3, label_smoothing=0.1)
    compile_model(model, head, TrainingPlan(label_smoothing=0.1))
    pixels = GENERATOR.normal(size=(6, 4)).astype(np.float32)
    classes = np.array([0, 1, 2, 0, 1, 2], np.int32)
    outputs = np.asarray(model(pixels), np.float64)
    if activation is None:
        outputs = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    wanted = np.eye(3)[classes] * 0.9 + 0.1 / 3
    loss = float(model.loss(head.labels(classes, None), model(pixels)))
    assert loss == pytest.approx(float(-(wanted * np.log(outputs)).sum(axis=1).mean()), rel=1e-4)


@pytest.mark.parametrize("activation", ["sigmoid", None])
def test_several_labels_are_learned_by_binary_crossentropy(activation: str | None) -> None:
    model = dense(3, activation)
    head = head_of(model, 3, task="multi_label")
    compile_model(model, head, TrainingPlan())
    pixels = GENERATOR.normal(size=(40, 4)).astype(np.float32)
    targets = (GENERATOR.random((40, 3)) < 0.5).astype(np.float32)
    told = head.probabilities(np.asarray(model(pixels)))
    guesses = told >= 0.5
    hits = (guesses & (targets > 0)).sum(axis=0)
    f1 = 2 * hits / np.maximum(guesses.sum(axis=0) + targets.sum(axis=0), 1)
    found = model.evaluate(pixels, targets, verbose=0, return_dict=True)
    entropy = -(targets * np.log(told) + (1 - targets) * np.log(1 - told)).mean()
    assert found["loss"] == pytest.approx(float(entropy), rel=1e-4)
    assert found["accuracy"] == pytest.approx(float((guesses == (targets > 0)).mean()))
    assert found["f1"] == pytest.approx(float(f1.mean()), rel=1e-5)


def test_numbers_are_learned_by_their_distance() -> None:
    pixels = GENERATOR.normal(size=(20, 4)).astype(np.float32)
    targets = GENERATOR.normal(size=(20, 2)).astype(np.float32)
    for loss, expected in (
        ("auto", lambda d: (d**2).mean()),
        ("mean_absolute_error", lambda d: np.abs(d).mean()),
        ("huber", lambda d: np.where(np.abs(d) <= 1, d**2 / 2, np.abs(d) - 0.5).mean()),
    ):
        model = dense(2)
        head = head_of(model, 2, loss, task="regression")
        compile_model(model, head, TrainingPlan())
        away = np.asarray(model(pixels)) - targets
        found = model.evaluate(pixels, targets, verbose=0, return_dict=True)
        assert found["loss"] == pytest.approx(float(expected(away)), rel=1e-4)
        assert found["mae"] == pytest.approx(float(np.abs(away).mean()), rel=1e-4)


@pytest.mark.parametrize(
    ("units", "activation", "count", "loss", "task", "cure"),
    [
        (3, "softmax", 3, "auto", "multi_label", "sigmoid"),
        (3, "softmax", 3, "auto", "regression", "no activation"),
        (2, None, 3, "auto", "multi_label", "3 units"),
        (2, None, 1, "auto", "regression", "1 units"),
        (2, None, 2, "huber", "multi_label", "binary_crossentropy"),
        (2, None, 2, "binary_crossentropy", "regression", "mean_squared_error"),
        (3, "softmax", 4, "auto", "classification", "4 units"),
    ],
)
def test_a_head_that_does_not_fit_the_data_is_refused_with_the_cure(
    units: int, activation: str | None, count: int, loss: str, task: Any, cure: str
) -> None:
    with pytest.raises(EngineError) as caught:
        head_of(dense(units, activation), count, loss, task=task)
    assert cure in str(caught.value.hint)


def two_ends() -> Network:
    """An early auxiliary end beside the main one, which comes first in the order of nodes."""
    nodes = (
        node("image", "Input", shape=[16, 16, 1]),
        node("conv", "Conv2D", filters=3, kernel_size=3, strides=2, activation="relu"),
        node("conv_b", "Conv2D", filters=3, kernel_size=3, activation="relu"),
        node("pool_b", "GlobalAveragePooling2D"),
        node("classes", "Dense", units=3, activation="softmax"),
        node("pool_a", "GlobalAveragePooling2D"),
        node("early", "Dense", units=3, activation="softmax"),
    )
    wires = [
        ("image", "conv"), ("conv", "conv_b"), ("conv_b", "pool_b"), ("pool_b", "classes"),
        ("conv", "pool_a"), ("pool_a", "early"),
    ]  # fmt: skip
    return Network.of(nodes, [Edge(source=a, target=b) for a, b in wires])


def test_auxiliary_ends_count_by_their_weight_and_the_deepest_end_is_the_main_one() -> None:
    model = built(two_ends())
    head = head_of(model, 3)
    assert model.output_names[head.main] == "classes"
    plan = TrainingPlan(auxiliary_weight=0.3)
    compile_model(model, head, plan)
    pixels = GENERATOR.random((6, 16, 16, 1), np.float32)
    labels = np.array([0, 1, 2, 0, 1, 2], np.int32)
    found = model.evaluate(pixels, [labels] * 2, verbose=0, return_dict=True)
    outputs = [np.asarray(one) for one in model(pixels)]
    each = [float(-np.log(one[np.arange(6), labels]).mean()) for one in outputs]
    assert found["loss"] == pytest.approx(each[head.main] + 0.3 * each[1 - head.main], rel=1e-4)
    assert np.allclose(main_part(model, head)(pixels), outputs[head.main])


def some_data(labels: list[int]) -> ImageData:
    images = Images(pixels=np.zeros((len(labels), 2, 2, 1), np.uint8), labels=np.array(labels, np.int32))
    return ImageData(train=images, validation=images, test=images, classes=("cat", "dog", "owl"), problems=())


def test_balanced_class_weights_let_every_class_count_alike() -> None:
    head = head_of(dense(3, "softmax"), 3)
    data = some_data([0] * 6 + [1] * 3 + [2])
    weights = class_weights_of(TrainingPlan(class_weights="balanced"), data, head)
    assert weights == pytest.approx({0: 10 / 18, 1: 10 / 9, 2: 10 / 3})
    own = TrainingPlan.from_json({"class_weights": {"dog": 4}})
    assert class_weights_of(own, data, head) == {0: 1.0, 1: 4.0, 2: 1.0}
    with pytest.raises(EngineError, match="fox"):
        class_weights_of(TrainingPlan.from_json({"class_weights": {"fox": 4}}), data, head)


def test_a_frozen_layer_stays_as_it_is_and_its_statistics_too() -> None:
    flat = network(3, node("norm", "BatchNormalization"))
    model = built(flat)
    freeze(model, flat, ("norm", "conv"))
    assert len(model.trainable_variables) == 2
    compile_model(model, head_of(model, 3), TrainingPlan())
    before = [np.asarray(v).copy() for v in model.get_layer("norm").weights + model.get_layer("conv").weights]
    model.train_on_batch(GENERATOR.random((8, 16, 16, 1), np.float32), np.zeros(8, np.int32))
    after = [np.asarray(v) for v in model.get_layer("norm").weights + model.get_layer("conv").weights]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    with pytest.raises(EngineError, match="cnov"):
        freeze(model, flat, ("cnov",))
    with pytest.raises(EngineError, match="nothing to train"):
        freeze(model, flat, ("norm", "conv", "classes"))


def test_averaged_weights_are_keras_own_and_are_put_back() -> None:
    model = dense(3, "softmax")
    compile_model(model, head_of(model, 3), TrainingPlan(use_ema=True, ema_momentum=0.5))
    pixels, labels = GENERATOR.random((8, 4), np.float32), np.zeros(8, np.int32)
    average: Any = None
    for _ in range(3):
        model.train_on_batch(pixels, labels)
        now = np.asarray(model.trainable_variables[0])
        average = now if average is None else 0.5 * average + 0.5 * now
    own = np.asarray(model.trainable_variables[0]).copy()
    assert np.allclose(averaged_copies(model)[0], average, atol=1e-6)
    averaged = AveragedWeights(model)
    averaged.put_in()
    assert np.allclose(model.trainable_variables[0], average, atol=1e-6)
    averaged.put_back()
    assert np.array_equal(model.trainable_variables[0], own)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images") / "data", each=12)


def test_a_run_with_everything_goes_on_bit_by_bit_and_another_starts_from_it(
    images: Path, tmp_path: Path
) -> None:
    settings = {
        "epochs": 4, "deterministic": True, "optimizer": "sgd", "momentum": 0.9, "nesterov": True,
        "schedule": "plateau", "decay_epochs": 1, "decay_factor": 0.5, "stopping_min_delta": 0.5,
        "warmup_epochs": 1, "use_ema": True, "ema_momentum": 0.8, "clipnorm": 1.0, "label_smoothing": 0.1,
        "class_weights": "balanced", "best_metric": "val_loss",
    }  # fmt: skip
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    record = train(project(**settings), images, whole, emit=lambda _: None)
    train(project(**{**settings, "epochs": 2}), images, parted, emit=lambda _: None)
    resume(parted, emit=lambda _: None, epochs=4)
    first, second = RunFolder.open(whole), RunFolder.open(parted)
    for one, other in zip(first.history(), second.history(), strict=True):
        assert {**one, "seconds": 0} == {**other, "seconds": 0}
    assert first.history()[-1]["learning_rate"] < first.history()[0]["learning_rate"]
    best = min(first.history(), key=lambda row: row["val_loss"])
    assert record.best_epoch == best["epoch"]
    wider = tmp_path / "wider"
    write_images(wider / "data", each=8, classes=("bright", "dark", "striped", "grey"))
    begun = train(
        project(network(4), epochs=1, initial_weights=str(whole)), wider / "data", wider / "run",
        emit=lambda _: None,
    )  # fmt: skip
    assert begun.started_from["loaded"] == ["conv"]
    assert list(begun.started_from["left"]) == ["classes"]  # type: ignore[call-overload]
    assert "weights of classes not taken" in (wider / "run" / "train.log").read_text(encoding="utf-8")
    model = built(network(4))
    take_weights(model, whole)
    kept = keras.saving.load_model(whole / "model.keras", compile=False)
    assert np.array_equal(model.get_layer("conv").weights[0], kept.get_layer("conv").weights[0])


def test_a_run_that_makes_no_progress_ends_early(images: Path, tmp_path: Path) -> None:
    plan = {"epochs": 9, "stopping_patience": 2, "stopping_min_delta": 50.0}
    record = train(project(**plan), images, tmp_path / "run", emit=lambda _: None)
    assert (record.state, record.epochs_done) == ("finished", 3)


def test_a_network_with_two_ends_trains_and_is_measured_by_its_main_end(images: Path, tmp_path: Path) -> None:
    from cnnstudio.engine.evaluation import evaluate

    record = train(project(two_ends(), epochs=2), images, tmp_path / "run", emit=lambda _: None)
    assert set(record.metrics) >= {"loss", "accuracy", "val_loss", "val_accuracy"}
    report = evaluate(tmp_path / "run", images, part="validation")
    assert report["accuracy"] == pytest.approx(record.metrics["val_accuracy"])


def test_each_layer_begins_as_its_initializers_say() -> None:
    constant = {"class_name": "Constant", "config": {"value": 42}}
    model = built(
        chain(
            node("image", "Input", shape=[16, 16, 8]),
            node("conv", "Conv2D", filters=64, kernel_size=3, kernel_initializer="he_normal", bias_initializer=constant),
            node("flatten", "Flatten"),
            node("classes", "Dense", units=3),
        )
    )  # fmt: skip
    kernel, bias = (np.asarray(weight) for weight in model.get_layer("conv").weights)
    assert np.all(bias == 42)
    assert kernel.std() == pytest.approx(np.sqrt(2 / (3 * 3 * 8)), rel=0.05)
    dense = np.asarray(model.get_layer("classes").weights[0])
    limit = np.sqrt(6 / sum(dense.shape))
    assert np.abs(dense).max() <= limit
    assert dense.std() == pytest.approx(limit / np.sqrt(3), rel=0.05)


def test_the_moving_statistics_begin_as_they_are_told_to() -> None:
    two, three = ({"class_name": "Constant", "config": {"value": value}} for value in (2, 3))
    model = built(
        chain(
            node("image", "Input", shape=[4]),
            node(
                "norm", "BatchNormalization", moving_mean_initializer=two, moving_variance_initializer=three
            ),
        )
    )
    gamma, beta, mean, variance = (np.asarray(weight) for weight in model.get_layer("norm").weights)
    assert (set(gamma), set(beta), set(mean), set(variance)) == ({1.0}, {0.0}, {2.0}, {3.0})


def test_edges_that_are_filled_up_get_the_value_that_was_chosen() -> None:
    resized = node("it", "Resizing", height=4, width=4, pad_to_aspect_ratio=True, fill_value=7.0)
    model = built(chain(node("image", "Input", shape=[4, 2, 1]), resized))
    columns = np.asarray(model(np.ones((1, 4, 2, 1), np.float32)))[0, :, :, 0].T
    assert [set(column) for column in columns] == [{7.0}, {1.0}, {1.0}, {7.0}]


def test_a_run_with_frozen_layers_keeps_them_and_its_model_is_measured_alike(
    images: Path, tmp_path: Path
) -> None:
    from cnnstudio.engine.evaluation import evaluate, load_trained
    from cnnstudio.engine.preparing import prepare, read_images

    made = project(network(3, node("norm", "BatchNormalization")), epochs=2, frozen=["norm", "conv"])
    record = train(made, images, tmp_path / "run", emit=lambda _: None)
    plan = record.plan
    settings = DataSettings.from_json(made.data)
    data, _ = read_images(made, images, settings, say=lambda _: None, cancelled=lambda: False)
    fresh = prepare(made, plan, data).model
    kept = load_trained(tmp_path / "run").model
    for name in ("norm", "conv"):
        pairs = zip(fresh.get_layer(name).get_weights(), kept.get_layer(name).get_weights(), strict=True)
        assert all(np.array_equal(one, other) for one, other in pairs)
    assert not np.array_equal(
        fresh.get_layer("classes").get_weights()[0], kept.get_layer("classes").get_weights()[0]
    )
    report = evaluate(tmp_path / "run", images, part="validation")
    assert report["loss"] == pytest.approx(record.metrics["val_loss"], rel=1e-3)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("extra", [{}, {"amsgrad": True, "centered": True, "momentum": 0.9, "use_ema": True}])
def test_the_forecast_counts_what_an_optimizer_really_keeps(name: str, extra: dict[str, Any]) -> None:
    plan = TrainingPlan(optimizer=name, **extra)
    optimizer = optimizer_of(plan)
    optimizer.build([keras.Variable(np.zeros(7, np.float32))])
    kept = sum(tuple(variable.shape) == (7,) for variable in optimizer.variables)
    counted = optimizer_slots(
        name, plan.momentum, amsgrad=plan.amsgrad, centered=plan.centered, use_ema=plan.use_ema
    )
    assert counted == kept
