"""Turning a node into another layer."""

from __future__ import annotations

from cnnstudio.core import edits
from cnnstudio.core.network import Block, Network, Node
from cnnstudio.core.params import Params


def test_a_block_that_becomes_a_layer_loses_its_inside() -> None:
    inside = Block(network=Network.of([Node(id="x", type="BlockInput")]))
    network = Network.of([Node(id="b", type="Block", block=inside)])
    assert edits.replace_type(network, "b", type="Block", params=Params()).nodes["b"].block is inside
    assert edits.replace_type(network, "b", type="Dense", params=Params()).nodes["b"].block is None
