"""The layers that Keras lacks: their values, and that they train, save, load and export as Keras's own do."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnstudio.engine import custom_layers as custom
from tests.layers.custom_layer_examples import IMAGES, LAYERS, SHAPE, model_of

pytestmark = pytest.mark.engine


def pooled(
    image: np.ndarray, pool: tuple[int, int], strides: tuple[int, int], pads: Any, ceil_mode: bool, mode: str
) -> np.ndarray:
    """One channel, window by window, as PyTorch's documentation says it."""
    (top, bottom), (left, right) = pads
    height, width = image.shape[0] + top + bottom, image.shape[1] + left + right

    def starts(size: int, window: int, step: int, first: int, end: int) -> list[int]:
        found = list(range(0, end - window + 1, step))
        following = found[-1] + step
        if ceil_mode and found[-1] + window < end and following < size + first:
            found.append(following)
        return found

    rows = []
    for y in starts(image.shape[0], pool[0], strides[0], top, height):
        row = []
        for x in starts(image.shape[1], pool[1], strides[1], left, width):
            inside = image[
                max(0, y - top) : max(0, y - top + pool[0]), max(0, x - left) : max(0, x - left + pool[1])
            ]
            if mode == "max":
                row.append(inside.max())
            elif mode == "average":
                row.append(inside.mean())
            else:
                covered = (min(y + pool[0], height) - y) * (min(x + pool[1], width) - x)
                row.append(inside.sum() / covered)
        rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("mode", ["max", "average", "average with padding"])
@pytest.mark.parametrize(
    ("pool", "strides", "pads"),
    [
        ((3, 3), (2, 2), ((1, 1), (1, 1))),
        ((2, 2), (2, 2), ((0, 0), (0, 0))),
        ((2, 3), (3, 1), ((1, 0), (2, 2))),
        ((4, 3), (3, 2), ((1, 2), (0, 1))),
    ],
)
def test_padded_pooling_is_what_a_loop_over_windows_gives(
    pool: tuple[int, int], strides: tuple[int, int], pads: Any, mode: str, ceil_mode: bool
) -> None:
    if mode == "max":
        layer: Any = custom.PaddedMaxPooling(pool, strides, pads, ceil_mode)
    else:
        layer = custom.PaddedAveragePooling(pool, strides, pads, ceil_mode, mode == "average with padding")
    result = np.array(layer(IMAGES))
    for channel in range(SHAPE[-1]):
        expected = pooled(IMAGES[0, :, :, channel], pool, strides, pads, ceil_mode, mode)
        np.testing.assert_allclose(result[0, :, :, channel], expected, atol=1e-5)
    assert model_of(layer).output_shape == (None, *result.shape[1:])


