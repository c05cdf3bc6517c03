"""The edit that cures are made of: a layer behind another one, on all of its wires. Standard library only."""

from __future__ import annotations

from dataclasses import replace

from cnnstudio.core.edits import EditError
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node


def put_behind(network: Network, node_id: str, new: Node) -> Network:
    """The network with `new` between a node and all that it feeds. Raises EditError where the node is gone."""
    if node_id not in network.nodes:
        raise EditError(Message("There is no layer with the id {id}.", id=node_id))
    edges = [replace(edge, source=new.id) if edge.source == node_id else edge for edge in network.edges]
    return Network.of([*network.nodes.values(), new], [*edges, Edge(source=node_id, target=new.id)])
