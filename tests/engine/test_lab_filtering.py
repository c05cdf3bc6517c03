"""The lab's filtering against `keras.ops.conv`, over random cases of two axes and of one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cnnstudio.data.lab.filtering import Filtering, Padding
from cnnstudio.data.lab.kernel import Kernel
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue
from tests.engine.small_data import chain, node

PADDINGS: tuple[Padding, ...] = ("valid", "same", "full")


def _drawn(random: np.random.Generator, height: int, width: int) -> Kernel:
    rows = tuple(tuple(Fraction(int(n)) for n in row) for row in random.integers(-9, 10, (height, width)))
    return Kernel(rows, Fraction(1, int(random.integers(1, 17))))


def _weights(kernel: Kernel, *, flip: bool) -> np.ndarray:
    weights = np.array([[float(number) for number in row] for row in kernel.values], np.float32)
    return weights[::-1, ::-1].copy() if flip else weights


@pytest.mark.parametrize("seed", range(60))
def test_a_picture_is_filtered_as_keras_does(seed: int) -> None:
    from keras import ops

    random = np.random.default_rng(seed)
    kernel = _drawn(random, *(int(n) for n in random.integers(1, 8, 2)))
    stride, dilation = ((int(random.integers(1, 4)), 1), (1, int(random.integers(1, 4))))[seed % 2]
    filtering = Filtering(
        kernel=kernel,
        stride=stride,
        dilation=dilation,
        padding=PADDINGS[seed % 3],
        flip=bool(random.integers(2)),
    )
    height, width = (int(n) for n in random.integers(20, 48, 2))
    picture = random.integers(0, 256, (height, width)).astype(np.uint8)
    padded = picture.astype(np.float32)
    if filtering.padding == "full":
        down, across = filtering.reach
        padded = np.pad(padded, ((down - 1, down - 1), (across - 1, across - 1)))
    expected = ops.convert_to_numpy(
        ops.conv(
            padded[None, :, :, None],
            _weights(kernel, flip=filtering.flip)[:, :, None, None],
            strides=stride,
            padding="same" if filtering.padding == "same" else "valid",
            dilation_rate=dilation,
        )
    )[0, :, :, 0]
    found = filtering.apply(picture)
    assert found.shape == expected.shape == filtering.output(height, width)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=0.05)


@pytest.mark.parametrize("seed", range(30))
def test_a_signal_is_filtered_as_keras_does(seed: int) -> None:
    from keras import ops

    random = np.random.default_rng(1000 + seed)
    kernel = _drawn(random, 1, int(random.integers(1, 8)))
    stride = int(random.integers(1, 4))
    filtering = Filtering(
        kernel=kernel, stride=stride, padding=PADDINGS[seed % 3], flip=bool(random.integers(2))
    )
    signal = random.normal(size=(1, int(random.integers(10, 40))))
    padded = signal[0].astype(np.float32)
    if filtering.padding == "full":
        padded = np.pad(padded, filtering.reach[1] - 1)
    expected = ops.convert_to_numpy(
        ops.conv(
            padded[None, :, None],
            _weights(kernel, flip=filtering.flip)[0][:, None, None],
            strides=stride,
            padding="same" if filtering.padding == "same" else "valid",
        )
    )[0, :, 0]
    found = filtering.apply(signal)[0]
    assert found.dtype == np.float64
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_the_layer_that_is_put_on_the_canvas_does_what_the_lab_shows() -> None:
    random = np.random.default_rng(5)
    picture = random.integers(0, 256, (17, 14, 3)).astype(np.uint8)
    for padding in PADDINGS:
        for stride, dilation in ((1, 1), (2, 1), (1, 2)):
            filtering = Filtering(
                kernel=_drawn(random, 3, 3), stride=stride, dilation=dilation, padding=padding, flip=True
            )
            image = node("image", "Input", shape=[17, 14, 3])
            network = chain(image, node("filter", "FixedFilter2D", **filtering.layer_params()))
            model = build(network, catalogue())
            expected = np.asarray(model(picture[None].astype(np.float32)))[0]
            np.testing.assert_allclose(filtering.apply(picture), expected, rtol=1e-4, atol=0.05)
