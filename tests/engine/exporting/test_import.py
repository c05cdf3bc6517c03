"""A `.keras` file that Keras itself wrote comes back as a project that builds the same model."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.keras_import import Imported, import_keras
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue
from cnnstudio.zoo import templates


def imported(model: keras.Model, folder: Path) -> Imported:
    path = folder / "net.keras"
    model.save(path)
    return import_keras(path, catalogue())


def assert_same_outputs(model: keras.Model, found: Imported) -> None:
    """Build the imported project, give it the original's weights, compare the outputs."""
    assert Analyser(catalogue()).analyse(found.project.network).ok
    built = build(found.project.network, catalogue())
    assert [w.shape for w in built.get_weights()] == [w.shape for w in model.get_weights()]
    built.set_weights(model.get_weights())
    random = np.random.default_rng(5)
    inputs = [random.uniform(0, 1, (2, *one.shape[1:])).astype(np.float32) for one in model.inputs]
    fed = inputs if len(inputs) > 1 else inputs[0]
    np.testing.assert_allclose(
        np.asarray(built.predict_on_batch(fed)), np.asarray(model.predict_on_batch(fed)), rtol=1e-5, atol=1e-6
    )


def _sequential() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            layers.Conv2D(4, 3, padding="same", activation="relu", kernel_initializer="he_normal"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(5, activation="softmax"),
        ]
    )


def _residual() -> keras.Model:
    image = keras.Input((8, 8, 4), name="image")
    x = layers.ZeroPadding2D(1)(image)
    x = layers.Conv2D(4, 3, strides=1, use_bias=False, name="c")(x)
    x = layers.Add(name="sum")([x, image])
    x = layers.Concatenate()([x, layers.LeakyReLU(negative_slope=0.1)(image)])
    return keras.Model(image, layers.GlobalAveragePooling2D()(x))


def _nested() -> keras.Model:
    inner_image = keras.Input((8, 8, 2))
    inner = keras.Model(inner_image, layers.Conv2D(3, 3, name="c")(inner_image), name="block")
    tail = keras.Sequential([layers.Flatten(), layers.Dense(2)], name="tail")
    image = keras.Input((8, 8, 2))
    return keras.Model(image, tail(inner(image)))


def _unnamed_input() -> keras.Model:
    model = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    model.build((None, 4))
    return model


def _added() -> keras.Model:
    image = keras.Input((4,))
    return keras.Model(image, layers.Dense(4)(image) + image)


@pytest.mark.parametrize("make", [_sequential, _residual, _nested, _unnamed_input, _added])
def test_a_keras_model_comes_back_as_the_same_network(make: Callable[[], Any], tmp_path: Path) -> None:
    model = make()
    found = imported(model, tmp_path)
    assert found.warnings == ()
    assert_same_outputs(model, found)


@pytest.mark.parametrize("name", ["lenet5", "lenet5-batchnorm", "two-conv-cnn"])
def test_our_own_networks_come_back(name: str, tmp_path: Path) -> None:
    model = build(templates()[name].build(), catalogue(), name="x")
    assert_same_outputs(model, imported(model, tmp_path))


def test_our_own_layers_come_back_as_what_they_stand_for(tmp_path: Path) -> None:
    model = build(templates()["alexnet"].build(input_shape=[67, 67, 3], units=8, classes=3), catalogue())
    found = imported(model, tmp_path)
    types = {node.type for node in found.project.network.nodes.values()}
    assert types <= set(catalogue())
    assert_same_outputs(model, found)


def test_padded_pooling_and_groups_come_back(tmp_path: Path) -> None:
    from tests.engine.exporting.test_export import chain

    network = chain(
        ("Conv2D", {"filters": 4, "groups": 2}),
        ("MaxPooling2D", {"padding": 1, "ceil_mode": True}),
        ("AveragePooling2D", {"padding": 1, "count_include_pad": False}),
        ("Flatten", {}),
    )
    model = build(network, catalogue())
    found = imported(model, tmp_path)
    assert [node.type for node in found.project.network.nodes.values()] == [
        node.type for node in network.nodes.values()
    ]
    assert_same_outputs(model, found)


def test_weights_used_twice_are_told(tmp_path: Path) -> None:
    image = keras.Input((4,))
    shared = layers.Dense(4, name="shared")
    found = imported(keras.Model(image, shared(shared(image))), tmp_path)
    assert "used 2 times" in str(found.warnings[0])
    assert list(found.project.network.nodes)[1:] == ["shared", "shared_2"]


