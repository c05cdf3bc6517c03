"""The layered layout: downward, without overlap, straight where it can be."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, GRID, arrange, arrange_missing
from cnnstudio.core.network import Network, Node, topological_order
from tests.core.networks import network_of, networks


@given(networks())
def test_no_two_cards_overlap_and_all_stand_on_the_grid(network: Network):
    positions = arrange(network)
    assert positions.keys() == network.nodes.keys()
    for (x1, y1), (x2, y2) in combinations(positions.values(), 2):
        assert abs(x1 - x2) >= CARD_WIDTH or abs(y1 - y2) >= CARD_HEIGHT
    assert all(part % GRID == 0 for position in positions.values() for part in position)


@given(networks())
def test_data_flows_downward(network: Network):
    positions = arrange(network)
    _, cyclic = topological_order(network)
    for edge in network.edges:
        if edge.source not in cyclic and edge.target not in cyclic:
            assert positions[edge.source][1] < positions[edge.target][1]


def test_a_chain_is_a_straight_column():
    assert {x for x, _ in arrange(network_of("a>b b>c c>d")).values()} == {0.0}


def test_a_skip_wire_is_straight_and_the_branch_stands_beside_it():
    at = arrange(network_of("in>r r>c1 c1>c2 c2>add r>add add>c3 c3>c4 c4>add2 add>add2"))
    assert at["in"][0] == at["r"][0] == at["add"][0] == at["add2"][0]
    assert at["c1"][0] + CARD_WIDTH < at["r"][0] + CARD_WIDTH / 2


def test_branches_stand_side_by_side_without_crossing():
    at = arrange(network_of("in>a in>b1 in>c1 in>p b1>b2 c1>c2 p>q a>cat b2>cat c2>cat q>cat"))
    assert at["a"][1] == at["b1"][1] == at["c1"][1] == at["p"][1]
    upper = sorted(["b1", "c1", "p"], key=lambda node_id: at[node_id][0])
    lower = sorted(["b2", "c2", "q"], key=lambda node_id: at[node_id][0])
    below = {"b1": "b2", "c1": "c2", "p": "q"}
    assert [below[node_id] for node_id in upper] == lower


def test_nodes_without_a_place_go_below_those_that_have_one():
    network = Network.of(
        [Node(id="a", type="Add", position=(80.0, 80.0)), Node(id="b", type="Add"), Node(id="c", type="Add")]
    )
    at = arrange_missing(network)
    assert at.keys() == {"b", "c"}
    assert all(y >= 80 + CARD_HEIGHT for _, y in at.values())
    assert arrange_missing(network_of("")) == {}
