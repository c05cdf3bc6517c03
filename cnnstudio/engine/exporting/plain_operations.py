"""A copy of a model in operations that every runtime has, with the same weights and results.

Some Keras layers export without an error into files that no runtime loads: GELU by the error function's complement,
and convolutions in groups.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from cnnstudio.engine import custom_layers

_GROUPED = ("Conv1D", "Conv2D", "Conv3D")


def with_plain_operations(model: keras.Model) -> keras.Model:
    """`model` itself when it needs no change, else a rewritten copy."""
    if not any(_has_gelu(layer) or _has_groups(layer) for layer in model.layers):
        return model
    copy = keras.models.clone_model(model, clone_function=_plain)
    copy.set_weights(model.get_weights())
    # Keras exports only what was called once.
    examples = [ops.zeros([1, *(size or 32 for size in one.shape[1:])]) for one in copy.inputs]
    copy(examples if len(examples) > 1 else examples[0])
    return copy


def exact_gelu(x: Any) -> Any:
    """`x * Φ(x)` by the error function, which ONNX has; Keras's own uses its complement. Hendrycks & Gimpel 2016."""
    return 0.5 * x * (1.0 + ops.erf(x / math.sqrt(2.0)))


def _plain(layer: Any) -> Any:
    kind = type(layer)
    if _has_groups(layer):
        kind = getattr(custom_layers, f"Grouped{kind.__name__}")
    copy = kind.from_config(layer.get_config())
    if _has_gelu(layer):
        copy.activation = exact_gelu
    return copy


def _has_gelu(layer: Any) -> bool:
    return getattr(layer, "activation", None) is keras.activations.gelu


def _has_groups(layer: Any) -> bool:
    return type(layer).__name__ in _GROUPED and getattr(layer, "groups", 1) > 1
