"""Edits: pure functions that make one network out of another. Standard library only.

An edit that cannot be done raises `EditError` with a sentence for the user and leaves nothing half done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from cnnstudio.core.message import Message
from cnnstudio.core.network import BLOCK, Edge, Network, Node, Position, reaches
from cnnstudio.core.params import Params


class EditError(Exception):
    """An edit that cannot be done, and why, for the user."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def add(network: Network, nodes: Iterable[Node], edges: Iterable[Edge] = ()) -> Network:
    """Put nodes, and wires between any nodes, on the canvas. Ids must be new; labels too."""
    fresh = {node.id: node for node in nodes}
    taken = next((node_id for node_id in fresh if node_id in network.nodes), None)
    if taken is not None:
        raise EditError(Message("There is already a layer with the id {id}.", id=taken))
    return _with(network, nodes={**network.nodes, **fresh}, edges=(*network.edges, *edges))


def remove(network: Network, node_ids: Collection[str], *, bridge: bool = True) -> Network:
    """Take nodes and their wires away.

    With `bridge`, a removed node that had exactly one input lets its source feed what it fed, so that a chain
    stays a chain.
    """
    gone = frozenset(node_ids) & network.nodes.keys()
    edges = [edge for edge in network.edges if edge.source not in gone and edge.target not in gone]
    if bridge:
        present = set(edges)
        for edge in network.edges:
            if edge.source not in gone or edge.target in gone:
                continue
            kept = _first_kept_source(network, edge, gone)
            bridged = replace(kept, target=edge.target, slot=edge.slot, extra=edge.extra) if kept else None
            if bridged is not None and bridged not in present:
                edges.append(bridged)
                present.add(bridged)
    nodes = {node_id: node for node_id, node in network.nodes.items() if node_id not in gone}
    return _with(network, nodes=nodes, edges=tuple(edges))


def connect(
    network: Network,
    *,
    source: str,
    target: str,
    slot: int | None = None,
    variadic: bool = False,
    output: int = 0,
) -> Network:
    """Wire `source` (a block: its output number `output`) to `target`.

    A layer with one input drops its old wire; a `variadic` one gets the wire in the next free slot. An explicit
    `slot` replaces the wire that holds it. Raises EditError for a wire that would close a circle.
    """
    reason = connect_refusal(network, source=source, target=target)
    if reason is not None:
        raise EditError(reason)
    wires = network.inputs(target)
    if slot is None:
        slot = (max(edge.slot for edge in wires) + 1) if variadic and wires else 0
    edge = Edge(source=source, target=target, slot=slot, output=output)
    if edge in wires:
        return network
    kept = tuple(e for e in network.edges if not (e.target == target and (e.slot == slot or not variadic)))
    return _with(network, edges=(*kept, edge))


def connect_refusal(network: Network, *, source: str, target: str) -> Message | None:
    """Why `source` cannot feed `target` in any way, or None."""
    for node_id in (source, target):
        if node_id not in network.nodes:
            return Message("There is no layer with the id {id}.", id=node_id)
    if source == target:
        return Message("A layer cannot feed itself.")
    if reaches(network, start=target, goal=source):
        return Message(
            "{target} already feeds {source}: this wire would close a circle.",
            source=network.nodes[source].label,
            target=network.nodes[target].label,
        )
    return None


def disconnect(network: Network, edges: Collection[Edge]) -> Network:
    """Take wires away; the slots behind them close up."""
    gone = frozenset(edges)
    kept = [edge for edge in network.edges if edge not in gone]
    if len(kept) == len(network.edges):
        return network
    touched = {edge.target for edge in gone}
    order: dict[str, list[Edge]] = {}
    for edge in sorted(kept, key=lambda edge: edge.slot):
        if edge.target in touched:
            order.setdefault(edge.target, []).append(edge)
    renumbered = {
        edge: edge if edge.slot == slot else replace(edge, slot=slot)
        for wires in order.values()
        for slot, edge in enumerate(wires)
    }
    return _with(network, edges=tuple(renumbered.get(edge, edge) for edge in kept))


