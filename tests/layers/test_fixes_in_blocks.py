"""Fixes of problems inside blocks: offered as edits of the whole network, and proven like any other."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.block_edits import changed_level
from cnnstudio.core.edits import set_params
from cnnstudio.core.network import Block, Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from cnnstudio.layers.fixes import offer_fixes
from cnnstudio.zoo.blocks import block_templates


def behind(block: Node, *shape: int) -> Network:
    image = Node(id="image", type="Input", params=Params(shape=list(shape)))
    return Network.of([image, block], [Edge(source="image", target=block.id)])


def test_a_mismatch_at_the_end_of_a_residual_block_is_cured_inside_it() -> None:
    residual = block_templates()["Residual block"].node("b", channels=32)
    network = set_params(behind(residual, 16, 16, 32), "b", {"filters": 48})
    analyser = Analyser(catalogue())
    (problem,) = offer_fixes(network, analyser.analyse(network), analyser).diagnostics
    assert problem.node == "b/add"
    assert problem.fixes
    for fix in problem.fixes:
        cured = fix.edit(network)
        assert Analyser(catalogue()).analyse(cured).ok
        assert changed_level(network, cured) == ("b",)


def test_a_window_too_large_two_blocks_deep_is_cured_there() -> None:
    conv = Node(id="conv", type="Conv2D", params=Params(filters=2, kernel_size=9))
    ends = [Node(id="in", type="BlockInput"), Node(id="out", type="BlockOutput")]
    inner = Network.of([*ends, conv], [Edge(source="in", target="conv"), Edge(source="conv", target="out")])
    unit = Node(id="unit", type="Block", block=Block(network=inner))
    outer = Network.of([*ends, unit], [Edge(source="in", target="unit"), Edge(source="unit", target="out")])
    network = behind(Node(id="b", type="Block", block=Block(network=outer)), 6, 6, 3)
    analyser = Analyser(catalogue())
    (problem,) = offer_fixes(network, analyser.analyse(network), analyser).diagnostics
    assert (problem.node, bool(problem.fixes)) == ("b/unit/conv", True)
    assert all(changed_level(network, fix.edit(network)) == ("b", "unit") for fix in problem.fixes[:1])


@pytest.mark.parametrize("params", [{"width": 3}, {"filters": -4}])
def test_a_mistake_at_the_block_itself_brings_nothing_down(params: dict[str, object]) -> None:
    residual = block_templates()["Residual block"].node("b", channels=32)
    network = set_params(behind(residual, 16, 16, 32), "b", params)
    analyser = Analyser(catalogue())
    problems = offer_fixes(network, analyser.analyse(network), analyser).diagnostics
    assert [problem.node for problem in problems] == ["b"]
