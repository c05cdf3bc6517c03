"""Weights and gradients of real networks: against Keras by hand, against a finite difference, plain against residual."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.engine.control import RunControl
from cnnstudio.engine.evaluation import load_trained
from cnnstudio.engine.failures import CancelledError, EngineError
from cnnstudio.engine.training import train
from cnnstudio.engine.understanding import weights as weights_module
from cnnstudio.engine.understanding.gradients import fresh_gradients, gradients_of_run, measured
from cnnstudio.engine.understanding.weights import (
    fresh_weights,
    layer_values,
    weights_of,
    weights_of_run,
)
from cnnstudio.runs.gradient_flow import LayerGradient, judge
from cnnstudio.runs.plan import TrainingPlan
from tests.engine.small_data import chain, network, node, project, write_images

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images") / "data")


@pytest.fixture(scope="module")
def trained(images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a network with batch normalisation."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    normed = network(3, node("norm", "BatchNormalization"))
    train(project(normed), images, folder, emit=lambda _: None, control=RunControl())
    return folder


def test_weights_of_a_damaged_run_are_not_begun_with(trained: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(trained, broken)
    (broken / "model.keras").write_bytes((trained / "model.keras").read_bytes()[:2000])
    with pytest.raises(EngineError, match="damaged"):
        fresh_weights(project(), TrainingPlan(initial_weights=str(broken)))


def small_model() -> keras.Model:
    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            keras.layers.Conv2D(3, 3, activation="tanh", name="conv"),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation="softmax", name="classes"),
        ]
    )
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    return model


def batch() -> tuple[tf.Tensor, tf.Tensor]:
    generator = np.random.default_rng(3)
    pixels = generator.random((8, 6, 6, 1), np.float32)
    return tf.convert_to_tensor(pixels), tf.convert_to_tensor(generator.integers(0, 4, 8))


def by_name(reply: dict[str, object]) -> dict[str, dict[str, object]]:
    layers = reply["layers"]
    assert isinstance(layers, list)
    return {layer["name"]: layer for layer in layers}


def test_norms_are_those_of_a_gradient_tape_by_hand() -> None:
    model, (pixels, labels) = small_model(), batch()
    with tf.GradientTape() as tape:
        outputs = model(pixels, training=True)
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, outputs))
    slopes = tape.gradient(loss, [weight.value for weight in model.trainable_weights])
    expected = [float(np.linalg.norm(slope.numpy())) for slope in slopes]
    reply = measured(model, pixels, labels)
    found = [weight["norm"] for layer in by_name(reply).values() for weight in layer["weights"]]  # type: ignore[attr-defined]
    assert found == pytest.approx(expected, rel=1e-5)
    conv = by_name(reply)["conv"]
    assert conv["norm"] == pytest.approx(np.hypot(*expected[:2]), rel=1e-5)
    assert conv["count"] == 3 * 3 * 3 + 3
    assert reply["loss"] == pytest.approx(float(loss), rel=1e-5)


def test_a_gradient_is_the_slope_that_a_finite_difference_finds() -> None:
    model, (pixels, labels) = small_model(), batch()
    for layer in model.layers:
        layer.trainable = layer.name == "conv"
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    bias = model.get_layer("conv").bias
    model.get_layer("conv").kernel.trainable = False

    def loss_at(value: float) -> float:
        values = np.zeros(3, np.float32)
        values[1] = value
        bias.assign(values)
        outputs = model(pixels, training=True)
        return float(model.compute_loss(x=pixels, y=labels, y_pred=outputs, training=True))

    step = 1e-2
    slope = (loss_at(step) - loss_at(-step)) / (2 * step)
    bias.assign(np.zeros(3, np.float32))
    others = []
    for channel in (0, 2):
        ends = []
        for sign in (1, -1):
            values = np.zeros(3, np.float32)
            values[channel] = sign * step
            bias.assign(values)
            outputs = model(pixels, training=True)
            ends.append(float(model.compute_loss(x=pixels, y=labels, y_pred=outputs, training=True)))
        others.append((ends[0] - ends[1]) / (2 * step))
    bias.assign(np.zeros(3, np.float32))
    reply = measured(model, pixels, labels)
    assert by_name(reply)["conv"]["norm"] == pytest.approx(np.linalg.norm([slope, *others]), rel=2e-2)
    assert by_name(reply)["classes"]["norm"] is None  # frozen


def test_measuring_changes_nothing_of_the_network() -> None:
    model, (pixels, labels) = small_model(), batch()
    before = [np.array(keras.ops.convert_to_numpy(variable)) for variable in model.variables]
    measured(model, pixels, labels)
    for variable, values in zip(model.variables, before, strict=True):
        np.testing.assert_array_equal(keras.ops.convert_to_numpy(variable), values)


def deep(shortcuts: bool, depth: int = 16) -> Network:
    """A deep stack of sigmoid layers, plain or with a shortcut around each."""
    front = chain(
        node("image", "Input", shape=[16, 16, 1]),
        node("flatten", "Flatten"),
        node("first", "Dense", units=16),
    )
    nodes, edges, last = list(front.nodes.values()), list(front.edges), "first"
    for number in range(1, depth + 1):
        dense = node(f"dense{number}", "Dense", units=16, activation="sigmoid")
        nodes.append(dense)
        edges.append(Edge(source=last, target=dense.id))
        if shortcuts:
            nodes.append(node(f"add{number}", "Add"))
            edges.append(Edge(source=last, target=f"add{number}", slot=0))
            edges.append(Edge(source=dense.id, target=f"add{number}", slot=1))
            last = f"add{number}"
        else:
            last = dense.id
    nodes.append(node("classes", "Dense", units=3, activation="softmax"))
    edges.append(Edge(source=last, target="classes"))
    return Network.of(nodes, edges)


def flow(reply: dict[str, object]) -> list[LayerGradient]:
    return [
        LayerGradient(name=name, norm=layer["norm"], count=layer["count"])  # type: ignore[arg-type]
        for name, layer in by_name(reply).items()
    ]


def test_gradients_vanish_in_a_deep_plain_sigmoid_network_and_not_with_shortcuts(images: Path) -> None:
    plain_project, residual_project = project(deep(shortcuts=False)), project(deep(shortcuts=True))
    plan = TrainingPlan.from_json(plain_project.training)
    plain = flow(fresh_gradients(plain_project, plan, images))
    residual = flow(fresh_gradients(residual_project, plan, images))
    assert [row.name for row in plain] == [row.name for row in residual]
    assert judge(plain).flow == "vanishes"
    assert judge(residual).flow == "even"
    norms = {row.name: row.norm or 0.0 for row in plain}
    assert norms["dense1"] < 1e-6 * norms["dense16"]
    assert norms["dense1"] < norms["dense6"] / 100 < norms["dense11"] / 1e4
    kept = {row.name: row.norm or 0.0 for row in residual}
    assert kept["dense1"] > 0.01 * kept["dense16"]


def test_a_runs_gradients_are_those_of_its_best_model(trained: Path, images: Path) -> None:
    said: list[Message] = []
    reply = gradients_of_run(trained, say=said.append)
    assert list(by_name(reply)) == ["norm", "conv", "classes"]
    assert reply["images"] == 8
    assert any("Measuring" in str(message) for message in said)
    fresh = fresh_gradients(
        project(network(3, node("norm", "BatchNormalization"))), TrainingPlan(batch_size=8), images
    )
    assert reply["loss"] < fresh["loss"]  # type: ignore[operator]


def test_images_elsewhere_are_taken_when_their_classes_are_the_runs(
    trained: Path, images: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(images, moved)
    assert gradients_of_run(trained, moved)["loss"] == pytest.approx(gradients_of_run(trained)["loss"])
    shutil.move(moved / "dark", moved / "night")
    with pytest.raises(EngineError, match="other classes"):
        gradients_of_run(trained, moved)


def test_class_weights_count_as_in_training(images: Path) -> None:
    plain = project()
    plan = TrainingPlan(batch_size=8, seed=3)
    weighted = TrainingPlan(batch_size=8, seed=3, class_weights={"bright": 2.0, "dark": 2.0, "striped": 2.0})
    for layer, double in zip(
        by_name(fresh_gradients(plain, plan, images)).values(),
        by_name(fresh_gradients(plain, weighted, images)).values(),
        strict=True,
    ):
        assert double["norm"] == pytest.approx(2 * layer["norm"], rel=1e-4)  # type: ignore[operator]


def test_ends_of_a_network_count_as_the_plan_has_it(images: Path) -> None:
    front = chain(node("image", "Input", shape=[16, 16, 1]), node("flatten", "Flatten"))
    ends = [node(name, "Dense", units=3, activation="softmax") for name in ("main", "aux")]
    both = Network.of(
        [*front.nodes.values(), *ends],
        [*front.edges, *(Edge(source="flatten", target=end.id) for end in ends)],
    )

    def norms(weight: float) -> list[Any]:
        plan = TrainingPlan(batch_size=8, auxiliary_weight=weight)
        return [layer["norm"] for layer in by_name(fresh_gradients(project(both), plan, images)).values()]

    (main, aux), (same, double) = norms(0.3), norms(0.6)
    assert same == pytest.approx(main)
    assert double == pytest.approx(2 * aux, rel=1e-4)


def test_no_data_says_where_to_choose_them() -> None:
    with pytest.raises(EngineError, match="Choose images in Data"):
        fresh_gradients(project(), TrainingPlan())


def test_it_can_be_given_up(images: Path) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return True

    with pytest.raises((CancelledError, Exception)) as raised:
        fresh_gradients(project(), TrainingPlan(), images, cancelled=cancelled)
    assert type(raised.value).__name__ in ("CancelledError", "Cancelled")


def test_weights_are_told_by_layer_and_name() -> None:
    model = small_model()
    reply = weights_of(model)
    conv = by_name(reply)["conv"]
    kernel = conv["weights"][0]  # type: ignore[index]
    values = model.get_layer("conv").kernel.numpy()
    assert kernel["name"] == "kernel"
    assert kernel["shape"] == (3, 3, 1, 3)
    assert kernel["mean"] == pytest.approx(values.mean(), abs=1e-7)
    assert kernel["std"] == pytest.approx(values.std(), rel=1e-5)
    assert (kernel["min"], kernel["max"]) == pytest.approx((values.min(), values.max()))
    told = layer_values(model, "norm")
    assert list(told) == ["gamma", "beta", "moving_mean", "moving_variance"]
    np.testing.assert_array_equal(told["gamma"]["values"], np.ones(3))
    trainable = [weight["trainable"] for weight in by_name(reply)["norm"]["weights"]]  # type: ignore[attr-defined]
    assert trainable == [True, True, False, False]
    assert reply["parameters"] == model.count_params()


def test_a_large_layer_sends_its_histogram_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights_module, "MOST_VALUES", 10)
    told: Any = layer_values(small_model(), "conv")
    assert told["kernel"]["values"] is None
    assert told["kernel"]["counts"].sum() == 27
    assert len(told["kernel"]["edges"]) == len(told["kernel"]["counts"]) + 1
    assert told["bias"]["values"].shape == (3,)


def test_values_that_are_no_numbers_are_counted() -> None:
    model = small_model()
    model.get_layer("conv").bias.assign([np.nan, 1.0, np.inf])
    bias = by_name(weights_of(model))["conv"]["weights"][1]  # type: ignore[index]
    assert bias["not_finite"] == 2
    assert (bias["min"], bias["max"], bias["mean"]) == (1.0, 1.0, 1.0)


def test_a_large_network_is_not_kept_but_its_layers_are_told(
    trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights_module, "MOST_KEPT", 10)
    monkeypatch.setattr(weights_module, "_CHUNK", 7)
    weights_module._last.clear()
    table = weights_of_run(trained)
    assert weights_module._last[0].model is None
    kernel: Any = weights_of_run(trained, "conv")["values"]
    values = kernel["kernel"]["values"]
    told: Any = by_name(table)["conv"]["weights"]
    assert told[0]["std"] == pytest.approx(values.std(), rel=1e-5)
    assert told[0]["mean"] == pytest.approx(values.mean(), abs=1e-7)
    weights_module._last.clear()


def test_a_runs_weights_are_those_in_its_model_file(trained: Path) -> None:
    values = weights_of_run(trained, "conv")["values"]
    assert isinstance(values, dict)
    saved = keras.models.load_model(trained / "model.keras").get_layer("conv").get_weights()
    np.testing.assert_array_equal(values["kernel"]["values"], saved[0])


def test_fresh_weights_are_those_a_run_begins_with(images: Path) -> None:
    plan = TrainingPlan(seed=11)
    first = fresh_weights(project(), plan, "conv")["values"]
    again = fresh_weights(Project(name="Tiny", network=network(), training=Params(seed=11)), plan, "conv")[
        "values"
    ]
    other = fresh_weights(project(), TrainingPlan(seed=12), "conv")["values"]
    assert isinstance(first, dict)
    assert isinstance(again, dict)
    assert isinstance(other, dict)
    np.testing.assert_array_equal(first["kernel"]["values"], again["kernel"]["values"])
    assert not np.array_equal(first["kernel"]["values"], other["kernel"]["values"])


@pytest.mark.parametrize("ask", [weights_of_run, gradients_of_run, load_trained])
def test_a_model_of_another_network_is_told_apart(
    ask: Callable[[Path], object], trained: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(trained, broken)
    small_model().save(broken / "model.keras")
    with pytest.raises(EngineError, match=r"does not fit project\.cnn"):
        ask(broken)
    (broken / "model.keras").write_bytes(b"no archive at all")
    with pytest.raises(EngineError, match="damaged"):
        ask(broken)
    (broken / "model.keras").unlink()
    with pytest.raises(EngineError, match="no model yet"):
        ask(broken)
