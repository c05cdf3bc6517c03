"""Softmax over more axes than TensorFlow's own takes on a processor, with oneDNN on as users have it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import keras
import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.code_writer import keras_source
from cnnstudio.core.custom_source import custom_layer_source
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.engine.builder import build
from cnnstudio.engine.heads import head_of
from cnnstudio.layers import catalogue

pytestmark = pytest.mark.engine

LAYERS: tuple[tuple[str, dict[str, object]], ...] = (
    ("Softmax", {}),
    ("Softmax", {"axis": 1}),
    ("Softmax", {"axis": -2}),
    ("Activation", {"activation": "softmax"}),
    ("Dense", {"units": 2, "activation": "softmax"}),
)
RANKS = (4, 5)
CODE = """
import json, sys
from pathlib import Path
import keras, numpy as np
wrong = []
for path in sorted(Path(sys.argv[1]).glob("*.json")):
    told = json.loads(path.read_text())
    scope = {"__name__": "alone"}
    exec(compile(told["source"], str(path), "exec"), scope)
    model = scope["build_model"]()
    values = np.random.default_rng(3).normal(size=(2, *model.input_shape[1:])).astype("float32")
    given = values.reshape(2, *told["shape"]).astype("float64")
    for weight in model.get_weights():
        given = given @ weight if weight.ndim == 2 else given + weight
    shares = np.exp(given) / np.exp(given).sum(axis=told["axis"], keepdims=True)
    found = np.asarray(model(values))
    if not np.allclose(found, shares, atol=1e-6):
        wrong.append(f"{path.stem}: off by {np.abs(found - shares).max()}")
    model.compile("sgd", "mse")
    if not np.isfinite(model.train_on_batch(values, np.ones_like(shares))):
        wrong.append(f"{path.stem}: does not learn")
print("TOLD", json.dumps(wrong))
"""


def network_of(kind: str, params: dict[str, object], rank: int, *behind: Node) -> Network:
    """The layer, called `it`, behind values that are shaped into so many axes of two."""
    nodes = [
        Node(id="values", type="Input", params=Params(shape=[2**rank])),
        Node(id="shaped", type="Reshape", params=Params(target_shape=[2] * rank)),
        Node(id="it", type=kind, params=Params(params)),
        *behind,
    ]
    wires = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    return Network.of(nodes, wires)


def test_softmax_runs_learns_and_gives_shares_over_any_number_of_axes(tmp_path: Path) -> None:
    for kind, params in LAYERS:
        for rank in RANKS:
            network = network_of(kind, params, rank)
            assert Analyser(catalogue()).analyse(network).ok
            source = keras_source(network, catalogue(), name="it", custom_source=custom_layer_source)
            told = {"source": source, "shape": [2] * rank, "axis": params.get("axis", -1)}
            (tmp_path / f"{kind} {params.get('axis', '')} {rank}.json").write_text(json.dumps(told), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", CODE, str(tmp_path)],
        env={**os.environ, "TF_ENABLE_ONEDNN_OPTS": "1"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert "TOLD" in done.stdout, done.stderr[-2000:]
    assert json.loads(done.stdout.rpartition("TOLD ")[2]) == []


@pytest.mark.parametrize(("kind", "params"), LAYERS, ids=str)
def test_few_axes_are_left_to_keras(kind: str, params: dict[str, object]) -> None:
    for rank, own in ((4, False), (5, True)):
        model = build(network_of(kind, params, rank), catalogue())
        assert any(type(layer).__name__ == "ManyAxesSoftmax" for layer in model.layers) == own
        assert model.get_layer("it")


def test_the_end_of_a_network_is_known_as_softmax() -> None:
    flat = Node(id="flat", type="Flatten")
    model = build(network_of("Softmax", {}, 5, flat), catalogue())
    assert isinstance(model.layers[-1], keras.layers.Flatten)
    assert head_of(model, 32).activation == "softmax"
