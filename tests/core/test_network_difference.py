"""What differs between two networks that may come from different files."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.network_difference import network_difference
from cnnstudio.core.params import Params
from cnnstudio.zoo import templates


def chain(*nodes: tuple[str, str, dict[str, object]]) -> Network:
    made = [Node(id=node_id, type=kind, params=Params(params)) for node_id, kind, params in nodes]
    return Network.of(made, [Edge(source=a.id, target=b.id) for a, b in pairwise(made)])


OLD = chain(
    ("in", "Input", {"shape": [8, 8, 1]}),
    ("c1", "Conv2D", {"filters": 6}),
    ("c2", "Conv2D", {"filters": 16, "padding": "same"}),
    ("out", "Dense", {"units": 10}),
)


def words(network: Network, other: Network) -> dict[str, list[str]]:
    found = network_difference(network, other)
    return {node_id: [str(word) for word in said] for node_id, said in found.changed.items()}


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "googlenet"])
def test_a_network_does_not_differ_from_itself_nor_from_one_moved_and_renamed(name: str) -> None:
    network = templates()[name].build()
    moved = Network.of(
        [replace(node, position=(1.0, 2.0), name="x") for node in network.nodes.values()], network.edges
    )
    assert not network_difference(network, network)
    assert not network_difference(network, moved)


@pytest.mark.parametrize("name", ["lenet5", "resnet18"])
def test_the_same_layers_under_other_ids_belong_together(name: str) -> None:
    network = templates()[name].build()
    other = Network.of(
        [replace(node, id=f"other-{node.id}") for node in network.nodes.values()],
        [
            replace(edge, source=f"other-{edge.source}", target=f"other-{edge.target}")
            for edge in network.edges
        ],
    )
    found = network_difference(network, other)
    assert not found
    assert found.pairs == {f"other-{node_id}": node_id for node_id in network.nodes}


def test_a_changed_setting_is_told_with_both_values() -> None:
    new = chain(
        ("in", "Input", {"shape": [8, 8, 1]}),
        ("c1", "Conv2D", {"filters": 8}),
        ("c2", "Conv2D", {"filters": 16}),
        ("out", "Dense", {"units": 10}),
    )
    assert words(OLD, new) == {"c1": ["filters: 6 → 8"], "c2": ["padding: same → default"]}


def test_sizes_are_told_as_the_form_shows_them() -> None:
    old = chain(("in", "Input", {"shape": [8, 8, 1]}), ("c", "Conv2D", {"filters": 2, "strides": [2, 2]}))
    new = chain(("in", "Input", {"shape": [8, 8, 3]}), ("c", "Conv2D", {"filters": 2, "strides": 1}))
    assert words(old, new) == {"in": ["shape: 8×8×1 → 8×8×3"], "c": ["strides: 2×2 → 1"]}


def test_a_layer_put_in_between_is_added_and_its_neighbours_stay_unmarked() -> None:
    new = chain(
        ("in", "Input", {"shape": [8, 8, 1]}),
        ("c1", "Conv2D", {"filters": 6}),
        ("bn", "BatchNormalization", {}),
        ("c2", "Conv2D", {"filters": 16, "padding": "same"}),
        ("out", "Dense", {"units": 10}),
    )
    found = network_difference(OLD, new)
    assert (found.added, found.removed, found.changed) == (("bn",), (), {})
    back = network_difference(new, OLD)
    assert (back.added, [node.id for node in back.removed], back.changed) == ((), ["bn"], {})


def test_of_layers_under_other_ids_those_in_the_same_order_belong_together() -> None:
    new = chain(
        ("a", "Input", {"shape": [8, 8, 1]}),
        ("b", "Conv2D", {"filters": 6}),
        ("x", "MaxPooling2D", {}),
        ("c", "Conv2D", {"filters": 32, "padding": "same"}),
        ("d", "Dense", {"units": 10}),
    )
    found = network_difference(OLD, new)
    assert found.pairs == {"a": "in", "b": "c1", "c": "c2", "d": "out"}
    assert found.added == ("x",)
    assert words(OLD, new) == {"c": ["filters: 16 → 32"]}


def test_an_id_that_means_another_type_now_is_another_layer() -> None:
    new = chain(("in", "Input", {"shape": [8, 8, 1]}), ("c1", "Dense", {"units": 10}))
    found = network_difference(OLD, new)
    assert found.pairs == {"in": "in", "c1": "out"}
    assert [node.id for node in found.removed] == ["c1", "c2"]


def test_a_wire_from_elsewhere_marks_the_layer_it_leads_to() -> None:
    nodes = list(OLD.nodes.values())
    skipping = Network.of(
        nodes,
        [
            Edge(source="in", target="c1"),
            Edge(source="c1", target="c2"),
            Edge(source="c1", target="out"),
        ],
    )
    assert words(OLD, skipping) == {"out": ["its inputs come from elsewhere"]}


def test_everything_is_accounted_for_between_any_two_templates() -> None:
    one, other = templates()["lenet5"].build(), templates()["vgg11"].build()
    found = network_difference(one, other)
    assert len(found.pairs) + len(found.added) == len(other.nodes)
    assert len(found.pairs) + len(found.removed) == len(one.nodes)
    assert all(other.nodes[after].type == one.nodes[before].type for after, before in found.pairs.items())
    assert found