def test_a_lambda_is_kept_as_an_unknown_node_and_never_run(tmp_path: Path) -> None:
    image = keras.Input((4,))
    trap = tmp_path / "ran"
    where = str(trap)
    code = layers.Lambda(lambda x: (open(where, "w").close(), x)[1], output_shape=(4,), name="trap")  # noqa: PTH123
    model = keras.Model(image, code(image))
    path = tmp_path / "net.keras"
    model.save(path)
    model(np.zeros((1, 4), np.float32))
    trap.unlink()  # so it is there: the trap works
    found = import_keras(path, catalogue())
    assert not trap.exists()
    assert "never run" in str(found.warnings[0])
    assert found.project.network.nodes["trap"].type == "Lambda"
    assert not Analyser(catalogue()).analyse(found.project.network).ok


def test_an_unknown_layer_keeps_its_place_and_its_settings(tmp_path: Path) -> None:
    image = keras.Input((6, 4))
    x = layers.LSTM(3, name="memory")(image)
    found = imported(keras.Model(image, layers.Dense(2)(x)), tmp_path)
    node = found.project.network.nodes["memory"]
    assert (node.type, node.params["units"]) == ("LSTM", 3)
    assert "LSTM" in str(found.warnings[0])
    assert len(found.project.network.edges) == 2


def test_settings_that_cannot_be_kept_are_told_and_the_others_kept(tmp_path: Path) -> None:
    image = keras.Input((4,))
    x = layers.Dense(
        2,
        kernel_constraint=keras.constraints.MaxNorm(3, axis=[0]),
        bias_constraint="non_neg",
        kernel_regularizer=keras.regularizers.L2(0.25),
        kernel_initializer=keras.initializers.VarianceScaling(2.0),
        activity_regularizer="l2",
        name="d",
    )(image)
    found = imported(keras.Model(image, x), tmp_path)
    told = " ".join(map(str, found.warnings))
    assert "activity_regularizer" in told
    assert "kernel_initializer" in told
    assert "constraint" not in told
    assert "kernel_regularizer" not in told
    params = found.project.network.nodes["d"].params
    assert params["kernel_constraint"] == Params(class_name="MaxNorm", config={"max_value": 3, "axis": [0]})
    assert params["kernel_regularizer"] == Params(class_name="L2", config={"l2": 0.25})
    assert params["bias_constraint"] == "non_neg"


def test_weights_are_never_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "net.keras"
    _sequential().save(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "bare.keras", "w") as new:
        new.writestr("config.json", old.read("config.json"))
    assert len(import_keras(tmp_path / "bare.keras", catalogue()).project.network.nodes) == 7


def test_a_model_of_our_own_layers_comes_back_with_all_their_settings(tmp_path: Path) -> None:
    decay = {"class_name": "L2", "config": {"l2": 1e-4}}
    steps: list[tuple[str, dict[str, object]]] = [
        ("Input", {"shape": [16, 16, 4]}),
        ("FixedFilter2D", {"filter": "gaussian"}),
        ("Conv2D", {"filters": 6, "groups": 2, "kernel_regularizer": decay, "kernel_constraint": "max_norm"}),
        ("DeformableConv2D", {"filters": 6, "padding": 1, "modulated": True}),
        ("ChannelShuffle", {"groups": 3}),
        ("SpatiallySeparableConv2D", {"filters": 4, "padding": "same"}),
        ("DepthwiseConv2D", {"strides": [1, 2], "padding": "same"}),
        ("Conv2DTranspose", {"filters": 4, "dilation_rate": 2, "padding": 1}),
        ("RandomCrop", {"height": 9, "width": 7}),
        ("AdaptiveAveragePooling2D", {"output_size": [4, 5]}),
        ("LocalResponseNormalization", {"alpha": 0.1}),
        ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}),
        ("GlobalAveragePooling2D", {}),
        ("Dense", {"units": 3, "kernel_initializer": {"class_name": "Constant", "config": {"value": 42}}}),
    ]
    nodes = [Node(id=f"n{i}", type=kind, params=Params(params)) for i, (kind, params) in enumerate(steps)]
    wires = [Edge(source=f"n{i}", target=f"n{i + 1}") for i in range(len(nodes) - 1)]
    model = build(Network.of(nodes, wires), catalogue())
    found = imported(model, tmp_path)
    assert not found.warnings
    assert_same_outputs(model, found)
    again = {node.id: node for node in found.project.network.nodes.values()}
    assert again["n2"].params["kernel_regularizer"] == Params(decay)
    assert again["n13"].params["kernel_initializer"] == Params(class_name="Constant", config={"value": 42})


def test_softmax_of_many_axes_comes_back_as_softmax(tmp_path: Path) -> None:
    nodes = [
        Node(id="values", type="Input", params=Params(shape=[32])),
        Node(id="shaped", type="Reshape", params=Params(target_shape=[2, 2, 2, 2, 2])),
        Node(id="shares", type="Softmax", params=Params(axis=2)),
    ]
    wires = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    model = build(Network.of(nodes, wires), catalogue())
    found = imported(model, tmp_path)
    assert not found.warnings
    assert found.project.network.nodes["shares"] == nodes[2]
    assert_same_outputs(model, found)
