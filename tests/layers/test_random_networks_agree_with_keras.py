"""Random networks: Keras is the truth. `python -m benchmarks.random_networks --count 2000` tries many more."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.spec import Shape, Weight
from cnnstudio.layers import catalogue
from cnnstudio.layers.dense.dense import Dense
from cnnstudio.layers.merging_layer import Merging
from cnnstudio.layers.window import Window
from tests.layers.agreement import disagreements
from tests.layers.random_networks import LAYERS, random_network


def _one_more(self: Window, sizes: Shape) -> Shape:
    return tuple(None if size is None else size + 1 for size in sizes)


@pytest.mark.engine
@pytest.mark.parametrize(
    ("owner", "method", "wrong"),
    [
        (Window, "output", _one_more),
        (Dense, "weights", lambda self, inputs, args: (Weight("kernel", (1, 1)),)),
        (Merging, "output_shape", lambda self, inputs, args: inputs[0]),
    ],
)
def test_a_wrong_rule_is_noticed(
    owner: type, method: str, wrong: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = [random_network(seed) for seed in range(40)]
    monkeypatch.setattr(owner, method, wrong)
    assert any(disagreements(network) for network in networks)


@pytest.mark.engine
@pytest.mark.parametrize("first", range(0, 150, 25))
def test_random_networks_get_the_verdict_shapes_and_weights_that_keras_gives(first: int) -> None:
    found = {
        seed: lines for seed in range(first, first + 25) if (lines := disagreements(random_network(seed)))
    }
    assert not found


def test_the_random_networks_are_both_valid_and_broken_and_use_every_layer() -> None:
    used: set[str] = set()
    verdicts = []
    for seed in range(600):
        network = random_network(seed)
        used |= {node.type for node in network.nodes.values()}
        verdicts.append(Analyser(catalogue()).analyse(network).ok)
    assert set(LAYERS) <= used
    assert set(catalogue()) <= {*LAYERS, "Input", "TextVectorization"}
    assert 120 < sum(verdicts) < 480
