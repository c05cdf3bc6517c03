"""One example or more of every Keras layer that the program brings along and that takes a picture."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from cnnstudio.engine import custom_layers as custom

SHAPE = (9, 8, 6)
IMAGES = np.random.default_rng(7).normal(size=(3, *SHAPE)).astype("float32")
LAYERS = {
    "lrn": lambda: custom.LocalResponseNormalization(5, 1e-4, 0.75, 2.0),
    "max": lambda: custom.PaddedMaxPooling((3, 2), (2, 2), ((1, 0), (1, 1))),
    "max, ceil": lambda: custom.PaddedMaxPooling((3, 3), (2, 2), ((0, 0), (0, 0)), ceil_mode=True),
    "average, ceil": lambda: custom.PaddedAveragePooling((3, 3), (2, 2), ((1, 1), (1, 1)), ceil_mode=True),
    "average, padding left out": lambda: custom.PaddedAveragePooling(
        (3, 2), (2, 1), ((1, 1), (0, 1)), count_include_pad=False
    ),
    "uneven strides": lambda: custom.StridedDepthwiseConv2D(3, strides=(2, 1), padding="same"),
    "uneven strides, separable": lambda: custom.StridedSeparableConv2D(4, 3, strides=(1, 3), padding="same"),
    "dilated, transposed": lambda: custom.DilatedConv2DTranspose(4, 3, dilation_rate=(2, 1), padding="same"),
    "shuffle": lambda: custom.ChannelShuffle(3),
    "deformable": lambda: custom.DeformableConv2D(4, 3, strides=2, activation="relu"),
    "deformable, modulated": lambda: custom.DeformableConv2D(4, (3, 2), modulated=True, dilation_rate=2),
    "column and row": lambda: custom.SpatiallySeparableConv2D(4, (5, 3), padding="same", activation="relu"),
    "fixed filter": lambda: custom.FixedFilter2D(((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)), strides=(2, 1)),
    "fixed filter, trainable": lambda: custom.FixedFilter2D(((0.5, 0.5),), trainable=True),
    "adaptive average": lambda: custom.AdaptiveAveragePooling((4, 11)),
    "adaptive max": lambda: custom.AdaptiveMaxPooling((4, 3)),
    "random crop": lambda: custom.RandomCrop(5, 4),
    "attention": lambda: custom.Attention(2, 3, kernel_regularizer="l2"),
    "softmax": lambda: custom.ManyAxesSoftmax(axis=2),
    "groups": lambda: custom.GroupedConv2D(4, 3, groups=2, strides=2, padding="same"),
}


def model_of(layer: Any) -> keras.Model:
    image = keras.Input(SHAPE)
    return keras.Model(image, layer(image))
