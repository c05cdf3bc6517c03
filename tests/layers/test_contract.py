"""What the project file rules out though Keras lets it pass: Keras does take it, and we refuse it at its field."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from tests.layers.agreement import disagreements
from tests.layers.keras_oracle import REFUSED, verdicts

pytestmark = pytest.mark.engine

PICTURE = (8, 9, 2)
RULED_OUT: tuple[tuple[str, dict[str, Any], tuple[int, ...], str | None], ...] = (
    ("Dense", {"units": 2, "use_bias": -7}, PICTURE, "use_bias"),
    ("BatchNormalization", {"center": "no"}, PICTURE, "center"),
    ("GlobalMaxPooling2D", {"keepdims": -7}, PICTURE, "keepdims"),
    ("RandomFlip", {"mode": -7}, PICTURE, "mode"),
    ("Normalization", {"mean": 0, "variance": -7}, PICTURE, "variance"),
    ("BatchNormalization", {"epsilon": -7}, PICTURE, "epsilon"),
    ("LayerNormalization", {"epsilon": -7}, PICTURE, "epsilon"),
    ("BatchNormalization", {"momentum": 7}, PICTURE, "momentum"),
    ("PReLU", {"shared_axes": [0]}, PICTURE, "shared_axes"),
    ("Reshape", {"target_shape": "seven"}, PICTURE, "target_shape"),
    ("Reshape", {"target_shape": []}, (1,), "target_shape"),
    ("Softmax", {"axis": 0}, PICTURE, "axis"),
    ("Concatenate", {"axis": 0}, PICTURE, "axis"),
    ("Dot", {"axes": -7}, PICTURE, "axes"),
    ("RandomErasing", {}, (8, 9), None),
)
"""Layer, parameters, the shape of each input, and the field that the sentence stands at."""


@pytest.mark.parametrize(("kind", "params", "shape", "field"), RULED_OUT, ids=str)
def test_nonsense_that_keras_takes_is_refused_at_its_field(
    kind: str, params: dict[str, Any], shape: tuple[int, ...], field: str | None
) -> None:
    count = 2 if kind in ("Concatenate", "Dot") else 1
    inputs = [keras.Input(shape) for _ in range(count)]
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in params.items()}
    getattr(keras.layers, kind)(**given)(inputs if count > 1 else inputs[0])
    network = Network.of(
        [
            *(
                Node(id=f"in{number}", type="Input", params=Params(shape=list(shape)))
                for number in range(count)
            ),
            Node(id="layer", type=kind, params=Params(params)),
        ],
        [Edge(source=f"in{number}", target="layer", slot=number) for number in range(count)],
    )
    error = Analyser(catalogue()).analyse(network).nodes["layer"].error
    assert error is not None
    assert error.param == field
    assert verdicts(network)["layer"].shape == REFUSED


@pytest.mark.parametrize("kind", ["RandomErasing", "RandomRotation", "RandomContrast", "Resizing"])
@pytest.mark.parametrize("shape", [(8,), (8, None, 2, 2)])
def test_what_keras_builds_and_cannot_run_counts_as_refused(kind: str, shape: tuple[int | None, ...]) -> None:
    given = {"height": 4, "width": 4} if kind == "Resizing" else {"factor": 0.1}
    keras_layer = getattr(keras.layers, kind)(**given)
    keras_layer(keras.Input(shape))
    with pytest.raises((ValueError, IndexError)):
        keras_layer(np.zeros([2, *(size or 8 for size in shape)], "float32"), training=True)
    network = Network.of(
        [
            Node(id="in", type="Input", params=Params(shape=list(shape))),
            Node(id="layer", type=kind, params=Params(given)),
        ],
        [Edge(source="in", target="layer")],
    )
    assert Analyser(catalogue()).analyse(network).nodes["layer"].error is not None
    assert verdicts(network)["layer"].shape == REFUSED


def test_proportions_kept_in_two_ways_fail_in_keras_when_it_runs() -> None:
    layer = keras.layers.Resizing(5, 9, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)
    layer(keras.Input((10, None, 2)))
    with pytest.raises(ValueError, match="Only one of"):
        layer(np.zeros((2, 10, 8, 2), "float32"))


@pytest.mark.parametrize(
    ("kind", "shapes", "sentence"),
    [
        (
            "Maximum",
            ((28, 28, 1, 4, 4), (28, 28, 1, 4)),
            "Maximum cannot stretch 28×28×1×4×4 and 28×28×1×4 to one size",
        ),
        ("Add", ((3, 1, 3, 1, 3), (1, 3, 1, 3, 1)), "Add cannot stretch"),
        ("Add", ((3, 1, 3, 3, 1), (1, 3, 1, 1, 3)), ""),
        ("MultiHeadAttention", ((2, 2, 2, 2, 3),), "takes three axes of places at most; it gets 2×2×2×2×3."),
        ("MultiHeadAttention", ((2, 2, 2, 3),), ""),
    ],
    ids=str,
)
def test_many_axes_are_taken_as_far_as_tensorflow_takes_them(
    kind: str, shapes: tuple[tuple[int, ...], ...], sentence: str
) -> None:
    nodes, wires = [Node(id="it", type=kind)], []
    for slot, shape in enumerate(shapes):
        nodes += [
            Node(id=f"in{slot}", type="Input", params=Params(shape=[math.prod(shape)])),
            Node(id=f"shaped{slot}", type="Reshape", params=Params(target_shape=shape)),
        ]
        wires += [
            Edge(source=f"in{slot}", target=f"shaped{slot}"),
            Edge(source=f"shaped{slot}", target="it", slot=slot),
        ]
    network = Network.of(nodes, wires)
    assert not disagreements(network)
    error = Analyser(catalogue()).analyse(network).nodes["it"].error
    assert bool(error) == bool(sentence)
    assert sentence in str(error)
