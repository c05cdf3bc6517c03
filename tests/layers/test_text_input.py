"""Text enters as strings, becomes numbers and vectors, trains, and comes back from a file."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue

pytestmark = pytest.mark.engine

TEXTS = ["Good, very good!", "bad", "not bad", "good", "so bad", "a good day"]
LABELS = np.array([1, 0, 1, 1, 0, 1])


def text_network() -> Network:
    steps: list[tuple[str, dict[str, object]]] = [
        ("TextVectorization", {"vocabulary": "good bad not very", "output_sequence_length": 4}),
        ("Embedding", {"input_dim": 6, "output_dim": 8, "mask_zero": True}),
        ("Conv1D", {"filters": 32, "kernel_size": 2, "activation": "relu"}),
        ("GlobalMaxPooling1D", {}),
        ("Dense", {"units": 2, "activation": "softmax"}),
    ]
    nodes = [Node(id=kind.lower(), type=kind, params=Params(params)) for kind, params in steps]
    wires = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    return Network.of(nodes, wires)


@pytest.mark.parametrize("mixed_precision", [False, True])
def test_words_get_their_numbers_and_a_network_learns_from_them(
    mixed_precision: bool, tmp_path: Path
) -> None:
    keras.utils.set_random_seed(7)
    model = build(text_network(), catalogue(), mixed_precision=mixed_precision)
    numbers = keras.Model(model.input, model.get_layer("textvectorization").output)
    found = numbers.predict(tf.constant(TEXTS), verbose=0)
    np.testing.assert_array_equal(found[0], [2, 5, 2, 0])  # 0 is no word, 1 an unknown one
    np.testing.assert_array_equal(found[5], [1, 2, 1, 0])
    model.compile(keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(tf.constant(TEXTS), LABELS, epochs=80, verbose=0)
    assert model.evaluate(tf.constant(TEXTS), LABELS, verbose=0)[1] == 1.0
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        again.predict(tf.constant(TEXTS), verbose=0), model.predict(tf.constant(TEXTS), verbose=0)
    )
