"""The printed source builds the very model that the engine builds."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.code_writer import keras_source
from cnnstudio.core.custom_source import custom_layer_source
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import EMPTY, Params
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue
from cnnstudio.zoo import templates

SMALL: dict[str, dict[str, object]] = {
    "simple-cnn": {},
    "two-conv-cnn": {},
    "lenet5": {"padding": 2},
    "lenet5-sigmoid": {},
    "lenet5-batchnorm": {},
    "alexnet": {"input_shape": [67, 67, 3], "units": 16, "classes": 5},
    "alexnet-gray": {"input_shape": [67, 67, 1], "units": 16},
    "vgg": {"input_shape": [32, 32, 1], "units": 16},
    "nin": {"input_shape": [67, 67, 1]},
    "resnet18": {"input_shape": [32, 32, 3], "width": 4, "classes": 5},
    "resnet50": {"input_shape": [32, 32, 3], "width": 4, "classes": 5},
}
INPUTS: tuple[tuple[int, ...], ...] = (
    (8, 8, 4),
    (16, 4),
    (6, 6, 6, 4),
    (6,),
    (8, 8, 32),
    (6, 6),
    (24, 24, 3),
)


def _executed(source: str) -> keras.Model:
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(compile(source, "exported.py", "exec"), scope)
    model = scope["build_model"]()
    assert isinstance(model, keras.Model)
    return model


def assert_same_model(network: Network, name: str = "") -> None:
    """Layer by layer: class, name, settings, shapes, weights; then the outputs with the same weights."""
    built = build(network, catalogue(), name=name or None)
    printed = _executed(keras_source(network, catalogue(), name=name, custom_source=custom_layer_source))
    assert printed.name == built.name
    assert [layer.name for layer in printed.layers] == [layer.name for layer in built.layers]
    for ours, theirs in zip(built.layers, printed.layers, strict=True):
        assert type(theirs).__name__ == type(ours).__name__, ours.name
        assert theirs.output.shape == ours.output.shape, ours.name
        assert [w.shape for w in theirs.weights] == [w.shape for w in ours.weights], ours.name
        assert _settings(theirs) == _settings(ours), ours.name
    printed.set_weights(built.get_weights())
    random = np.random.default_rng(7)
    inputs = [
        tf.constant(["a good day", "not in it"])
        if one.dtype == "string"
        else random.uniform(0, 1, (2, *one.shape[1:])).astype(np.float32)
        for one in built.inputs
    ]
    fed = inputs if len(inputs) > 1 else inputs[0]
    np.testing.assert_allclose(
        np.asarray(printed.predict_on_batch(fed)),
        np.asarray(built.predict_on_batch(fed)),
        rtol=1e-6,
        atol=1e-6,
    )


def _settings(layer: keras.Layer) -> dict[str, object]:
    return {key: repr(value) for key, value in layer.get_config().items() if "seed" not in key}


@pytest.mark.parametrize("name", SMALL)
def test_the_source_of_a_template_builds_what_the_engine_builds(name: str) -> None:
    template = templates()[name]
    assert_same_model(template.build(**SMALL[name]), template.title)


def _around(layer_type: str) -> Network | None:
    """The layer with its default parameters behind the first inputs that it takes."""
    spec = catalogue()[layer_type]
    if spec.maximum_inputs == 0:
        return Network.of([Node(id="x", type=layer_type)])
    count = max(spec.minimum_inputs, 1)
    for shape in INPUTS:
        nodes = [Node(id=f"in{i}", type="Input", params=Params(shape=shape)) for i in range(count)]
        nodes.append(Node(id="x", type=layer_type, params=EMPTY))
        network = Network.of(nodes, [Edge(source=f"in{i}", target="x", slot=i) for i in range(count)])
        if Analyser(catalogue()).analyse(network).ok:
            return network
    return None


@pytest.mark.parametrize("layer_type", list(catalogue()))
def test_the_source_of_every_layer_builds_what_the_engine_builds(layer_type: str) -> None:
    network = _around(layer_type)
    assert network is not None, f"No usual input fits {layer_type} with its defaults."
    if layer_type == "Input":
        network = Network.of(
            [*network.nodes.values(), Node(id="same", type="Identity")], [Edge(source="x", target="same")]
        )
    assert_same_model(network)


def test_pasted_layers_need_nothing_of_this_program() -> None:
    source = keras_source(
        templates()["alexnet"].build(input_shape=[67, 67, 3], units=16),
        catalogue(),
        custom_source=custom_layer_source,
    )
    assert "class LocalResponseNormalization(keras.layers.Layer):" in source
    assert "import cnnstudio" not in source
    assert "from cnnstudio" not in source


def test_names_that_are_no_identifiers_build_all_the_same() -> None:
    network = Network.of(
        [
            Node(id="a", type="Input", name="图 1", params=Params(shape=[8, 8, 1])),
            Node(id="b", type="Conv2D", name="class", params=Params(filters=2)),
            Node(id="c", type="Flatten", name='say "hi"'),
            Node(id="d", type="Dense", name="layers", params=Params(units=2)),
        ],
        [Edge(source="a", target="b"), Edge(source="b", target="c"), Edge(source="c", target="d")],
    )
    assert_same_model(network, '"""; import os #')
