"""Networks that Keras itself does not have, written in plain Keras from their sources: the same parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from cnnstudio.core.analysis import Analyser
from cnnstudio.layers import catalogue
from cnnstudio.zoo import templates
from tests.zoo.test_published_counts import COUNTS

pytestmark = pytest.mark.engine


def lenet_with_batch_norm(*, dense: bool) -> keras.Model:
    """The notes' LeNet (b), batch normalisation after each convolution and, if told, the dense 84."""
    image = x = keras.Input((28, 28, 1))
    for filters, padding, pooled in ((6, "same", True), (16, "valid", True), (120, "valid", False)):
        x = layers.Conv2D(filters, 5, padding=padding)(x)
        x = layers.Activation("sigmoid")(layers.BatchNormalization()(x))
        x = layers.AveragePooling2D(2)(x) if pooled else x
    x = layers.Dense(84)(layers.Flatten()(x))
    x = layers.BatchNormalization()(x) if dense else x
    return keras.Model(image, layers.Dense(10)(layers.Activation("sigmoid")(x)))


def small_vgg() -> keras.Model:
    """The notes' VGG: ((1, 16), (1, 32), (2, 64), (2, 128), (2, 128)), then 4096, 4096 and 10."""
    image = x = keras.Input((224, 224, 1))
    for depth, filters in ((1, 16), (1, 32), (2, 64), (2, 128), (2, 128)):
        for _ in range(depth):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    for units in (4096, 4096, 10):
        x = layers.Dense(units)(x)
    return keras.Model(image, x)


def plain(*depths: int) -> keras.Model:
    """He et al. 2015, figure 3, middle: ResNet's layers without its shortcuts, each with batch normalisation."""
    image = x = keras.Input((224, 224, 3))
    x = layers.BatchNormalization()(layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)(x))
    x = layers.MaxPooling2D(3, 2, padding="same")(layers.ReLU()(x))
    for stage, depth in enumerate(depths):
        for number in range(2 * depth):
            strides = 2 if stage and not number else 1
            x = layers.Conv2D(64 * 2**stage, 3, strides=strides, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(image, layers.Dense(1000)(layers.GlobalAveragePooling2D()(x)))


def two_convolutions(kernel: int, units: int) -> keras.Model:
    """The notes' CNN with two convolutions; the dense layer's size is the reader's."""
    image = x = keras.Input((28, 28, 1))
    for filters in (32, 64):
        x = layers.MaxPooling2D(2)(layers.Conv2D(filters, kernel, padding="same", activation="relu")(x))
    return keras.Model(image, layers.Dense(10)(layers.Dense(units, activation="relu")(layers.Flatten()(x))))


def network_in_network() -> keras.Model:
    """Dive into Deep Learning, section 8.3: four blocks of a window and two convolutions 1×1, grey pictures of 224²."""
    image = x = keras.Input((224, 224, 1))
    for filters, kernel, strides, padding in (
        (96, 11, 4, "valid"), (256, 5, 1, "same"), (384, 3, 1, "same"), (10, 3, 1, "same"),
    ):  # fmt: skip
        x = layers.Conv2D(filters, kernel, strides, padding, activation="relu")(x)
        for _ in range(2):
            x = layers.Conv2D(filters, 1, activation="relu")(x)
        x = layers.MaxPooling2D(3, 2)(x) if filters > 10 else layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, x)


def deformable_lenet() -> keras.Model:
    """LeNet with padding 2; beside its second convolution lies the one that learns two offsets for each of 25 places.

    Dai et al. 2017, figure 2: both look at the same maps, and what is learned is these two.
    """
    image = keras.Input((28, 28, 1))
    maps = layers.AveragePooling2D(2)(layers.Conv2D(6, 5, padding="same")(image))
    x, offsets = layers.Conv2D(16, 5)(maps), layers.Conv2D(2 * 25, 5)(maps)
    x = layers.Flatten()(layers.AveragePooling2D(2)(x))
    for units in (120, 84, 10):
        x = layers.Dense(units)(x)
    return keras.Model(image, [x, offsets])


