"""What drawings show is what Keras works out: activation curves, windows, enlarging."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from cnnstudio.core.drawings import FunctionCurve
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from cnnstudio.layers.activation_curves import ACTIVATION_CURVES
from cnnstudio.layers.arguments import ACTIVATIONS
from cnnstudio.ui.drawings.curves import curve_of
from cnnstudio.ui.drawings.shapes import enlarged
from cnnstudio.ui.drawings.windows import correlate, spread

XS = np.linspace(-6, 6, 241, dtype="float32")
NEED_A_VECTOR = {"softmax", "log_softmax", "sparsemax"}


def test_every_activation_of_one_number_has_a_curve() -> None:
    assert set(ACTIVATION_CURVES) == set(ACTIVATIONS) - NEED_A_VECTOR


def test_every_curve_equals_keras() -> None:
    for name, curve in ACTIVATION_CURVES.items():
        expected = keras.ops.convert_to_numpy(keras.activations.get(name)(XS))
        np.testing.assert_allclose([curve(float(x)) for x in XS], expected, 1e-5, 2e-6, err_msg=name)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("ReLU", {}),
        ("ReLU", {"max_value": 6.0, "negative_slope": 0.1, "threshold": 1.0}),
        ("ReLU", {"max_value": 2.0}),
        ("LeakyReLU", {}),
        ("LeakyReLU", {"negative_slope": 0.05}),
        ("ELU", {"alpha": 0.4}),
        ("Activation", {"activation": "mish"}),
    ],
)
def test_a_layers_drawing_follows_its_parameters(kind: str, arguments: dict[str, float]) -> None:
    spec = catalogue()[kind]
    drawing = spec.drawing_for(spec.arguments(Params(**arguments)))
    assert isinstance(drawing, FunctionCurve)
    expected = keras.ops.convert_to_numpy(getattr(keras.layers, kind)(**arguments)(XS))
    drawn = [curve_of(drawing)(float(x)) for x in XS]
    np.testing.assert_allclose(drawn, expected, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize(("strides", "dilation"), [(1, 1), (2, 1), (1, 2)])
def test_a_drawn_window_sums_as_keras_does(strides: int, dilation: int) -> None:
    values = np.arange(49, dtype="float32").reshape(7, 7) % 5
    kernel = np.array([[-1, 0, 2], [1, 3, -2], [0, 1, 1]], "float32")
    expected = keras.ops.conv(
        values[None, ..., None], kernel[..., None, None], strides=strides, dilation_rate=dilation
    )
    drawn = correlate(values.tolist(), kernel.tolist(), strides=strides, dilation=dilation)
    np.testing.assert_allclose(drawn, keras.ops.convert_to_numpy(expected)[0, ..., 0])


def test_a_drawn_transposed_window_spreads_as_keras_does() -> None:
    values, kernel = np.array([[1, 2], [3, 4]], "float32"), np.arange(9, dtype="float32").reshape(3, 3)
    expected = keras.ops.conv_transpose(values[None, ..., None], kernel[..., None, None], strides=2)
    drawn = spread(values.tolist(), kernel.tolist(), strides=2)
    np.testing.assert_allclose(drawn, keras.ops.convert_to_numpy(expected)[0, ..., 0])


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_a_drawn_enlargement_equals_keras(interpolation: str) -> None:
    values = ((0.0, 4.0), (8.0, 12.0))
    layer = keras.layers.UpSampling2D(2, interpolation=interpolation)
    expected = keras.ops.convert_to_numpy(layer(np.array(values, "float32")[None, ..., None]))
    np.testing.assert_allclose(enlarged(values, blended=interpolation == "bilinear"), expected[0, ..., 0])
