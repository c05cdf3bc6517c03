"""The receptive field that is shown against the one that a gradient measures, on random stacks."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue

pytestmark = pytest.mark.engine

SIZE = 64


def random_stack(seed: int) -> Network:
    """Three to six layers with windows of every kind; no padding, so that no field is cut off."""
    random = Random(seed)
    nodes = [Node(id="image", type="Input", params=Params(shape=[SIZE, SIZE, 2]))]
    for number in range(random.randint(3, 6)):
        kernel = [random.choice((1, 2, 3)), random.choice((1, 2, 3, 5))]
        strides = random.choice((1, 1, [2, 1], 2))
        dilation = random.choice((1, 2)) if strides == 1 else 1
        kind, params = random.choice(
            (
                (
                    "Conv2D",
                    {"filters": 2, "kernel_size": kernel, "strides": strides, "dilation_rate": dilation},
                ),
                ("Conv2D", {"filters": 2, "kernel_size": 3, "dilation_rate": [1, 3]}),
                ("SpatiallySeparableConv2D", {"filters": 2, "kernel_size": kernel, "strides": strides}),
                ("SeparableConv2D", {"filters": 2, "kernel_size": kernel}),
                ("DepthwiseConv2D", {"kernel_size": kernel, "strides": 2}),
                ("DeformableConv2D", {"filters": 2, "kernel_size": kernel}),
                ("FixedFilter2D", {"filter": "gaussian", "padding": "valid"}),
                ("AveragePooling2D", {"pool_size": kernel, "strides": strides}),
                ("Cropping2D", {"cropping": [[1, 0], [0, 2]]}),
                ("LocalResponseNormalization", {}),
                ("BatchNormalization", {}),
            )
        )
        nodes.append(Node(id=f"layer{number}", type=kind, params=Params(params)))
    wires = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    return Network.of(nodes, wires)


def measured(model: keras.Model, row: int, column: int) -> list[tuple[int, int]]:
    """First and last row, first and last column that one output depends on."""
    image = tf.Variable(np.random.default_rng(1).uniform(0.5, 1, (1, SIZE, SIZE, 2)).astype("float32"))
    with tf.GradientTape() as tape:
        unit = tf.reduce_sum(model(image)[0, row, column])
    slope = np.abs(tape.gradient(unit, image).numpy()[0]).sum(axis=-1)
    rows, columns = np.nonzero(slope)
    return [(rows.min(), rows.max()), (columns.min(), columns.max())]


@pytest.mark.parametrize("seed", range(10))
def test_the_receptive_field_is_what_the_gradient_reaches(seed: int) -> None:
    network = random_stack(seed)
    analysis = Analyser(catalogue()).analyse(network)
    last = analysis.nodes[analysis.order[-1]]
    assert last.output_shape is not None
    assert last.fields is not None
    model = build(network, catalogue())
    for weight in model.trainable_weights:  # nothing cancels out, and offsets stay where they are
        if "offset" not in weight.path:
            weight.assign(np.random.default_rng(2).uniform(0.1, 1, weight.shape))
    height, width = last.output_shape[0], last.output_shape[1]
    assert height is not None
    assert width is not None
    for row, column in ((0, 0), (height // 2, width // 2), (height - 1, width - 1)):
        for (first, end), field, place in zip(
            measured(model, row, column), last.fields, (row, column), strict=True
        ):
            centre = field.start + place * field.jump
            assert end - first + 1 == field.size
            assert (first + end + 1) / 2 == centre
