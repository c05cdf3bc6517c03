"""One layer's values: kernels taken out of Keras's layouts, channels of batch normalisation, and what is copied."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pytest

from cnnstudio.ui.understand import layer_values
from cnnstudio.ui.understand.layer_values import Kernels, channels_of, is_normalisation, values_text


def told(**arrays: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for name, values in arrays.items():
        counts, edges = np.histogram(values, bins=4)
        found[name] = {"values": np.asarray(values, np.float32), "counts": counts, "edges": edges}
    return found


@pytest.mark.parametrize(
    ("kind", "name", "shape", "kernels", "slices", "depthwise"),
    [
        ("Conv2D", "kernel", (5, 3, 2, 7), 7, 2, False),
        ("Conv2DTranspose", "kernel", (5, 3, 7, 2), 7, 2, False),
        ("DepthwiseConv2D", "kernel", (5, 3, 7, 2), 7, 2, True),
        ("SeparableConv2D", "depthwise_kernel", (5, 3, 7, 1), 7, 1, True),
        ("SeparableConv2D", "pointwise_kernel", (1, 1, 2, 7), 7, 2, False),
        ("Conv1D", "kernel", (5, 2, 7), 7, 2, False),
    ],
)
def test_kernels_are_found_in_keras_layouts(
    kind: str, name: str, shape: tuple[int, ...], kernels: int, slices: int, depthwise: bool
) -> None:
    values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    found = Kernels.of(kind, name, values)
    assert found is not None
    assert found.pictures.shape[:2] == (kernels, slices)
    assert found.is_depthwise == depthwise
    assert found.largest == values.max()
    swapped = "Transpose" in kind or depthwise
    expected = values[..., 3, slices - 1] if swapped else values[..., slices - 1, 3]
    np.testing.assert_array_equal(found.pictures[3, slices - 1], np.atleast_2d(expected))


@pytest.mark.parametrize(
    ("kind", "name", "shape"),
    [
        ("Dense", "kernel", (4, 3)),
        ("Conv2D", "bias", (4,)),
        ("Conv3D", "kernel", (3, 3, 3, 1, 2)),
        ("MultiHeadAttention", "query/kernel", (8, 2, 4)),
    ],
)
def test_what_is_no_picture_is_left_to_the_histogram(kind: str, name: str, shape: tuple[int, ...]) -> None:
    assert Kernels.of(kind, name, np.zeros(shape, np.float32)) is None


def test_what_was_not_sent_has_no_pictures() -> None:
    assert Kernels.of("Conv2D", "kernel", None) is None


def test_channels_of_a_normalisation_are_a_row_each() -> None:
    values = told(gamma=[1.0, 2.0], beta=[0.0, 0.5], moving_mean=[3.0, 4.0], moving_variance=[1.0, 9.0])
    assert is_normalisation(values)
    assert list(channels_of(values)) == ["gamma", "beta", "moving_mean", "moving_variance"]
    read = list(csv.reader(io.StringIO(values_text(values, markdown=False) or "")))
    assert read[0] == ["channel", "gamma", "beta", "moving_mean", "moving_variance"]
    assert read[2] == ["2", "2", "0.5", "4", "9"]


def test_a_normalisation_without_gamma_has_three_columns() -> None:
    assert list(channels_of(told(beta=[0.0], moving_mean=[0.0], moving_variance=[1.0]))) == [
        "beta",
        "moving_mean",
        "moving_variance",
    ]


def test_other_values_are_copied_with_their_index() -> None:
    text = values_text(told(kernel=[[1.0, 2.0]], bias=[0.25, -3.0]), markdown=True)
    assert text is not None
    assert "| kernel | 0 1 | 2 |" in text
    assert "| bias | 1 | -3 |" in text


def test_too_many_numbers_are_not_put_on_the_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    values = told(kernel=np.zeros(20))
    monkeypatch.setattr(layer_values, "MOST_COPIED", 19)
    assert values_text(values, markdown=False) is None
    unsent = told(kernel=np.zeros(4))
    unsent["kernel"]["values"] = None
    assert values_text(unsent, markdown=False) is None