def u_net() -> keras.Model:
    """Ronneberger et al. 2015, figure 1: 572² in, 388² out, no padding, the maps from the other side cut to size."""

    def twice(x: Any, filters: int) -> Any:
        for _ in range(2):
            x = layers.Conv2D(filters, 3, activation="relu")(x)
        return x

    image = x = keras.Input((572, 572, 1))
    beside = []
    for filters in (64, 128, 256, 512):
        x = twice(x, filters)
        beside.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = twice(x, 1024)
    for filters in (512, 256, 128, 64):
        x, across = layers.Conv2DTranspose(filters, 2, 2)(x), beside.pop()
        x = layers.Concatenate()([layers.Cropping2D((across.shape[1] - x.shape[1]) // 2)(across), x])
        x = twice(x, filters)
    return keras.Model(image, layers.Conv2D(2, 1)(x))


def text_cnn() -> keras.Model:
    """Kim 2014, figure 1: vectors of 300 values, 100 filters each over 3, 4 and 5 words, the largest of each, 2 classes."""
    words = keras.Input((50,))
    vectors = layers.Embedding(18_765, 300)(words)
    phrases = [layers.GlobalMaxPooling1D()(layers.Conv1D(100, width)(vectors)) for width in (3, 4, 5)]
    return keras.Model(words, layers.Dense(2)(layers.Concatenate()(phrases)))


def graph_network() -> keras.Model:
    """Kipf & Welling 2016, section 5: what a graph convolution learns is a dense layer on every node."""
    nodes = keras.Input((2_708, 1_433))
    return keras.Model(nodes, layers.Dense(7)(layers.Dense(16)(nodes)))


def context() -> keras.Model:
    """Yu & Koltun 2015, table 1: seven layers 3×3 and one 1×1 of 21 channels, with this program's ends around them."""
    image = keras.Input((64, 64, 3))
    x = layers.Conv2D(21, 1)(image)
    for dilation in (1, 1, 2, 4, 8, 16, 1):
        x = layers.Conv2D(21, 3, padding="same", dilation_rate=dilation)(x)
    return keras.Model(image, layers.Conv2D(10, 1)(layers.Conv2D(21, 1)(x)))


CASES: dict[str, tuple[str, Callable[[], keras.Model], dict[str, Any]]] = {
    "LeNet with batch norm": ("lenet5-batchnorm", lambda: lenet_with_batch_norm(dense=True), {}),
    "LeNet, convolutions normalised": (
        "lenet5-batchnorm",
        lambda: lenet_with_batch_norm(dense=False),
        {"dense_norm": False},
    ),
    "VGG, small": ("vgg", small_vgg, {}),
    "Plain-18": ("plain18", lambda: plain(2, 2, 2, 2), {}),
    "Plain-34": ("plain34", lambda: plain(3, 4, 6, 3), {}),
    "two convolutions": ("two-conv-cnn", lambda: two_convolutions(3, 128), {}),
    "two convolutions, wide": (
        "two-conv-cnn",
        lambda: two_convolutions(5, 512),
        {"kernel_size": 5, "units": 512},
    ),
    "network in network": ("nin", network_in_network, {}),
    "deformable": ("deformable-lenet", deformable_lenet, {}),
    "U-Net": ("unet", u_net, {"padding": "valid", "input_shape": [572, 572, 1]}),
    "text": ("text-cnn", text_cnn, {}),
    "graph": ("gcn", graph_network, {}),
    "dilated context": ("dilated-context", context, {"answer": "pixels"}),
}


@pytest.mark.parametrize("label", CASES)
def test_a_network_has_the_parameters_of_its_source_written_in_keras(label: str) -> None:
    name, make, params = CASES[label]
    theirs = make()
    ours = Analyser(catalogue()).analyse(templates()[name].build(**params))
    assert (None, *list(ours.nodes.values())[-1].output_shape) == theirs.outputs[0].shape
    assert ours.total_params == theirs.count_params()
    assert ours.trainable_params == sum(int(np.prod(w.shape)) for w in theirs.trainable_weights)
    keras.backend.clear_session()


def test_every_network_without_a_published_total_is_counted_here() -> None:
    counted = {name for name, _, _ in CASES.values()}
    assert {published.name for published in COUNTS if published.no_total} <= counted
