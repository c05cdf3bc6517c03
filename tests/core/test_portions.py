"""Analysing in portions: what is left half done changes nothing of what comes after."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.portions import Portions, completed
from cnnstudio.layers import catalogue
from cnnstudio.layers.advice import advice_portions, advise
from tests.layers.random_blocks import random_network_with_blocks


def test_completed_takes_every_portion_and_gives_the_result() -> None:
    taken: list[int] = []

    def work() -> Portions[str]:
        for number in range(3):
            taken.append(number)
            yield
        return "done"

    begun = work()
    next(begun)
    assert completed(begun) == "done"
    assert taken == [0, 1, 2]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 60))
def test_an_analysis_left_half_done_disturbs_no_other(first: int, second: int, portions: int) -> None:
    one, other = random_network_with_blocks(first)[1], random_network_with_blocks(second)[1]
    analyser = Analyser(catalogue())
    analyser.analyse(one)
    begun = analyser.portions(other)
    for _ in range(portions):
        next(begun, None)
    for network in (one, other):
        found, fresh = analyser.analyse(network), Analyser(catalogue()).analyse(network)
        assert said(found) == said(fresh)
        assert said(completed(advice_portions(found))) == said(advise(found))


def said(analysis: Analysis) -> object:
    """All that an analysis says; errors by their words, since two exceptions are never equal."""
    nodes = [
        (node_id, replace(known, error=None), str(known.error.message) if known.error else "")
        for node_id, known in analysis.nodes.items()
    ]
    return nodes, analysis.diagnostics, analysis.total_params, analysis.macs
