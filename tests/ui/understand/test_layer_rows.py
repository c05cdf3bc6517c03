"""The rows of the table: two networks laid side by side, the scale of the bars, and the text that is copied."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import pytest

from cnnstudio.ui.understand.layer_rows import as_csv, decades, layer_rows, number_text, table_cells


def weights(*names: str) -> dict[str, Any]:
    kernel = {
        "name": "kernel",
        "shape": (3, 3, 1, 4),
        "count": 36,
        "trainable": True,
        "min": -0.5,
        "max": 0.5,
        "mean": 0.01,
        "std": 0.2,
        "not_finite": 0,
    }
    bias = {**kernel, "name": "bias", "shape": (4,), "count": 4, "mean": 0.0, "std": 0.0}
    layers = [{"name": name, "type": "Conv2D", "weights": [kernel, bias]} for name in names]
    return {"layers": layers, "parameters": 40 * len(names)}


def gradients(**norms: float | None) -> dict[str, Any]:
    return {
        "loss": 1.5,
        "images": 8,
        "layers": [
            {
                "name": name,
                "type": "Conv2D",
                "norm": norm,
                "count": 0 if norm is None else 40,
                "weights": [] if norm is None else [{"name": "kernel", "norm": norm, "count": 36}],
            }
            for name, norm in norms.items()
        ],
    }


def test_a_layer_has_its_weights_and_the_figures_of_the_first() -> None:
    (row,) = layer_rows(weights("conv"), gradients(conv=4.0), None, None)
    assert (row.name, row.count, row.shapes) == ("conv", 40, ((3, 3, 1, 4), (4,)))
    assert (row.mean, row.spread) == (0.01, 0.2)
    assert [part.name for part in row.parts] == ["kernel", "bias"]
    assert row.gradient(0, "norm") == 4.0
    assert row.gradient(0, "rms") == pytest.approx(4.0 / math.sqrt(40))
    assert row.gradient(1, "norm") is None
    assert row.parts[1].gradient(0, "norm") is None


def test_layers_of_one_name_share_a_row_and_others_keep_their_place() -> None:
    rows = layer_rows(
        weights("a", "b", "d"),
        gradients(a=1.0, b=1.0, d=1.0),
        weights("a", "c", "d"),
        gradients(c=2.0, d=3.0),
    )
    assert [row.name for row in rows] == ["a", "c", "b", "d"]
    assert [row.of_second for row in rows] == [False, True, False, False]
    assert rows[3].norms == (1.0, 3.0)
    assert rows[1].norms == (None, 2.0)


def test_the_second_network_may_be_read_before_the_first() -> None:
    rows = layer_rows(None, None, weights("a", "b"), None)
    assert [row.name for row in rows] == ["a", "b"]


def test_the_scale_spans_whole_decades_of_all_layers() -> None:
    rows = layer_rows(weights("a", "b"), gradients(a=2e-5, b=3.0), None, None)
    assert decades(rows, "norm") == (-5, 1)
    near = layer_rows(weights("a", "b"), gradients(a=0.2, b=0.3), None, None)
    assert decades(near, "norm") == (-2, 0)
    assert decades(layer_rows(weights("a"), gradients(a=0.0), None, None), "norm") is None
    assert decades(layer_rows(weights("a"), gradients(a=math.nan), None, None), "norm") is None
    assert decades((), "norm") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0"),
        (0.01234, "0.0123"),
        (1.2345e-8, "1.23e-8"),
        (1234567.0, "1.23e6"),
        (math.nan, "NaN"),
        (-math.inf, "-∞"),
    ],
)
def test_numbers_have_three_figures(value: float | None, text: str) -> None:
    assert number_text(value) == text


def test_the_copied_table_has_a_line_for_each_weight_with_exact_numbers() -> None:
    rows = layer_rows(weights("conv"), gradients(conv=1 / 3), None, None)
    head, cells = table_cells(rows, ["LeNet · 1"])
    read = list(csv.DictReader(io.StringIO(as_csv(head, cells))))
    assert [line["weight"] for line in read] == ["(all)", "kernel", "bias"]
    assert read[1]["shape"] == "3×3×1×4"
    assert read[1]["mean"] == "0.01"
    assert read[0]["gradient L2 norm (LeNet · 1)"] == "0.333333333"
    assert read[2]["gradient L2 norm (LeNet · 1)"] == ""
