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


def test_a_skip_wire_runs_on_the_side_of_the_port_at_which_it_ends():
    chain = "in>r r>c1 c1>c2"
    skip_first = arrange(network_of(f"{chain} r>join c2>join"))
    skip_last = arrange(network_of(f"{chain} c2>join r>join"))
    assert skip_first["c1"][0] > skip_first["r"][0] == skip_first["join"][0]
    assert skip_last["c1"][0] < skip_last["r"][0] == skip_last["join"][0]


def test_branches_are_columns_even_where_they_differ_in_length():
    at = arrange(network_of("in>a in>b1 in>c1 in>d1 b1>b2 c1>c2 d1>d2 a>cat b2>cat c2>cat d2>cat cat>end"))
    assert [at[f"{name}1"][0] for name in "bcd"] == [at[f"{name}2"][0] for name in "bcd"]
    assert at["in"][0] == at["cat"][0] == at["end"][0]
    assert abs(at["in"][0] - (at["a"][0] + at["d1"][0]) / 2) <= GRID / 2


def test_what_does_not_lead_to_the_end_stands_beside_the_trunk():
    trunk = "in>a a>b a>c b>d c>d d>e e>f f>g"
    plain, beside = arrange(network_of(trunk)), arrange(network_of(f"{trunk} a>x1 x1>x2"))
    assert len({beside[node_id][0] for node_id in "adefg"}) == 1
    assert {beside[n][0] - plain[n][0] for n in plain} == {0.0}
    assert beside["x1"][0] > beside["c"][0]


def test_nested_skips_nest_as_in_a_u_net():
    at = arrange(network_of("in>a a>b b>c c>d d>e e>f b>e a>f f>out"))
    assert at["a"][0] == at["f"][0]
    assert at["b"][0] == at["e"][0]
    assert at["c"][0] == at["d"][0]
    assert abs((at["b"][0] - at["a"][0]) - (at["c"][0] - at["b"][0])) <= GRID