def splice(network: Network, *, node: Node, edge: Edge) -> Network:
    """Put a node in the middle of a wire; `node` may already be on the canvas without an input."""
    if edge not in network.edges:
        raise EditError(Message("That wire is no longer there."))
    added = network if node.id in network.nodes else add(network, [node])
    reason = connect_refusal(added, source=edge.source, target=node.id) or connect_refusal(
        added, source=node.id, target=edge.target
    )
    if reason is not None:
        raise EditError(reason)
    first = Edge(source=edge.source, target=node.id, output=edge.output)
    second = replace(edge, source=node.id, output=0)
    edges = [wire for wire in added.edges if wire.target != node.id]
    edges[edges.index(edge) : edges.index(edge) + 1] = [first, second]
    return _with(added, edges=tuple(edges))


def set_params(network: Network, node_id: str, values: Mapping[str, object]) -> Network:
    """Give parameters new values; others stay."""
    node = _node(network, node_id)
    params = Params({**node.params, **values})
    return network if params == node.params else _replace(network, [replace(node, params=params)])


def reset_params(network: Network, node_id: str, names: Collection[str]) -> Network:
    """Give parameters back their defaults."""
    node = _node(network, node_id)
    params = Params({name: value for name, value in node.params.items() if name not in names})
    return network if params == node.params else _replace(network, [replace(node, params=params)])


def move(network: Network, positions: Mapping[str, Position]) -> Network:
    """Put nodes elsewhere on the canvas."""
    moved = [
        replace(network.nodes[node_id], position=position)
        for node_id, position in positions.items()
        if node_id in network.nodes and network.nodes[node_id].position != position
    ]
    return _replace(network, moved) if moved else network


def rename(network: Network, node_id: str, name: str) -> Network:
    """Call a node something else. Raises EditError when the name is taken or Keras cannot use it."""
    node = _node(network, node_id)
    name = name.strip()
    if name == node.label:
        return network
    if "/" in name or "\\" in name or any(ord(letter) < 32 for letter in name):
        raise EditError(Message("A name cannot contain a slash, a backslash or a control character."))
    if len(name) > 100:
        raise EditError(Message("A name can have at most 100 characters."))
    if any(other.label == (name or node_id) for other in network.nodes.values() if other.id != node_id):
        raise EditError(Message("Another layer is already called {name}.", name=name or node_id))
    return _replace(network, [replace(node, name="" if name == node_id else name)])


def replace_type(network: Network, node_id: str, *, type: str, params: Params) -> Network:  # noqa: A002 - the field's name
    """Turn a node into another layer, keeping its wires and place.

    A block that becomes a layer loses its inside; wires from any of its outputs then leave from the layer's only one.
    """
    node = _node(network, node_id)
    if node.block is None or type == BLOCK:
        return _replace(network, [replace(node, type=type, params=params)])
    edges = tuple(replace(edge, output=0) if edge.source == node_id else edge for edge in network.edges)
    layer = replace(node, type=type, params=params, block=None)
    return _with(network, nodes={**network.nodes, node_id: layer}, edges=edges)


def replace_node(network: Network, node: Node) -> Network:
    """Put another value in the place of the node with the same id."""
    return _replace(network, [node])


def _node(network: Network, node_id: str) -> Node:
    node = network.nodes.get(node_id)
    if node is None:
        raise EditError(Message("There is no layer with the id {id}.", id=node_id))
    return node


def _replace(network: Network, nodes: Iterable[Node]) -> Network:
    return _with(network, nodes={**network.nodes, **{node.id: node for node in nodes}})


def _with(
    network: Network, *, nodes: Mapping[str, Node] | None = None, edges: tuple[Edge, ...] | None = None
) -> Network:
    if edges is None and nodes is not None:
        return network.with_nodes(nodes.values())
    return Network(
        nodes=network.nodes if nodes is None else MappingProxyType(dict(nodes)),
        edges=network.edges if edges is None else edges,
    )


def _first_kept_source(network: Network, edge: Edge, gone: Collection[str]) -> Edge | None:
    """The wire that stands in for one from a removed node: into its only input, or into that one's, if it goes too."""
    seen: set[str] = set()
    while edge.source in gone and edge.source not in seen:
        seen.add(edge.source)
        wires = network.inputs(edge.source)
        if len({(wire.source, wire.output) for wire in wires}) != 1:
            return None
        edge = wires[0]
    return None if edge.source in gone else edge
