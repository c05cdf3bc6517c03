"""Inner parameters on the block, as pure edits: names, nesting, and what is taken off with what."""

from __future__ import annotations

from typing import Any

import pytest

from cnnstudio.core.block_exposing import expose_param, free_name, hide_param, rename_exposed
from cnnstudio.core.edits import EditError
from cnnstudio.core.network import Block, Network, Node
from cnnstudio.core.params import EMPTY, Params


def block(node_id: str, inner: Network, exposed: Params = EMPTY, **params: object) -> Node:
    return Node(id=node_id, type="Block", params=Params(params), block=Block(network=inner, exposed=exposed))


CONVS = Network.of([Node(id=name, type="Conv2D", params=Params(filters=4)) for name in ("a", "b")], [])
NESTED = Network.of([block("outer", Network.of([block("inner", CONVS)], []))], [])


def at(network: Network, *path: str) -> Any:
    """The block at a path."""
    for step in path[:-1]:
        found = network.nodes[step].block
        assert found is not None
        network = found.network
    return network.nodes[path[-1]].block


def shown_twice() -> Network:
    """`width` of `inner` sets a's filters, and `all` of `outer` sets that."""
    network = expose_param(("outer", "inner"), "a", "filters", "width")(NESTED)
    return expose_param(("outer",), "inner", "width", "all")(network)


def test_a_new_name_follows_through_the_blocks_around() -> None:
    network = rename_exposed(("outer", "inner"), "width", "channels")(shown_twice())
    assert at(network, "outer", "inner").exposed == Params(channels=["a.filters"])
    assert at(network, "outer").exposed == Params(all=["inner.channels"])


def test_what_sets_nothing_any_more_goes_from_every_block_around() -> None:
    network = hide_param(("outer", "inner"), "a", "filters")(shown_twice())
    assert at(network, "outer", "inner").exposed == EMPTY
    assert at(network, "outer").exposed == EMPTY


def test_a_shared_parameter_stays_for_the_others() -> None:
    both = expose_param(("outer", "inner"), "b", "filters", "width")(shown_twice())
    network = hide_param(("outer", "inner"), "a", "filters")(both)
    assert at(network, "outer", "inner").exposed == Params(width=["b.filters"])
    assert at(network, "outer").exposed == Params(all=["inner.width"])


def test_values_that_blocks_had_stay_in_force() -> None:
    network = Network.of([block("outer", CONVS, Params(width=["a.filters"]), width=9)], [])
    after = rename_exposed(("outer",), "width", "channels")(network)
    assert at(after, "outer").network.nodes["a"].params["filters"] == 9
    assert after.nodes["outer"].params == EMPTY


@pytest.mark.parametrize("name", ["repeat", "", "1st", "a b"])
def test_impossible_names_are_refused(name: str) -> None:
    with pytest.raises(EditError):
        expose_param(("outer", "inner"), "a", "filters", name)(NESTED)


def test_a_taken_name_is_refused_for_a_rename() -> None:
    network = expose_param(("outer", "inner"), "b", "filters", "other")(shown_twice())
    with pytest.raises(EditError):
        rename_exposed(("outer", "inner"), "width", "other")(network)


def test_a_suggested_name_is_free() -> None:
    node = Node(id="c", type="Conv2D", name="stem conv")
    assert free_name(Block(network=CONVS), node, "filters") == "filters"
    assert free_name(Block(network=CONVS), node, "repeat") == "stem_conv_repeat"
    taken = Block(network=CONVS, exposed=Params(filters=["a.filters"], stem_conv_filters=["b.filters"]))
    assert free_name(taken, node, "filters") == "stem_conv_filters_2"
