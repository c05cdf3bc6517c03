"""Frozen layers in the analysis: their weights are not trained, all else stays."""

from __future__ import annotations

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.frozen import frozen_nodes, is_frozen, with_frozen
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from cnnstudio.zoo import templates


def test_the_weights_of_frozen_layers_count_as_not_trained() -> None:
    analysis = Analyser(catalogue()).analyse(templates()["lenet5"].build())
    name = next(node for node, known in analysis.nodes.items() if known.weights)
    frozen = with_frozen(analysis, {name})
    count = analysis.nodes[name].param_count
    assert frozen.total_params == analysis.total_params
    assert frozen.trainable_params == analysis.trainable_params - count
    assert frozen.nodes[name].trainable_count == 0
    assert frozen.nodes[name].param_count == count
    assert frozen.nodes[name].summary.startswith("frozen")
    assert with_frozen(analysis, set()) is analysis
    assert analysis.nodes[name].trainable_count == count


def test_a_blocks_name_stands_for_all_that_is_in_it() -> None:
    assert is_frozen("stage/conv", {"stage"})
    assert is_frozen("stage#2/conv", {"stage"})
    assert not is_frozen("stage2/conv", {"stage"})


def test_a_setting_that_is_no_list_of_names_freezes_nothing() -> None:
    assert frozen_nodes(Params(frozen=["a", "b"])) == {"a", "b"}
    assert frozen_nodes(Params(frozen="a")) == {"a"}
    assert frozen_nodes(Params(frozen=3)) == frozenset()
    assert frozen_nodes(Params()) == frozenset()
