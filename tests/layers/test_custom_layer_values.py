"""The values of the layers that Keras lacks, against plain loops and tables that say the same in another way."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnstudio.core.params import Params
from cnnstudio.engine import custom_layers as custom
from cnnstudio.layers import catalogue
from cnnstudio.layers.convolution.fixed_filter2d import KERNELS

pytestmark = pytest.mark.engine

RANDOM = np.random.default_rng(11)
IMAGES = RANDOM.normal(size=(2, 9, 8, 6)).astype("float32")


def test_channel_shuffle_deals_channels_out_group_by_group() -> None:
    numbered = np.arange(6.0, dtype="float32").reshape(1, 1, 1, 6)
    np.testing.assert_array_equal(np.ravel(custom.ChannelShuffle(2)(numbered)), [0, 3, 1, 4, 2, 5])
    np.testing.assert_array_equal(np.ravel(custom.ChannelShuffle(3)(numbered)), [0, 2, 4, 1, 3, 5])


def between(image: np.ndarray, y: float, x: float) -> np.ndarray:
    """The channels at a place between pixels; zeros lie around the picture."""
    found = np.zeros(image.shape[-1])
    for row, column in product((math.floor(y), math.floor(y) + 1), (math.floor(x), math.floor(x) + 1)):
        if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
            found += image[row, column] * (1 - abs(y - row)) * (1 - abs(x - column))
    return found


@pytest.mark.parametrize("modulated", [False, True])
@pytest.mark.parametrize(("kernel", "strides", "dilation"), [((3, 3), 1, 1), ((2, 3), 2, 1), ((3, 2), 1, 2)])
def test_deformable_convolution_is_what_a_loop_over_places_gives(
    kernel: tuple[int, int], strides: int, dilation: int, modulated: bool
) -> None:
    layer = custom.DeformableConv2D(
        4, kernel, strides=strides, dilation_rate=dilation, modulated=modulated, bias_initializer="ones"
    )
    layer.build((None, *IMAGES.shape[1:]))
    layer.offset.set_weights([RANDOM.normal(0, 0.3, weight.shape) for weight in layer.offset.weights])
    result = np.array(layer(IMAGES))
    moves = np.array(layer.offset(IMAGES))
    weights, bias = layer.get_weights()[:2]
    places = list(product(range(kernel[0]), range(kernel[1])))
    assert np.abs(moves[..., : 2 * len(places)]).max() > 2  # some leave the picture
    for image, row, column in product(range(2), range(result.shape[1]), range(result.shape[2])):
        expected = bias.astype("float64")
        for place, (down, across) in enumerate(places):
            dy, dx = moves[image, row, column, 2 * place : 2 * place + 2]
            read = between(
                IMAGES[image], row * strides + down * dilation + dy, column * strides + across * dilation + dx
            )
            if modulated:
                read = read / (1 + math.exp(-moves[image, row, column, 2 * len(places) + place]))
            expected = expected + read @ weights[down, across]
        np.testing.assert_allclose(result[image, row, column], expected, atol=2e-5)


def test_deformable_convolution_starts_as_an_ordinary_one_and_learns_its_offsets() -> None:
    layer = custom.DeformableConv2D(4, 3)
    result = layer(IMAGES)
    plain = keras.layers.Conv2D(4, 3)
    plain.build(IMAGES.shape)
    plain.set_weights(layer.get_weights()[:2])
    np.testing.assert_allclose(result, plain(IMAGES), atol=1e-5)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(IMAGES) ** 2)
    slopes = tape.gradient(loss, layer.offset.trainable_weights)
    assert all(np.abs(slope).max() > 0 for slope in slopes)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_a_column_and_a_row_kernel_are_the_square_kernel_of_their_product(padding: str) -> None:
    image = IMAGES[..., :1]
    layer = custom.SpatiallySeparableConv2D(1, (3, 5), padding=padding, strides=(2, 1), use_bias=False)
    result = layer(image)
    column, row = (weight[..., 0, 0] for weight in layer.get_weights())
    square = keras.layers.Conv2D(1, (3, 5), padding=padding, strides=(2, 1), use_bias=False)
    square.build(image.shape)
    square.set_weights([(column @ row)[..., None, None]])
    np.testing.assert_allclose(result, square(image), atol=1e-5)


def test_the_lecture_counts_72_multiplications_for_a_3_by_3_kernel_on_a_5_by_5_input() -> None:
    spec = catalogue()["SpatiallySeparableConv2D"]
    args = spec.arguments(Params(filters=1))
    assert spec.macs(((5, 5, 1),), args) == 72
    assert "15*3 + 9*3 = 72 (a square kernel: 9*9 = 81)" in spec.formula(((5, 5, 1),), args)[-1].text


@pytest.mark.parametrize("name", KERNELS)
def test_a_fixed_filter_slides_its_kernel_over_each_channel(name: str) -> None:
    layer = custom.FixedFilter2D(KERNELS[name])
    result = np.array(layer(IMAGES))
    kernel = np.array(KERNELS[name])
    height, width = kernel.shape
    for row, column in product(range(result.shape[1]), range(result.shape[2])):
        window = IMAGES[:, row : row + height, column : column + width]
        expected = (window * kernel[None, :, :, None]).sum(axis=(1, 2))
        np.testing.assert_allclose(result[:, row, column], expected, atol=1e-4)
    assert not layer.trainable_weights


def test_the_kernels_are_those_of_the_books() -> None:
    np.testing.assert_array_equal(KERNELS["sobel_y"], [[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    np.testing.assert_array_equal(KERNELS["sobel_x"], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    np.testing.assert_array_equal(np.array(KERNELS["gaussian"]) * 16, [[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    np.testing.assert_allclose(np.array(KERNELS["mean"]) * 9, np.ones((3, 3)))
    np.testing.assert_array_equal(KERNELS["laplacian_4"], [[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    np.testing.assert_array_equal(KERNELS["sharpen_9"], [[-1, -1, -1], [-1, 9, -1], [-1, -1, -1]])
    for name, kernel in KERNELS.items():
        total = np.sum(kernel)
        blurs_or_sharpens = name in ("mean", "gaussian") or name.startswith("sharpen")
        assert total == pytest.approx(1 if blurs_or_sharpens else 0), name
        if name.endswith("_x") and not name.startswith("roberts"):
            np.testing.assert_array_equal(np.transpose(kernel), KERNELS[f"{name[:-1]}y"])


def test_a_trainable_filter_learns_each_channels_own_kernel() -> None:
    layer = custom.FixedFilter2D(KERNELS["mean"], trainable=True)
    model = keras.Sequential([keras.Input(IMAGES.shape[1:]), layer])
    model.compile("sgd", "mse")
    model.train_on_batch(IMAGES, np.ones((2, 7, 6, 6)))
    assert len({tuple(np.ravel(layer.kernel[..., channel, 0])) for channel in range(6)}) == 6


@pytest.mark.parametrize("kind", ["average", "max"])
@pytest.mark.parametrize("size", [(4, 3), (9, 8), (2, 11), (5, 1), (13, 20)])
def test_adaptive_pooling_takes_the_windows_of_pytorchs_rule(kind: str, size: tuple[int, int]) -> None:
    kinds: dict[str, tuple[Any, Any]] = {
        "average": (custom.AdaptiveAveragePooling, np.mean),
        "max": (custom.AdaptiveMaxPooling, np.max),
    }
    layer, fold = kinds[kind]
    result = np.array(layer(size)(IMAGES))
    for row, column in product(range(size[0]), range(size[1])):
        top, bottom = math.floor(row * 9 / size[0]), math.ceil((row + 1) * 9 / size[0])
        left, right = math.floor(column * 8 / size[1]), math.ceil((column + 1) * 8 / size[1])
        expected = fold(IMAGES[:, top:bottom, left:right], axis=(1, 2))
        np.testing.assert_allclose(result[:, row, column], expected, atol=1e-6)


FEATURES = RANDOM.normal(size=(2, 5, 3)).astype("float32")
EDGES = np.array(
    [[0, 1, 0, 0, 1], [1, 0, 1, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]], "float32"
)


@pytest.mark.parametrize("self_loops", [False, True])
@pytest.mark.parametrize("normalize", ["symmetric", "mean", "none"])
def test_graph_convolution_gathers_neighbours_edge_by_edge(normalize: str, self_loops: bool) -> None:
    layer = custom.GraphConvolution(4, normalize, self_loops, bias_initializer="ones")
    result = np.array(layer([FEATURES, np.stack([EDGES, EDGES])]))
    kernel, bias = layer.get_weights()
    neighbours = [
        [other for other in range(5) if EDGES[node, other] or (self_loops and other == node)]
        for node in range(5)
    ]
    degree = [len(found) for found in neighbours]
    for node in range(5):
        gathered = np.zeros((2, 3))
        for other in neighbours[node]:
            share = {
                "none": 1.0,
                "mean": 1 / degree[node],
                "symmetric": 1 / math.sqrt(degree[node] * degree[other]),
            }[normalize]
            gathered += FEATURES[:, other] * share
        np.testing.assert_allclose(result[:, node], gathered @ kernel + bias, atol=1e-5)
    assert np.isfinite(result).all()  # a node without neighbours too


def test_a_graph_network_trains_saves_and_loads(tmp_path: Path) -> None:
    nodes, edges = keras.Input((5, 3)), keras.Input((5, 5))
    hidden = custom.GraphConvolution(8, activation="relu", kernel_regularizer="l2")([nodes, edges])
    model = keras.Model([nodes, edges], custom.GraphConvolution(2)([hidden, edges]))
    model.compile("adam", "mse")
    inputs = [FEATURES, np.stack([EDGES, EDGES])]
    before = model.evaluate(inputs, np.ones((2, 5, 2)), verbose=0)
    model.fit(inputs, np.ones((2, 5, 2)), epochs=20, verbose=0)
    assert model.evaluate(inputs, np.ones((2, 5, 2)), verbose=0) < before
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(inputs, verbose=0), model.predict(inputs, verbose=0))


def test_attention_is_keras_own_with_a_list_of_inputs() -> None:
    ours, theirs = custom.Attention(2, 3, value_dim=4), keras.layers.MultiHeadAttention(2, 3, value_dim=4)
    other = RANDOM.normal(size=(2, 7, 6)).astype("float32")
    rows = IMAGES[:, 0]
    result = ours([rows, other])
    theirs.build(rows.shape, other.shape)
    theirs.set_weights(ours.get_weights())
    np.testing.assert_allclose(result, theirs(rows, other), atol=1e-6)


def test_random_crop_keeps_a_part_of_the_picture_and_its_middle_when_used() -> None:
    layer = custom.RandomCrop(5, 4, seed=3)
    np.testing.assert_array_equal(layer(IMAGES, training=False), IMAGES[:, 2:7, 2:6])
    seen = set()
    for _ in range(60):
        part = np.array(layer(IMAGES, training=True))
        starts = [
            (top, left)
            for top, left in product(range(5), range(5))
            if np.array_equal(part, IMAGES[:, top : top + 5, left : left + 4])
        ]
        assert len(starts) == 1
        seen.update(starts)
    assert {top for top, _ in seen} == {left for _, left in seen} == set(range(5))


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_dilated_transposed_convolution_of_one_and_three_axes_is_a_gradient_too(padding: str) -> None:
    volume = RANDOM.normal(size=(1, 4, 5, 3, 2)).astype("float32")
    for inputs, layer in (
        (FEATURES, custom.DilatedConv1DTranspose(4, 3, dilation_rate=2, padding=padding, use_bias=False)),
        (
            volume,
            custom.DilatedConv3DTranspose(2, (3, 2, 1), dilation_rate=2, padding=padding, use_bias=False),
        ),
    ):
        result = layer(inputs)
        source = tf.Variable(tf.zeros(result.shape))
        rates = layer.dilation_rate
        with tf.GradientTape() as tape:
            forward = tf.nn.convolution(source, layer.kernel, 1, padding.upper(), dilations=rates)
            total = tf.reduce_sum(forward * inputs)
        np.testing.assert_allclose(result, tape.gradient(total, source), atol=1e-4)
