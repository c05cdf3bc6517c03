"""Networks as values, and the edits that make one out of another."""

from __future__ import annotations

import pickle  # noqa: TID251 - our own bytes, as between processes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core import edits
from cnnstudio.core.change import difference
from cnnstudio.core.edits import EditError
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node, topological_order
from cnnstudio.core.params import Params
from tests.core.networks import network_of, networks


def wires(network: Network) -> set[str]:
    return {f"{edge.source}>{edge.target}" for edge in network.edges}


def test_params_tell_one_from_true_and_from_one_point_zero():
    assert Params(a=1) != Params(a=True)
    assert Params(a=1) != Params(a=1.0)
    assert Params(a=[1, 2]) == Params(a=(1, 2))
    assert hash(Params(a=1, b=2)) == hash(Params(b=2, a=1))


def test_params_refuse_what_json_does_not_have():
    with pytest.raises(TypeError, match="set"):
        Params(a={1, 2})


@given(networks())
def test_a_network_survives_pickling(network: Network):
    assert pickle.loads(pickle.dumps(network)) == network


@given(networks())
def test_topological_order_puts_sources_first_and_names_what_lies_on_a_circle(network: Network):
    order, cyclic = topological_order(network)
    assert {*order, *cyclic} == set(network.nodes)
    place = {node_id: number for number, node_id in enumerate(order)}
    for edge in network.edges:
        if edge.target in place:
            assert place[edge.source] < place[edge.target]


def test_removing_a_node_of_a_chain_bridges_the_gap():
    assert wires(edits.remove(network_of("a>b b>c"), ["b"])) == {"a>c"}
    assert wires(edits.remove(network_of("a>b b>c c>d"), ["b", "c"])) == {"a>d"}
    assert wires(edits.remove(network_of("a>b b>c"), ["b"], bridge=False)) == set()


def test_removing_a_merging_node_bridges_nothing():
    assert wires(edits.remove(network_of("a>m b>m m>c"), ["m"])) == set()


def test_bridging_keeps_the_slot_of_the_wire_it_replaces():
    removed = edits.remove(network_of("a>m b>c c>m"), ["c"])
    assert Edge(source="b", target="m", slot=1) in removed.edges


def test_connecting_a_layer_with_one_input_replaces_its_wire():
    assert wires(edits.connect(network_of("a>c", lonely="b"), source="b", target="c")) == {"b>c"}


def test_connecting_a_merging_layer_takes_the_next_slot():
    network = edits.connect(network_of("a>m b>m", lonely="c"), source="c", target="m", variadic=True)
    assert Edge(source="c", target="m", slot=2) in network.edges


def test_a_wire_that_closes_a_circle_is_refused_in_words():
    with pytest.raises(EditError, match="already feeds"):
        edits.connect(network_of("a>b b>c"), source="c", target="a")
    with pytest.raises(EditError, match="cannot feed itself"):
        edits.connect(network_of("a>b"), source="a", target="a")


def test_disconnecting_closes_the_slots_up():
    network = network_of("a>m b>m c>m")
    left = edits.disconnect(network, [network.inputs("m")[0]])
    assert [(edge.source, edge.slot) for edge in left.inputs("m")] == [("b", 0), ("c", 1)]


def test_splicing_puts_a_node_in_the_middle_and_keeps_the_slot():
    network = network_of("a>m b>m")
    spliced = edits.splice(network, node=Node(id="n", type="ReLU"), edge=network.inputs("m")[1])
    assert wires(spliced) == {"a>m", "b>n", "n>m"}
    assert spliced.inputs("m")[1] == Edge(source="n", target="m", slot=1)


def test_edits_that_change_nothing_return_the_same_network():
    network = edits.set_params(network_of("a>b"), "a", {"filters": 3})
    assert edits.set_params(network, "a", {"filters": 3}) is network
    assert edits.move(network, {"a": network.nodes["a"].position}) is network  # type: ignore[dict-item]
    assert edits.disconnect(network, []) is network
    assert edits.rename(network, "a", "a") is network


@pytest.mark.parametrize("name", ["x/y", "back\\slash", "tab\tbed", "n" * 101])
def test_names_that_keras_cannot_use_are_refused(name: str):
    with pytest.raises(EditError):
        edits.rename(network_of("a>b"), "a", name)


def test_a_name_belongs_to_one_layer():
    with pytest.raises(EditError, match="already called b"):
        edits.rename(network_of("a>b"), "a", "b")


@given(networks(), networks())
def test_a_difference_names_everything_that_differs_and_nothing_else(old: Network, new: Network):
    change = difference(old, new)
    nodes = {node_id: old.nodes[node_id] for node_id in old.nodes if node_id not in change.removed}
    nodes.update({node_id: new.nodes[node_id] for node_id in (*change.added, *change.updated)})
    assert nodes == dict(new.nodes)
    assert (set(old.edges) - set(change.wires_removed)) | set(change.wires_added) == set(new.edges)
    assert not difference(new, new)


@given(st.text(max_size=20), st.integers())
def test_a_message_renders_its_values(word: str, number: int):
    message = Message("{word} and {number}", word=word, number=number)
    assert str(message) == f"{word} and {number}"
    assert message.render("{number}: {word}") == f"{number}: {word}"
    assert pickle.loads(pickle.dumps(message)) == message
