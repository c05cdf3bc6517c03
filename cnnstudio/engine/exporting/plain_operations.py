"""Copies of a model for other runtimes: the same weights and results, in operations that those runtimes have.

Keras exports some layers without an error into files that give other results (augmentation goes on after training)
or that no runtime loads (GELU by the error function's complement, CELU, convolutions in groups).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from cnnstudio.engine import custom_layers

_GROUPED = ("Conv1D", "Conv2D", "Conv3D")
_AUGMENTATIONS = (
    "RandomBrightness", "RandomColorDegeneration", "RandomColorJitter", "RandomContrast", "RandomElasticTransform",
    "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert",
    "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness",
    "RandomShear", "RandomTranslation", "RandomZoom",
)  # fmt: skip
"""Layers that pass pictures on unchanged once training is over."""


def for_inference(model: keras.Model) -> keras.Model:
    """`model` without its augmentation; itself when it has none."""
    return _copied(model, _is_augmentation, _still)


def with_plain_operations(model: keras.Model) -> keras.Model:
    """`model` without augmentation and in operations that ONNX has; itself when nothing needs a change."""
    return _copied(model, _needs_change, _plain)


def exact_gelu(x: Any) -> Any:
    """`x * Φ(x)` by the error function, which ONNX has; Keras's own uses its complement. Hendrycks & Gimpel 2016."""
    return 0.5 * x * (1.0 + ops.erf(x / math.sqrt(2.0)))


def exact_celu(x: Any) -> Any:
    """CELU with α = 1 by the plain exponential; Keras's own uses `expm1`, which ONNX lacks. Barron 2017."""
    return ops.maximum(x, 0.0) + ops.exp(ops.minimum(x, 0.0)) - 1.0


def _replacement(layer: Any) -> Callable[[Any], Any] | None:
    """The function in place of a layer's activation, where it needs one."""
    activation = getattr(layer, "activation", None)
    if activation is keras.activations.gelu:
        return exact_gelu
    return exact_celu if activation is keras.activations.celu else None


def _copied(model: keras.Model, needs: Callable[[Any], bool], clone: Callable[[Any], Any]) -> keras.Model:
    if not any(needs(layer) for layer in model.layers):
        return model
    copy = keras.models.clone_model(model, clone_function=clone)
    weights = {layer.name: layer.get_weights() for layer in model.layers if not _is_augmentation(layer)}
    for layer in copy.layers:
        layer.set_weights(weights.get(layer.name, []))
    # Keras exports only what was called once.
    examples = [ops.zeros([1, *(size or 32 for size in one.shape[1:])]) for one in copy.inputs]
    copy(examples if len(examples) > 1 else examples[0])
    return copy


def _still(layer: Any) -> Any:
    if _is_augmentation(layer):
        return keras.layers.Identity(name=layer.name, dtype=layer.dtype_policy)
    return type(layer).from_config(layer.get_config())


def _plain(layer: Any) -> Any:
    if _is_augmentation(layer):
        return _still(layer)
    kind = getattr(custom_layers, f"Grouped{type(layer).__name__}") if _has_groups(layer) else type(layer)
    copy = kind.from_config(layer.get_config())
    function = _replacement(layer)
    if function is not None:
        copy.activation = function
    return copy


def _needs_change(layer: Any) -> bool:
    return _is_augmentation(layer) or _has_groups(layer) or _replacement(layer) is not None


def _is_augmentation(layer: Any) -> bool:
    return type(layer).__name__ in _AUGMENTATIONS


def _has_groups(layer: Any) -> bool:
    return type(layer).__name__ in _GROUPED and getattr(layer, "groups", 1) > 1
