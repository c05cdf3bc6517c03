"""From networks to Keras models: names, merging, several ends, errors that name the layer."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.engine.builder import BuildError, build, clean_name, layer_names
from cnnstudio.layers import catalogue
from tests.engine.small_data import chain, network, node


def test_the_model_has_the_shapes_and_weights_that_the_analysis_says() -> None:
    net = network()
    analysis = Analyser(catalogue()).analyse(net)
    model = build(net, catalogue(), name="My net")
    assert model.count_params() == analysis.total_params
    for node_id, name in layer_names(net).items():
        assert tuple(model.get_layer(name).output.shape[1:]) == analysis.nodes[node_id].output_shape


def test_layers_carry_the_names_of_their_nodes_made_fit_for_tensorflow(tmp_path) -> None:
    net = chain(
        Node(id="a", type="Input", params=Params(shape=(8, 8, 1)), name="图像"),
        Node(id="b", type="Conv2D", params=Params(filters=2, kernel_size=3), name="my conv (1)"),
        Node(id="c", type="Conv2D", params=Params(filters=2, kernel_size=3), name="my conv [1]"),
        Node(id="d", type="Flatten", name="_flat"),
        Node(id="e", type="Dense", params=Params(units=2), name="é"),
    )
    names = layer_names(net)
    assert len(set(names.values())) == 5
    model = build(net, catalogue())
    assert {layer.name for layer in model.layers} == set(names.values())
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    pixels = np.random.default_rng(0).random((2, 8, 8, 1), np.float32)
    assert np.allclose(model(pixels), again(pixels))


@pytest.mark.parametrize("label", ["a b", "图层", "-x", "_x", "a%", "x:0", "", " ", "a>b", "ok_1"])
def test_every_label_becomes_a_name_that_a_scope_takes(label: str) -> None:
    import re

    assert re.fullmatch(r"[A-Za-z0-9.][A-Za-z0-9_.>-]*", clean_name(label))


def test_a_merging_layer_takes_its_inputs_in_the_order_of_their_slots() -> None:
    nodes = [
        node("image", "Input", shape=[4, 4, 1]),
        node("one", "Conv2D", filters=2, kernel_size=1),
        node("two", "Conv2D", filters=3, kernel_size=1),
        node("both", "Concatenate"),
    ]
    edges = [
        Edge(source="image", target="one"),
        Edge(source="image", target="two"),
        Edge(source="one", target="both", slot=1),
        Edge(source="two", target="both", slot=0),
    ]
    model = build(Network.of(nodes, edges), catalogue())
    pixels = np.random.default_rng(0).random((1, 4, 4, 1), np.float32)
    first = keras.Model(model.input, model.get_layer("two").output)(pixels)
    assert np.allclose(model(pixels)[..., :3], first)


def test_several_inputs_and_ends_become_a_model_of_several() -> None:
    nodes = [
        node("left", "Input", shape=[4]),
        node("right", "Input", shape=[4]),
        node("sum", "Add"),
        node("one", "Dense", units=2),
        node("two", "Dense", units=3),
    ]
    edges = [
        Edge(source="left", target="sum"),
        Edge(source="right", target="sum", slot=1),
        Edge(source="sum", target="one"),
        Edge(source="sum", target="two"),
    ]
    model = build(Network.of(nodes, edges), catalogue())
    assert [tensor.shape for tensor in model.inputs] == [(None, 4), (None, 4)]
    assert [tensor.shape for tensor in model.outputs] == [(None, 2), (None, 3)]


def test_a_network_with_an_error_is_refused_naming_the_node() -> None:
    net = chain(node("image", "Input", shape=[4, 4, 1]), node("conv7", "Conv2D", filters=2, kernel_size=9))
    with pytest.raises(BuildError, match="conv7") as caught:
        build(net, catalogue())
    assert caught.value.node == "conv7"
    assert caught.value.message


def test_an_empty_network_is_refused() -> None:
    with pytest.raises(BuildError, match="empty"):
        build(Network(), catalogue())


def test_in_mixed_precision_only_the_last_layer_computes_in_float32() -> None:
    model = build(network(), catalogue(), mixed_precision=True)
    assert model.get_layer("conv").compute_dtype == "float16"
    assert model.get_layer("conv").variable_dtype == "float32"
    assert model.get_layer("classes").compute_dtype == "float32"
    assert model.output.dtype == "float32"