@pytest.mark.parametrize("size", [1, 3, 5])
def test_local_response_normalisation_is_tensorflows_with_alpha_divided_by_size(size: int) -> None:
    ours = custom.LocalResponseNormalization(size, 1e-2, 0.75, 2.0)(IMAGES)
    theirs = tf.nn.lrn(IMAGES, depth_radius=size // 2, bias=2.0, alpha=1e-2 / size, beta=0.75)
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_grouped_convolution_has_keras_weights_and_values(groups: int) -> None:
    ours = custom.GroupedConv2D(12, 3, groups=groups, padding="same", activation="relu")
    theirs = keras.layers.Conv2D(12, 3, groups=groups, padding="same", activation="relu")
    result = ours(IMAGES)
    theirs.build((None, *SHAPE))
    theirs.set_weights(ours.get_weights())
    np.testing.assert_allclose(result, theirs(IMAGES), atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [(2, 2), (3, 3)])
def test_strided_depthwise_convolution_has_keras_weights_and_values(
    padding: str, strides: tuple[int, int]
) -> None:
    for ours, theirs in (
        (custom.StridedDepthwiseConv2D, keras.layers.DepthwiseConv2D),
        (
            lambda *given, **named: custom.StridedSeparableConv2D(5, *given, **named),
            lambda *given, **named: keras.layers.SeparableConv2D(5, *given, **named),
        ),
    ):
        arguments = {"strides": strides, "padding": padding, "activation": "relu", "depth_multiplier": 2}
        one, other = ours((3, 2), **arguments), theirs((3, 2), **arguments)
        result = one(IMAGES)
        other.build((None, *SHAPE))
        other.set_weights(one.get_weights())
        np.testing.assert_allclose(result, other(IMAGES), atol=1e-5)


def test_uneven_strides_leave_out_rows_and_columns() -> None:
    uneven = custom.StridedDepthwiseConv2D((3, 3), strides=(2, 1))
    result = uneven(IMAGES)
    plain = keras.layers.DepthwiseConv2D((3, 3))
    plain.build((None, *SHAPE))
    plain.set_weights(uneven.get_weights())
    np.testing.assert_allclose(result, plain(IMAGES)[:, ::2], atol=1e-5)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("dilation", [(2, 2), (1, 3)])
def test_dilated_transposed_convolution_is_the_gradient_of_the_dilated_convolution(
    padding: str, dilation: tuple[int, int]
) -> None:
    layer = custom.DilatedConv2DTranspose(4, (3, 2), dilation_rate=dilation, padding=padding, use_bias=False)
    result = layer(IMAGES)
    inputs = tf.Variable(tf.zeros((3, *result.shape[1:])))
    with tf.GradientTape() as tape:
        forward = tf.nn.convolution(inputs, layer.kernel, 1, padding.upper(), dilations=dilation)
        total = tf.reduce_sum(forward * IMAGES)
    np.testing.assert_allclose(result, tape.gradient(total, inputs), atol=1e-4)


@pytest.mark.parametrize("name", LAYERS)
def test_a_custom_layer_trains_saves_and_loads(name: str, tmp_path: Path) -> None:
    model = model_of(LAYERS[name]())
    first = keras.Sequential([keras.Input(SHAPE), keras.layers.Conv2D(6, 1), model])
    first.compile("sgd", "mse")
    target = np.ones((3, *model.output_shape[1:]), "float32")
    before = first.layers[0].get_weights()[0].copy()
    assert np.isfinite(first.train_on_batch(IMAGES, target)).all()
    assert not np.allclose(before, first.layers[0].get_weights()[0])
    first.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(IMAGES, verbose=0), first.predict(IMAGES, verbose=0))


@pytest.mark.slow
@pytest.mark.parametrize("name", LAYERS)
def test_a_custom_layer_gives_the_same_in_onnx_litert_and_saved_model(name: str, tmp_path: Path) -> None:
    import onnxruntime
    from ai_edge_litert.interpreter import Interpreter

    model = model_of(LAYERS[name]())
    expected = model.predict(IMAGES[:1], verbose=0)
    model.export(tmp_path / "model.onnx", format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    (result,) = session.run(None, {session.get_inputs()[0].name: IMAGES[:1]})
    np.testing.assert_allclose(result, expected, atol=1e-5)
    model.export(tmp_path / "model.tflite", format="litert", verbose=False)
    interpreter = Interpreter(str(tmp_path / "model.tflite"))
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], IMAGES[:1])
    interpreter.invoke()
    np.testing.assert_allclose(
        interpreter.get_tensor(interpreter.get_output_details()[0]["index"]), expected, atol=1e-5
    )
    model.export(tmp_path / "saved", format="tf_saved_model", verbose=False)
    loaded = tf.saved_model.load(str(tmp_path / "saved"))
    np.testing.assert_allclose(loaded.serve(IMAGES[:1]), expected, atol=1e-6)


def test_each_file_stands_alone_so_that_it_can_be_pasted_into_a_script(checkout: Path) -> None:
    files = [
        path for path in (checkout / "cnnstudio/engine/custom_layers").glob("*.py") if path.stem != "__init__"
    ]
    assert len(files) >= 4
    for path in files:
        source = path.read_text("utf-8")
        imported = re.findall(r"^\s*(?:import|from) (\w+)", source, re.MULTILINE)
        assert set(imported) - sys.stdlib_module_names == {"keras"}, path.name
        assert "__future__" not in source


def test_every_custom_layer_is_known_by_its_name() -> None:
    known = custom.custom_layers()
    assert all(getattr(custom, name) is layer for name, layer in known.items())
    assert all(
        keras.saving.get_registered_name(layer) == f"cnnstudio>{name}" for name, layer in known.items()
    )
