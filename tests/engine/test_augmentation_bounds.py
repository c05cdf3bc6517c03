"""The numbers that augmentation draws from are those that Keras draws from."""

from __future__ import annotations

import keras
import pytest

from cnnstudio.layers.augmentation_layer import bounds


@pytest.mark.parametrize("factor", [0.0, 0.3, -0.3, 1.0, [0.1, 0.4], [0.4, 0.1]])
@pytest.mark.parametrize(
    ("kind", "minimum"),
    [("RandomRotation", -1.0), ("RandomBrightness", -1.0), ("RandomContrast", 0.0), ("RandomErasing", 0.0)],
)
def test_a_factors_bounds_are_keras_s(kind: str, minimum: float, factor: object) -> None:
    if isinstance(factor, float) and factor < minimum:
        pytest.skip("Keras refuses it")
    layer = getattr(keras.layers, kind)(factor=factor)
    value = tuple(factor) if isinstance(factor, list) else factor
    assert bounds(value, minimum=minimum) == tuple(layer.factor)


@pytest.mark.parametrize("factor", [0.0, 0.3, -0.3, [0.1, 0.4], [0.4, -0.1]])
@pytest.mark.parametrize("kind", ["RandomZoom", "RandomTranslation"])
def test_the_bounds_of_a_factor_along_an_axis_are_keras_s(kind: str, factor: object) -> None:
    layer = getattr(keras.layers, kind)(height_factor=factor, width_factor=factor)
    value = tuple(factor) if isinstance(factor, list) else factor
    assert bounds(value) == (layer.height_lower, layer.height_upper)
