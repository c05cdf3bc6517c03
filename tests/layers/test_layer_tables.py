"""Each layer as table rows: arguments, input shapes, output shape, weights; and Keras says the same."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.layers import catalogue
from tests.layers.agreement import disagreements
from tests.layers.layer_rows import ROWS, Row, network_of


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_layer_has_this_output_shape_and_these_weights(row: Row) -> None:
    kind, params, inputs, output, weights = row
    result = Analyser(catalogue()).analyse(network_of(kind, params, inputs)).nodes["it"]
    assert (result.error, result.output_shape) == (None, output)
    assert tuple(weight.shape for weight in result.weights) == weights


@pytest.mark.engine
def test_keras_agrees_with_every_row() -> None:
    assert not [
        lines
        for kind, params, inputs, *_ in ROWS
        if (lines := disagreements(network_of(kind, params, inputs)))
    ]


def test_there_is_a_row_for_every_layer() -> None:
    assert {row[0] for row in ROWS} | {"Input"} == set(catalogue())
