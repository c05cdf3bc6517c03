"""What a block holds, asked without spreading it out: its parameters, its inputs, its size. Standard library only."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from cnnstudio.core.message import Message
from cnnstudio.core.network import Block, Network, Node
from cnnstudio.core.parameters import IntParam
from cnnstudio.core.params import Value
from cnnstudio.core.problems import ShapeError

BLOCK_INPUT = "BlockInput"
BLOCK_OUTPUT = "BlockOutput"

DEEPEST = 16
"""How deep blocks may nest: what `json_text.DEEPEST` can hold in a file."""

MOST_COPIES = 10_000

REPEAT = IntParam(
    name="repeat",
    default=1,
    maximum=MOST_COPIES,
    help=Message("How many copies follow one another, each with weights of its own."),
)

Target = tuple[str, str]
"""A node's id or address, and one of its parameters."""


def settled(node: Node) -> Network:
    """A block's network with the block's own parameters pushed into it. The same object for the same block."""
    block = node.block
    if block is None:
        return Network()
    if not any(name in block.exposed for name in node.params):
        return block.network
    known = block.remembered(node.params)
    if known is not None:
        return known
    nodes = dict(block.network.nodes)
    for name, value in node.params.items():
        for inner_id, param in exposed_targets(block, name):
            inner = nodes.get(inner_id)
            if inner is not None:
                nodes[inner_id] = _pushed(inner, param, value)
    return block.remember(node.params, Network.of(nodes.values(), block.network.edges))


def exposed_targets(block: Block, name: str) -> tuple[Target, ...]:
    """The inner nodes and parameters that a parameter of the block sets; what is no such text is left out."""
    texts = block.exposed.get(name)
    parts = (
        [text.rpartition(".") for text in texts if isinstance(text, str)] if isinstance(texts, tuple) else []
    )
    return tuple((node_id, param) for node_id, _, param in parts if node_id and param)


def repeat_of(block: Block) -> int:
    """How many copies a block stands for; 1 where it does not say so properly."""
    return cast("int", block.repeat) if _is_repeat(block.repeat) else 1


def copies_text(block: Block) -> str:
    """`×3`, or nothing for a block that stands for one copy."""
    return f"×{repeat_of(block)}" if repeat_of(block) > 1 else ""


def count_layers(network: Network) -> int:
    """How many plain layers a network spreads out into."""
    total = 0
    for node in network.nodes.values():
        if node.block is not None:
            inner = settled(node)
            total += repeat_of(node.block) * count_layers(inner) if inner.nodes else 0
        elif node.type not in (BLOCK_INPUT, BLOCK_OUTPUT):
            total += 1
    return total


def count_nodes(network: Network) -> int:
    """How many nodes a file of this network lists: those in blocks too, but a repeated block's once."""
    return _count_nodes(network, {})


def _count_nodes(network: Network, known: dict[int, int]) -> int:
    count = known.get(id(network))
    if count is None:  # copies of a block share their network, so that a few edits can make millions of nodes
        inner = (node.block.network for node in network.nodes.values() if node.block is not None)
        count = known[id(network)] = len(network.nodes) + sum(_count_nodes(one, known) for one in inner)
    return count


def depth_of(network: Network) -> int:
    """How many levels of blocks a network has; 0 without blocks."""
    return max(
        (1 + depth_of(node.block.network) for node in network.nodes.values() if node.block is not None),
        default=0,
    )


def inlets(network: Network) -> tuple[str, ...]:
    """The `BlockInput`s of a block's network, in the order of the block's inputs."""
    return tuple(node_id for node_id, node in network.nodes.items() if node.type == BLOCK_INPUT)


def outlets(network: Network) -> tuple[str, ...]:
    """The `BlockOutput`s of a block's network, in the order of the block's outputs."""
    return tuple(node_id for node_id, node in network.nodes.items() if node.type == BLOCK_OUTPUT)


def _is_repeat(value: Value) -> bool:
    try:
        REPEAT.check(value)
    except ShapeError:
        return False
    return True


def _pushed(inner: Node, param: str, value: Value) -> Node:
    if inner.block is not None and param == REPEAT.name and param not in inner.block.exposed:
        return replace(inner, block=replace(inner.block, repeat=value))
    return replace(inner, params=inner.params.with_value(param, value))
