"""Random networks with blocks: the same layers mean the same in a block and out of it, and Keras agrees."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.blocks import depth_of
from cnnstudio.core.expansion import Expander, expanded
from cnnstudio.core.network import Network
from cnnstudio.layers import catalogue
from tests.layers.agreement import disagreements
from tests.layers.random_blocks import changed, random_network_with_blocks


def known(analysis: Analysis) -> list[object]:
    """What is known of each layer, in any order and under any name."""
    return sorted(
        str((result.input_shapes, result.output_shape, result.weights, result.macs, result.fields))
        for result in analysis.nodes.values()
    )


def analyse(network: Network) -> Analysis:
    return Analyser(catalogue()).analyse(network)


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_putting_layers_into_blocks_changes_nothing(first: int) -> None:
    blocks = 0
    for seed in range(first, first + 100):
        plain, grouped = random_network_with_blocks(seed)
        blocks += sum(node.block is not None for node in grouped.nodes.values())
        before, after = analyse(plain), analyse(grouped)
        assert known(before) == known(after), seed
        assert before.ok == after.ok, seed
        assert len(expanded(grouped).nodes) == len(plain.nodes)
    assert blocks > 50


def test_blocks_are_repeated_nested_and_set_from_outside() -> None:
    repeated = nested = settled = refused = 0
    for seed in range(60):
        network = changed(random_network_with_blocks(seed)[1], seed)
        result = Expander().expand(network)
        assert not result.faults
        repeated += any("#2" in address for address in result.network.nodes)
        nested += depth_of(network) > 1
        settled += bool(result.pushed)
        refused += any(
            (problem.node, problem.param) in result.pushed
            for problem in Analyser(catalogue()).analyse(result.network).diagnostics
        )
    assert min(repeated, nested, settled, refused) > 5, (repeated, nested, settled, refused)


@pytest.mark.engine
@pytest.mark.parametrize("first", range(0, 100, 25))
def test_keras_agrees_about_networks_with_repeated_blocks_and_set_parameters(first: int) -> None:
    found = {}
    for seed in range(first, first + 25):
        lines = disagreements(changed(random_network_with_blocks(seed)[1], seed))
        if lines:
            found[seed] = lines
    assert not found
