"""Edits of blocks: an edit inside one, several nodes into one, one into its nodes. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from cnnstudio.core import edits
from cnnstudio.core.blocks import (
    BLOCK_INPUT,
    BLOCK_OUTPUT,
    DEEPEST,
    count_nodes,
    depth_of,
    inlets,
    outlets,
    repeat_of,
    settled,
)
from cnnstudio.core.change import difference
from cnnstudio.core.edits import EditError
from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, RANK_GAP
from cnnstudio.core.message import Message
from cnnstudio.core.network import BLOCK, Block, Edge, Network, Node, Position, reachable
from cnnstudio.core.params import Params, Value, freeze

Edit = Callable[[Network], Network]


def inside(path: Sequence[str], edit: Edit) -> Edit:
    """The edit of the whole network that does `edit` in the block that `path` leads to.

    What the blocks on the way set by their own parameters is written down inside first: so the edit sees, and keeps,
    what is in force. Raises EditError when the block is gone, or when blocks would nest too deep.
    """
    if not path:
        return _not_too_deep(edit, 0)

    def whole(network: Network) -> Network:
        return _inside(network, tuple(path), _not_too_deep(edit, len(path)))

    return whole


def _inside(network: Network, path: tuple[str, ...], edit: Edit) -> Network:
    if not path:
        return edit(network)
    node = network.nodes.get(path[0])
    if node is None or node.block is None:
        raise EditError(Message("This block is no longer there."))
    before = settled(node)
    after = _inside(before, path[1:], edit)
    if after is before:
        return network
    params = Params({name: value for name, value in node.params.items() if name not in node.block.exposed})
    return _replaced(network, replace(node, params=params, block=replace(node.block, network=after)))


def _not_too_deep(edit: Edit, depth: int) -> Edit:
    def checked(network: Network) -> Network:
        after = edit(network)
        if after is not network and depth + depth_of(after) > DEEPEST:
            raise EditError(Message("Blocks can be nested {most} levels deep, not deeper.", most=DEEPEST))
        return after

    return checked


def limited(edit: Edit, most: int) -> Edit:
    """The same edit of the whole network, refused where it adds and the file would list more than `most` layers."""

    def checked(network: Network) -> Network:
        after = edit(network)
        if after is not network and (count := count_nodes(after)) > most and count > count_nodes(network):
            raise EditError(
                Message(
                    "This would make {count} layers; a project can hold {most}. Let a block repeat instead of copying it.",
                    count=f"{count:,}",
                    most=f"{most:,}",
                )
            )
        return after

    return checked


def changed_level(old: Network, new: Network) -> tuple[str, ...]:
    """The path of the innermost block that holds all that differs between two networks; () for the top."""
    path: list[str] = []
    while True:
        change = difference(old, new)
        if (
            change.added
            or change.removed
            or change.wires_added
            or change.wires_removed
            or len(change.updated) != 1
        ):
            return tuple(path)
        (node_id,) = change.updated
        before, after = old.nodes[node_id], new.nodes[node_id]
        if before.block is None or after.block is None:
            return tuple(path)
        inner, exposed = after.block.network, after.block.exposed
        if before.block.network is inner and before.block.exposed == exposed:
            return tuple(path)
        # What a block exposes is chosen inside it, where its layers can be seen.
        same = replace(
            before, params=after.params, block=replace(before.block, network=inner, exposed=exposed)
        )
        if same != after:
            return tuple(path)
        path.append(node_id)
        old, new = settled(before), settled(after)


def set_repeat(network: Network, node_id: str, repeat: Value) -> Network:
    """Let a block stand for `repeat` copies that follow one another."""
    node, block = _block(network, node_id)
    if block.repeat == repeat and type(block.repeat) is type(repeat):
        return network
    return _replaced(network, replace(node, block=replace(block, repeat=freeze(repeat))))


def expose(network: Network, node_id: str, name: str, targets: Sequence[str]) -> Network:
    """Let a block have a parameter `name` that sets `targets` (`"conv1.filters"`); no targets take it away.

    A value that the block had for it is written down inside.
    """
    node, block = _block(network, node_id)
    if name == "repeat" or not name.isidentifier():
        raise EditError(Message("A parameter cannot be called {name}.", name=name or "nothing"))
    inner = settled(node)
    params = Params({key: value for key, value in node.params.items() if key not in block.exposed})
    exposed = block.exposed.with_value(name, list(targets)) if targets else block.exposed.without(name)
    return _replaced(
        network, replace(node, params=params, block=replace(block, network=inner, exposed=exposed))
    )


def group(
    network: Network, node_ids: Collection[str], *, block_id: str, places: Mapping[str, Position]
) -> Network:
    """Put nodes into a new block, wires kept: each layer outside that feeds them gets a `BlockInput`.

    `places` says where every node stands. Raises EditError when a path leads out of the nodes and back in.
    """
    wanted = frozenset(node_ids)
    chosen = [node_id for node_id in network.nodes if node_id in wanted]
    if not chosen:
        raise EditError(Message("Select the layers to put into a block."))
    members = frozenset(chosen)
    ends = (BLOCK_INPUT, BLOCK_OUTPUT)
    if any(network.nodes[node_id].type in ends for node_id in chosen):
        raise EditError(
            Message("BlockInput and BlockOutput belong to the block that is open; leave them out.")
        )
    _refuse_detour(network, members)
    coming = [edge for node_id in chosen for edge in network.inputs(node_id) if edge.source not in members]
    going = [edge for edge in network.edges if edge.source in members and edge.target not in members]
    sources = list(dict.fromkeys((edge.source, edge.output) for edge in coming))
    results = list(dict.fromkeys((edge.source, edge.output) for edge in going))
    if not results:  # what ends in the block is still an output of the network
        results = [(node_id, 0) for node_id in chosen if not network.outputs(node_id)][:1]
    left = min(places[node_id][0] for node_id in chosen)
    right = max(places[node_id][0] for node_id in chosen)
    top = min(places[node_id][1] for node_id in chosen)
    bottom = max(places[node_id][1] for node_id in chosen)
    middle = (left + right) / 2
    pitch = CARD_HEIGHT + RANK_GAP
    taken = set(chosen)
    names_in = {
        source: _free(taken, "input", number, len(sources)) for number, source in enumerate(sources, 1)
    }
    names_out = {end: _free(taken, "output", number, len(results)) for number, end in enumerate(results, 1)}
    inner_nodes = [
        *(_end(name, BLOCK_INPUT, _beside(middle, number, len(sources)), top - pitch)
          for number, name in enumerate(names_in.values())),
        *(replace(network.nodes[node_id], position=places[node_id]) for node_id in chosen),
        *(_end(name, BLOCK_OUTPUT, _beside(middle, number, len(results)), bottom + pitch)
          for number, name in enumerate(names_out.values())),
    ]  # fmt: skip
    inner_edges = [
        replace(edge, source=names_in[edge.source, edge.output], output=0)
        if edge.source not in members
        else edge
        for edge in network.edges
        if edge.target in members
    ]
    inner_edges += [
        Edge(source=source, output=output, target=name) for (source, output), name in names_out.items()
    ]
    block = Node(
        id=block_id,
        type=BLOCK,
        position=(middle, (top + bottom) / 2),
        block=Block(network=Network.of(inner_nodes, inner_edges)),
    )
    numbers = {end: number for number, end in enumerate(results)}
    outer_edges = [
        edge if edge.source not in members
        else replace(edge, source=block_id, output=numbers[edge.source, edge.output])
        for edge in network.edges
        if edge.target not in members
    ]  # fmt: skip
    outer_edges += [
        Edge(source=source, output=output, target=block_id, slot=slot)
        for slot, (source, output) in enumerate(sources)
    ]
    nodes = [node for node_id, node in network.nodes.items() if node_id not in members]
    return Network.of([*nodes, block], outer_edges)


def ungroup(network: Network, node_id: str, *, mint: Callable[[Node], str], place: Position) -> Network:
    """Put a block's nodes where it stood, every copy of them, wires kept. `place`: the block's.

    `mint` gives a new id for an inner node whose own is taken. Raises EditError for a block that is not whole.
    """
    node, block = _block(network, node_id)
    inner = settled(node)
    ins, outs = inlets(inner), outlets(inner)
    wires = network.inputs(node_id)
    copies = repeat_of(block)
    if any(len(inner.inputs(name)) != 1 for name in outs):
        raise EditError(Message("An output of the block is not wired; open the block and wire it first."))
    if copies > 1 and not 1 <= len(outs) <= len(ins):
        raise EditError(Message("The copies of this block cannot be chained; set its repeat to 1 first."))
    rest = [other for other in network.nodes.values() if other.id != node_id]
    taken_ids = {other.id for other in rest}
    taken_labels = {other.label for other in rest}
    nodes: list[Node] = []
    edges = [edge for edge in network.edges if node_id not in (edge.source, edge.target)]
    layers = [one for one in inner.nodes.values() if one.type not in (BLOCK_INPUT, BLOCK_OUTPUT)]
    shift, height = _shift(layers, place)
    feeding: list[tuple[str, int] | None] = [
        (wires[number].source, wires[number].output) if number < len(wires) else None
        for number in range(len(ins))
    ]
    for copy in range(copies):
        ids: dict[str, str] = {}
        for one in layers:
            is_free = one.id not in taken_ids and one.id not in taken_labels
            ids[one.id] = one.id if is_free else mint(one)
            taken_ids.add(ids[one.id])
            name = one.name if one.name not in taken_labels else ""
            taken_labels.add(name or ids[one.id])
            position = one.position
            if position is not None:
                position = (position[0] + shift[0], position[1] + shift[1] + copy * height)
            nodes.append(replace(one, id=ids[one.id], name=name, position=position))
        for edge in inner.edges:
            end = _end_of(edge, ids, ins, feeding)
            if edge.target in ids and end is not None:
                edges.append(replace(edge, source=end[0], output=end[1], target=ids[edge.target]))
        results = [_end_of(inner.inputs(name)[0], ids, ins, feeding) for name in outs]
        feeding = [*results, *feeding[len(results) :]]
    for edge in network.outputs(node_id):
        end = feeding[edge.output] if edge.output < len(outs) else None
        if end is not None and edge.target != node_id:
            edges.append(replace(edge, source=end[0], output=end[1]))
    return Network.of([*rest, *nodes], edges)


def _end_of(
    edge: Edge, ids: Mapping[str, str], ins: Sequence[str], feeding: Sequence[tuple[str, int] | None]
) -> tuple[str, int] | None:
    """Where an inner wire comes from once its block is gone: a node and its output."""
    if edge.source in ins:
        return feeding[ins.index(edge.source)]
    return (ids[edge.source], edge.output) if edge.source in ids else None


def _refuse_detour(network: Network, members: frozenset[str]) -> None:
    """A block of these nodes must not feed itself by way of others."""
    leaving = {edge.target for node_id in members for edge in network.outputs(node_id)} - members
    entering = {edge.source for node_id in members for edge in network.inputs(node_id)} - members
    reached = reachable(network, leaving)
    for goal in network.nodes:
        if goal in entering and goal in reached:
            raise EditError(
                Message(
                    "A path leads out of the selection to {name} and back in; select what is on it too.",
                    name=network.nodes[goal].label,
                )
            )


def _free(taken: set[str], word: str, number: int, count: int) -> str:
    name = word if count == 1 else f"{word}{number}"
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _beside(middle: float, number: int, count: int) -> float:
    return middle + (number - (count - 1) / 2) * (CARD_WIDTH + 40)


def _end(node_id: str, kind: str, x: float, y: float) -> Node:
    return Node(id=node_id, type=kind, position=(x, y))


def _shift(layers: Sequence[Node], place: Position) -> tuple[Position, float]:
    """How far inner positions move so that the nodes stand around the block's place, and how high a copy is."""
    spots = [one.position for one in layers if one.position is not None]
    if not spots:
        return (0.0, 0.0), 0.0
    left, right = min(x for x, _ in spots), max(x for x, _ in spots)
    top, bottom = min(y for _, y in spots), max(y for _, y in spots)
    height = bottom - top + CARD_HEIGHT + RANK_GAP
    return (place[0] - (left + right) / 2, place[1] - (top + bottom) / 2), height


def _block(network: Network, node_id: str) -> tuple[Node, Block]:
    node = network.nodes.get(node_id)
    if node is None or node.block is None:
        raise EditError(Message("{name} is not a block.", name=node.label if node is not None else node_id))
    return node, node.block


def _replaced(network: Network, node: Node) -> Network:
    return edits.replace_node(network, node)
