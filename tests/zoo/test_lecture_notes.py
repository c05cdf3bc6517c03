"""Every row of the lecture notes: what shows it, and each operation placed, checked, trained one step and exported."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.code_writer import keras_source
from cnnstudio.core.custom_source import custom_layer_source
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue
from cnnstudio.layers.hints import rules
from cnnstudio.zoo import templates

SUMS = "layers/test_window_arithmetic.py::"
NETWORKS = "zoo/test_networks_in_keras.py::test_a_network_builds_learns_a_step_and_comes_back_from_its_file"
ARITHMETIC = {
    "output size, with the user's numbers": SUMS + "test_the_formula_shows_the_users_numbers",
    "dilation": SUMS + "test_the_formula_shows_the_users_numbers",
    "narrow convolution": "layers/test_layer_tables.py::test_a_layer_has_this_output_shape_and_these_weights",
    "wide convolution": SUMS + "test_the_formula_shows_the_users_numbers",
    "equal width, and Keras's same": SUMS + "test_keras_same_tells_the_padding_that_tensorflow_adds",
    "remainder": SUMS + "test_pixels_that_fill_no_window_are_counted",
    "remainder as a hint": "layers/test_hints.py::test_a_rule_names_the_layer_and_the_reason",
    "strides and paddings of their own": SUMS + "test_height_and_width_have_strides_and_padding_of_their_own",
    "solve for one unknown": "layers/test_solve.py::test_the_lectures_sums_are_solved",
    "parameters of convolutions and dense layers": "zoo/test_published_counts.py::"
    "test_a_network_has_as_many_parameters_as_published",
    "receptive field": "layers/test_receptive_field_by_gradient.py::"
    "test_the_receptive_field_is_what_the_gradient_reaches",
    "worked example 200, 99, 97, 97": SUMS + "test_the_worked_example_goes_from_200_to_99_to_97_to_97",
    "response normalisation": "layers/test_custom_layers.py::"
    "test_local_response_normalisation_is_tensorflows_with_alpha_divided_by_size",
    "LeNet without padding ends in 4×4": "zoo/test_templates.py::"
    "test_lenet_on_28x28_ends_in_4x4_and_256_values_not_in_5x5_and_400",
    "the Sobel kernel's sign": "layers/test_custom_layer_values.py::test_the_kernels_are_those_of_the_books",
    "72 multiplications against 81": "layers/test_custom_layer_values.py::"
    "test_the_lecture_counts_72_multiplications_for_a_3_by_3_kernel_on_a_5_by_5_input",
    "initialising by rule": "engine/test_plan_in_keras.py::test_each_layer_begins_as_its_initializers_say",
}
"""Section 1, and the parameter management of section 4."""
RULES_OF_THUMB = {
    "stride > 2 loses information": "hint.stride",
    "even kernel sizes are unusual": "hint.even_kernel",
    "no activation between two linear layers": "hint.no_activation",
    "batch norm goes before the activation": "hint.norm_order",
    "batch norm and dropout together are seldom needed": "hint.norm_and_dropout",
    "nearly all parameters in one dense layer": "hint.dense_heavy",
    "the last layer's units differ from the number of classes": "hint.classes",
    "softmax in the network or in the loss, not in both": "hint.softmax",
    "sigmoid in a deep stack": "hint.sigmoid",
    "very deep plain stack without skip connections": "hint.plain_deep",
    "many more parameters than training samples": "hint.parameters",
    "receptive field smaller than the object": "hint.field_small",
    "receptive field larger than the image": "hint.field_large",
    "several small kernels instead of one large one": "hint.large_kernel",
    "transposed convolution with K not divisible by S": "hint.checkerboard",
    "dilation without mixed rates": "hint.gridding",
    "depthwise convolution followed directly by an activation": "hint.depthwise_activation",
}
"""Section 2: the rule that says it. `tests/layers/test_hints.py` has a network, the reason, the cure and the switch of each."""
OWN_RULES = {"hint.dropped", "hint.kernel_outside", "hint.last_activation"}
"""Of section 1's remainder, and this program's own."""
LECTURE_NETWORKS = {
    "simple CNN": ("simple-cnn",),
    "two convolutions": ("two-conv-cnn",),
    "LeNet (a)": ("lenet5",),
    "LeNet (b)": ("lenet5-sigmoid",),
    "LeNet with batch norm": ("lenet5-batchnorm",),
    "AlexNet (a)": ("alexnet",),
    "AlexNet (b)": ("alexnet-gray",),
    "VGG": ("vgg", "vgg11", "vgg13", "vgg16", "vgg19"),
    "NiN": ("nin",),
    "GoogLeNet": ("googlenet",),
    "ResNet": ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
}
"""Section 4: `tests/zoo` builds, counts, trains and exports each of them."""

IMAGE, LINE, VOLUME = (12, 10, 4), (12, 4), (6, 5, 6, 2)
Layer = tuple[str, dict[str, Any]]


def chain(shape: tuple[int, ...], *layers: Layer) -> Network:
    """These layers one after another, and a classifier of three classes behind them."""
    ends: tuple[Layer, ...] = (("Flatten", {}), ("Dense", {"units": 3, "activation": "softmax"}))
    nodes = [Node(id="image", type="Input", params=Params(shape=list(shape)))]
    nodes += [
        Node(id=f"layer{number}", type=kind, params=Params(params))
        for number, (kind, params) in enumerate((*layers, *ends))
    ]
    return Network.of(nodes, [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)])


def joined(kind: str, left: Layer, right: Layer) -> Network:
    """Two ways from one picture, put together again."""
    nodes = [
        Node(id="image", type="Input", params=Params(shape=list(IMAGE))),
        Node(id="left", type=left[0], params=Params(left[1])),
        Node(id="right", type=right[0], params=Params(right[1])),
        Node(id="both", type=kind),
        Node(id="flat", type="Flatten"),
        Node(id="classes", type="Dense", params=Params(units=3, activation="softmax")),
    ]
    wires = [
        Edge(source="image", target="left"),
        Edge(source="image", target="right"),
        Edge(source="left", target="both", slot=0),
        Edge(source="right", target="both", slot=1),
        Edge(source="both", target="flat"),
        Edge(source="flat", target="classes"),
    ]
    return Network.of(nodes, wires)


def conv(**params: Any) -> Layer:
    return "Conv2D", {"filters": 4, "kernel_size": 3, **params}


def learned_filters() -> Network:
    """Every classic filter beside the others, each a layer that learns."""
    filters = [
        name for name in catalogue()["FixedFilter2D"].params_by_name["filter"].choices if name != "own"
    ]
    nodes = [Node(id="image", type="Input", params=Params(shape=list(IMAGE)))]
    nodes += [
        Node(id=name, type="FixedFilter2D", params=Params(filter=name, trainable=True)) for name in filters
    ]
    nodes += [
        Node(id="all", type="Concatenate"),
        Node(id="mean_of_each", type="GlobalAveragePooling2D"),
        Node(id="classes", type="Dense", params=Params(units=3, activation="softmax")),
    ]
    wires = [Edge(source="image", target=name) for name in filters]
    wires += [Edge(source=name, target="all", slot=slot) for slot, name in enumerate(filters)]
    wires += [Edge(source="all", target="mean_of_each"), Edge(source="mean_of_each", target="classes")]
    return Network.of(nodes, wires)


OPERATIONS: dict[str, Network] = {
    "convolution 1-D": chain(LINE, ("Conv1D", {"filters": 4, "kernel_size": 3})),
    "convolution 2-D": chain(IMAGE, conv()),
    "convolution 3-D": chain(VOLUME, ("Conv3D", {"filters": 2, "kernel_size": 3})),
    "1x1 convolution": chain(IMAGE, conv(kernel_size=1)),
    "grouped convolution and shuffle": chain(IMAGE, conv(groups=2), ("ChannelShuffle", {"groups": 2})),
    "transposed": chain(
        IMAGE, ("Conv2DTranspose", {"filters": 2, "kernel_size": 4, "strides": 2, "padding": 1})
    ),
    "dilated": chain(IMAGE, conv(dilation_rate=2)),
    "wide": chain(IMAGE, conv(padding="full")),
    "padding in pixels, two strides": chain(IMAGE, conv(padding=[[1, 2], [0, 1]], strides=[2, 1])),
    "depthwise, then pointwise": chain(IMAGE, ("DepthwiseConv2D", {"kernel_size": 3}), conv(kernel_size=1)),
    "depthwise separable": chain(IMAGE, ("SeparableConv2D", {"filters": 4, "kernel_size": 3})),
    "spatially separable": chain(IMAGE, ("SpatiallySeparableConv2D", {"filters": 4, "kernel_size": 3})),
    "K×1, then 1×K": chain(IMAGE, conv(kernel_size=[3, 1]), conv(kernel_size=[1, 3])),
    "deformable": chain(IMAGE, ("DeformableConv2D", {"filters": 4, "kernel_size": 3})),
    "graph convolution": templates()["gcn"].build(input_shape=[9, 5], classes=3),
    "text convolution": templates()["text-cnn"].build(input_shape=[12], vocabulary=50, embedding=8, width=4),
    "max pooling": chain(IMAGE, conv(), ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": 1})),
    "average pooling": chain(
        IMAGE, conv(), ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": 1})
    ),
    "global max pooling": chain(IMAGE, conv(), ("GlobalMaxPooling2D", {})),
    "global average pooling": chain(IMAGE, conv(), ("GlobalAveragePooling2D", {})),
    "adaptive pooling": chain(IMAGE, conv(), ("AdaptiveAveragePooling2D", {"output_size": [4, 3]})),
    "adaptive max pooling": chain(IMAGE, conv(), ("AdaptiveMaxPooling2D", {"output_size": 3})),
    "up, nearest": chain(IMAGE, conv(), ("UpSampling2D", {"size": 2})),
    "up, bilinear": chain(IMAGE, conv(), ("UpSampling2D", {"size": 2, "interpolation": "bilinear"})),
    "down, bilinear": chain(IMAGE, conv(), ("Resizing", {"height": 5, "width": 4})),
    "batch norm": chain(IMAGE, conv(use_bias=False), ("BatchNormalization", {}), ("ReLU", {})),
    "response normalisation": chain(IMAGE, conv(), ("LocalResponseNormalization", {"size": 5, "k": 2})),
    "dropout": chain(IMAGE, conv(), ("Dropout", {"rate": 0.5})),
    "ReLU, sigmoid, tanh, softmax": chain(
        IMAGE, conv(activation="sigmoid"), conv(activation="tanh"), ("ReLU", {}), ("Softmax", {})
    ),
    "dense": chain((7,), ("Dense", {"units": 5, "activation": "relu"})),
    "residual": joined("Add", conv(padding="same"), conv(kernel_size=1)),
    "inception": joined("Concatenate", conv(padding="same"), conv(kernel_size=5, padding=2)),
    "all classic filters": learned_filters(),
    "a filter of one's own, frozen": chain(
        IMAGE, ("FixedFilter2D", {"filter": "own", "kernel": "1/3 1/3 1/3"}), conv()
    ),
}
"""Section 3."""


@pytest.mark.parametrize("row", ARITHMETIC)
def test_a_fact_of_the_notes_has_the_test_that_is_named_for_it(row: str, checkout: Path) -> None:
    path, _, name = ARITHMETIC[row].partition("::")
    tree = ast.parse((checkout / "tests" / path).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_rule_of_thumb_of_the_notes_is_a_hint() -> None:
    assert set(RULES_OF_THUMB.values()) | OWN_RULES == set(rules())


def test_every_network_of_the_notes_is_built_in() -> None:
    wanted = {name for names in LECTURE_NETWORKS.values() for name in names}
    assert wanted <= set(templates())


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("row", OPERATIONS)
def test_an_operation_of_the_notes_is_checked_trained_and_exported(row: str) -> None:
    network = OPERATIONS[row]
    analysis = Analyser(catalogue()).analyse(network)
    assert not analysis.diagnostics
    keras.utils.set_random_seed(5)
    model = build(network, catalogue())
    assert model.count_params() == analysis.total_params
    given = inputs_for(model)
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(keras_source(network, catalogue(), custom_source=custom_layer_source), scope)
    exported = scope["build_model"]()
    exported.set_weights(model.get_weights())
    np.testing.assert_allclose(exported(given), model(given), rtol=1e-5, atol=1e-6)
    before = [np.array(weight.value) for weight in model.trainable_weights]
    model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
    labels = np.ones((2, *model.output.shape[1:-1]), np.int32)
    assert np.isfinite(model.train_on_batch(given, labels))
    learned = [
        bool(np.any(old != np.array(new.value)))
        for old, new in zip(before, model.trainable_weights, strict=True)
    ]
    assert any(learned)
    assert all(np.isfinite(np.array(weight.value)).all() for weight in model.weights)
    keras.backend.clear_session()


def inputs_for(model: keras.Model) -> Any:
    """Two samples, of whole numbers below 9: numbers of words, edges or brightnesses."""
    random = np.random.default_rng(3)
    given = [random.integers(0, 9, (2, *tensor.shape[1:])).astype(np.float32) for tensor in model.inputs]
    return given if len(given) > 1 else given[0]
