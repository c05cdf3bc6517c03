"""Parameters of layers inside a block as parameters of the block: shown on it, renamed, taken off. Standard library only.

Every function gives an edit of the whole network; `path` leads to the block that is open, outermost first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cnnstudio.core.block_edits import Edit, inside
from cnnstudio.core.blocks import REPEAT, Target, exposed_targets, settled
from cnnstudio.core.edits import EditError, replace_node
from cnnstudio.core.message import Message
from cnnstudio.core.network import Block, Network, Node
from cnnstudio.core.params import Params


def exposed_name(block: Block, node_id: str, param: str) -> str:
    """The block's parameter that sets this one of an inner layer; empty where there is none."""
    return next((name for name in block.exposed if (node_id, param) in exposed_targets(block, name)), "")


def free_name(block: Block, node: Node, param: str) -> str:
    """A name for a parameter of the block: the inner one's own, with the layer's in front where that is taken."""
    if param != REPEAT.name and param not in block.exposed:
        return param
    stem = "".join(letter if letter.isalnum() else "_" for letter in node.label).strip("_")
    first = f"{stem}_{param}" if stem.isidentifier() else f"layer_{param}"
    name, number = first, 2
    while name in block.exposed:
        name, number = f"{first}_{number}", number + 1
    return name


def refusal(name: str) -> Message | None:
    """Why a parameter of a block cannot have this name; None where it can."""
    if name == REPEAT.name:
        return Message("Every block has a parameter called repeat already.")
    if not name.isidentifier():
        return Message("Use letters, digits and underscores, and no digit in front.")
    return None


def expose_param(path: Sequence[str], node_id: str, param: str, name: str) -> Edit:
    """Let the block have the parameter `name` set an inner one, beside those that it sets already.

    An inner parameter that joins others takes their value. Raises EditError for a name that cannot be one.
    """

    def edit(network: Network) -> Network:
        node, block, inner = _opened(network, path[-1])
        _refuse(name)
        targets = tuple(target for target in exposed_targets(block, name) if target != (node_id, param))
        one = inner.nodes.get(node_id)
        if one is None:
            raise EditError(Message("This layer is no longer there."))
        others = [inner.nodes[target] for target, key in targets if target in inner.nodes and key == param]
        if others and param in others[0].params:
            joined = replace(one, params=one.params.with_value(param, others[0].params[param]))
            inner = replace_node(inner, joined)
        elif others and param in one.params:
            inner = replace_node(inner, replace(one, params=one.params.without(param)))
        exposed = block.exposed.with_value(name, _written((*targets, (node_id, param))))
        return _with(network, node, block, inner, exposed)

    return inside(path[:-1], edit)


def rename_exposed(path: Sequence[str], old: str, new: str) -> Edit:
    """Call a parameter of the block otherwise, also where the block around it shows it on itself."""

    def edit(network: Network) -> Network:
        node, block, inner = _opened(network, path[-1])
        _refuse(new)
        if new in block.exposed:
            raise EditError(Message("The block has a parameter called {name} already.", name=new))
        exposed = Params({new if name == old else name: value for name, value in block.exposed.items()})
        return _with(network, node, block, inner, exposed)

    return _with_outer(path, edit, (path[-1], old), (path[-1], new))


def hide_param(path: Sequence[str], node_id: str, param: str) -> Edit:
    """Take an inner parameter off the block; what the block set stays in force inside.

    A parameter of the block that sets nothing any more goes, and with it what blocks further out made of it.
    """

    def edit(network: Network) -> Network:
        node, block, inner = _opened(network, path[-1])
        return _with(network, node, block, inner, _without(block, (node_id, param)))

    def whole(network: Network) -> Network:
        after = inside(path[:-1], edit)(network)
        gone = _gone(network, after, path)
        for name in gone if len(path) > 1 else ():
            after = hide_param(path[:-1], path[-1], name)(after)
        return after

    return whole


def _gone(before: Network, after: Network, path: Sequence[str]) -> list[str]:
    """The parameters that the block at `path` has lost."""
    first, second = (_block_at(network, path) for network in (before, after))
    return [name for name in first.exposed if name not in second.exposed]


def _block_at(network: Network, path: Sequence[str]) -> Block:
    for step in path[:-1]:
        network = settled(network.nodes[step])
    return _opened(network, path[-1])[1]


def _with_outer(path: Sequence[str], edit: Edit, old: Target, new: Target) -> Edit:
    """An edit of a block, and of what the block around it says of that block's parameter."""

    def retarget(network: Network) -> Network:
        node, block, inner = _opened(network, path[-2])
        exposed = {
            name: _written(new if target == old else target for target in exposed_targets(block, name))
            if old in exposed_targets(block, name)
            else value
            for name, value in block.exposed.items()
        }
        return _with(network, node, block, inner, Params(exposed))

    def whole(network: Network) -> Network:
        after = inside(path[:-1], edit)(network)
        return inside(path[:-2], retarget)(after) if len(path) > 1 else after

    return whole


def _without(block: Block, gone: Target) -> Params:
    exposed: dict[str, object] = {}
    for name, value in block.exposed.items():
        targets = exposed_targets(block, name)
        if gone not in targets:
            exposed[name] = value
        elif len(targets) > 1:
            exposed[name] = _written(target for target in targets if target != gone)
    return Params(exposed)


def _written(targets: Iterable[Target]) -> list[str]:
    return [f"{node_id}.{param}" for node_id, param in targets]


def _opened(network: Network, block_id: str) -> tuple[Node, Block, Network]:
    """A block with what its own parameters set written down inside."""
    node = network.nodes.get(block_id)
    if node is None or node.block is None:
        raise EditError(Message("This block is no longer there."))
    return node, node.block, settled(node)


def _with(network: Network, node: Node, block: Block, inner: Network, exposed: Params) -> Network:
    params = Params({name: value for name, value in node.params.items() if name not in block.exposed})
    changed = replace(node, params=params, block=replace(block, network=inner, exposed=exposed))
    return replace_node(network, changed)


def _refuse(name: str) -> None:
    reason = refusal(name)
    if reason is not None:
        raise EditError(reason)
