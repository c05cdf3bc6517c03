"""Turning a node into another layer."""

from __future__ import annotations

from cnnstudio.core import edits
from cnnstudio.core.network import Block, Edge, Network, Node
from cnnstudio.core.params import Params


def test_a_block_that_becomes_a_layer_loses_its_inside() -> None:
    inside = Block(network=Network.of([Node(id="x", type="BlockInput")]))
    network = Network.of([Node(id="b", type="Block", block=inside)])
    assert edits.replace_type(network, "b", type="Block", params=Params()).nodes["b"].block is inside
    assert edits.replace_type(network, "b", type="Dense", params=Params()).nodes["b"].block is None


def test_wires_from_every_output_of_a_block_leave_from_the_layer_in_its_place() -> None:
    inside = Network.of([Node(id="one", type="ReLU"), Node(id="two", type="ReLU")])
    nodes = [
        Node(id="block", type="Block", block=Block(network=inside)),
        Node(id="add", type="Add"),
    ]
    edges = [Edge(source="block", target="add", slot=slot, output=slot) for slot in (0, 1)]
    network = Network.of(nodes, edges)
    layer = edits.replace_type(network, "block", type="Dense", params=Params())
    assert [(edge.slot, edge.output) for edge in layer.inputs("add")] == [(0, 0), (1, 0)]
    kept = edits.replace_type(network, "block", type="Block", params=Params())
    assert kept.edges == network.edges
