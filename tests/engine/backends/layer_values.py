"""A program: what every custom layer makes of given inputs and weights on the backend that KERAS_BACKEND names.

`python layer_values.py OUT.npz [GIVEN.npz]`. For each row NAME, OUT gets `NAME/values`, `NAME/slope` (of the sum of
squares by the first input) and the weights as `NAME/0`, `NAME/1`, …, which are taken from GIVEN where it is given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from cnnstudio.engine import custom_layers as custom

IMAGES, LINES, VOLUMES = (3, 9, 8, 6), (3, 9, 6), (2, 5, 6, 4, 6)
LAYERS: dict[str, tuple[Callable[[], Any], tuple[tuple[int, ...], ...]]] = {
    "lrn": (lambda: custom.LocalResponseNormalization(5, 1e-2, 0.75, 2.0), (IMAGES,)),
    "max": (lambda: custom.PaddedMaxPooling((3, 2), (2, 2), ((1, 0), (1, 1))), (IMAGES,)),
    "max, ceil": (
        lambda: custom.PaddedMaxPooling((3, 3), (2, 2), ((0, 0), (0, 0)), ceil_mode=True),
        (IMAGES,),
    ),
    "max, lines": (lambda: custom.PaddedMaxPooling((3,), (2,), ((1, 1),)), (LINES,)),
    "average": (lambda: custom.PaddedAveragePooling((3, 3), (2, 2), ((1, 1), (1, 1))), (IMAGES,)),
    "average, ceil": (
        lambda: custom.PaddedAveragePooling((3, 3), (2, 2), ((1, 1), (1, 1)), ceil_mode=True),
        (IMAGES,),
    ),
    "average, padding left out": (
        lambda: custom.PaddedAveragePooling((3, 2), (2, 1), ((1, 1), (0, 1)), count_include_pad=False),
        (IMAGES,),
    ),
    "average, volumes": (lambda: custom.PaddedAveragePooling((2,) * 3, (2,) * 3, ((1, 0),) * 3), (VOLUMES,)),
    "uneven strides": (lambda: custom.StridedDepthwiseConv2D(3, strides=(2, 1), padding="same"), (IMAGES,)),
    "uneven strides, separable": (
        lambda: custom.StridedSeparableConv2D(4, 3, strides=(1, 3), padding="same"),
        (IMAGES,),
    ),
    "dilated, transposed": (
        lambda: custom.DilatedConv2DTranspose(4, 3, dilation_rate=(2, 1), padding="same"),
        (IMAGES,),
    ),
    "dilated, transposed, valid": (
        lambda: custom.DilatedConv2DTranspose(4, (2, 3), dilation_rate=(1, 2), padding="valid"),
        (IMAGES,),
    ),
    "groups": (lambda: custom.GroupedConv2D(4, 3, groups=2, strides=2, padding="same"), (IMAGES,)),
    "groups, dilated": (lambda: custom.GroupedConv2D(6, 3, groups=3, dilation_rate=2), (IMAGES,)),
    "groups, lines": (lambda: custom.GroupedConv1D(4, 3, groups=2), (LINES,)),
    "groups, volumes": (lambda: custom.GroupedConv3D(4, 2, groups=2), (VOLUMES,)),
    "adaptive average": (lambda: custom.AdaptiveAveragePooling((4, 3)), (IMAGES,)),
    "adaptive max": (lambda: custom.AdaptiveMaxPooling((4, 1)), (IMAGES,)),
    "attention": (lambda: custom.Attention(2, 4), (LINES,)),
    "softmax": (custom.ManyAxesSoftmax, ((2, 3, 2, 3, 2, 4),)),
    "softmax, other axis": (lambda: custom.ManyAxesSoftmax(axis=1), (VOLUMES,)),
    "crop": (lambda: custom.RandomCrop(6, 5), (IMAGES,)),
    "dilated, transposed, lines": (lambda: custom.DilatedConv1DTranspose(4, 3, dilation_rate=2), (LINES,)),
    "dilated, transposed, volumes": (
        lambda: custom.DilatedConv3DTranspose(2, 2, dilation_rate=2),
        (VOLUMES,),
    ),
    "fixed filter": (lambda: custom.FixedFilter2D(((1, 0, -1), (2, 0, -2)), strides=(2, 1)), (IMAGES,)),
    "spatially separable": (lambda: custom.SpatiallySeparableConv2D(4, 3, padding="same"), (IMAGES,)),
    "shuffle": (lambda: custom.ChannelShuffle(3), (IMAGES,)),
    "deformable": (lambda: custom.DeformableConv2D(4, 3), (IMAGES,)),
    "deformable, modulated": (
        lambda: custom.DeformableConv2D(4, (3, 2), modulated=True, strides=2),
        (IMAGES,),
    ),
    "graph": (lambda: custom.GraphConvolution(4), ((3, 9, 6), (3, 9, 9))),
    "graph, mean": (
        lambda: custom.GraphConvolution(4, normalize="mean", self_loops=False),
        ((3, 9, 6), (3, 9, 9)),
    ),
}
"""Each layer, and the shapes of its inputs with the batch axis."""


def values_and_slope(layer: Any, inputs: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The layer's outputs and the slope of their squares' sum by the first input."""
    first, others = inputs[0], inputs[1:]

    def outputs_of(fed: Any) -> Any:
        return layer([fed, *others]) if others else layer(fed)

    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        fed = tf.constant(first)
        with tf.GradientTape() as tape:
            tape.watch(fed)
            outputs = outputs_of(fed)
            total = tf.reduce_sum(outputs**2)
        return np.asarray(outputs), np.asarray(tape.gradient(total, fed))
    if backend == "jax":
        import jax

        slope = jax.grad(lambda fed: (outputs_of(fed) ** 2).sum())(first)
        return np.asarray(outputs_of(first)), np.asarray(slope)
    import torch

    fed = torch.tensor(first, requires_grad=True)
    outputs = outputs_of(fed)
    (outputs**2).sum().backward()
    return outputs.detach().numpy(), fed.grad.numpy()


def main(out: str, given: str = "") -> None:
    arrays = dict(np.load(given)) if given else {}
    keras.utils.set_random_seed(5)
    random, own = np.random.default_rng(7), np.random.default_rng(8)
    found: dict[str, np.ndarray] = {}
    for name, (make, shapes) in LAYERS.items():
        inputs = [random.normal(size=shape).astype("float32") for shape in shapes]
        inputs[1:] = [(one > 0.5).astype("float32") for one in inputs[1:]]  # which nodes are joined
        layer = make()
        layer(inputs if len(inputs) > 1 else inputs[0])
        weights = layer.get_weights()
        if given:
            weights = [arrays[f"{name}/{number}"] for number in range(len(weights))]
        else:  # biases and offsets begin as zeros, which would hide what they do
            weights = [own.normal(scale=0.3, size=one.shape).astype("float32") for one in weights]
        layer.set_weights(weights)
        found |= {f"{name}/{number}": value for number, value in enumerate(layer.get_weights())}
        found[f"{name}/values"], found[f"{name}/slope"] = values_and_slope(layer, inputs)
    np.savez(out, **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
