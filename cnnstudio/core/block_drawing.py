"""The drawing of a block, made from what it holds: its layers where they stand, and the wires between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cnnstudio.core.blocks import BLOCK_INPUT, BLOCK_OUTPUT, copies_text, repeat_of, settled
from cnnstudio.core.drawings import BlockLayout, BlockTile
from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, COLUMN_GAP, RANK_GAP, arrange
from cnnstudio.core.network import BLOCK, Node, Position
from cnnstudio.core.params import Value
from cnnstudio.core.spec import Catalogue

MOST_TILES = 60
"""Of a block with more layers than this nothing could be made out."""

ROW, COLUMN = CARD_HEIGHT + RANK_GAP, CARD_WIDTH + COLUMN_GAP


def block_layout(node: Node, catalogue: Catalogue) -> BlockLayout | None:
    """The drawing of a node that holds a block; None for an empty block and for one with very many layers."""
    if node.block is None or not 0 < len(node.block.network.nodes) <= MOST_TILES:
        return None
    network = settled(node)
    inner = [one for one in network.nodes.values() if one.type not in (BLOCK_INPUT, BLOCK_OUTPUT)]
    if len(inner) == 1 and (only := block_layout(inner[0], catalogue)) is not None:
        return replace(only, repeat=only.repeat * repeat_of(node.block))
    nodes = network.nodes.items()
    places: dict[str, Position] = {i: n.position for i, n in nodes if n.position is not None}
    if len(places) < len(network.nodes):
        places = arrange(network)
    left, top = min(x for x, _ in places.values()), min(y for _, y in places.values())
    number = {node_id: place for place, node_id in enumerate(network.nodes)}
    return BlockLayout(
        tiles=tuple(
            BlockTile(
                along=(places[node_id][1] - top) / ROW,
                across=(places[node_id][0] - left) / COLUMN,
                type=one.type,
                category=_category(one, catalogue),
                mark=copies_text(one.block) if one.block is not None else _mark(one.params),
                is_end=one.type in (BLOCK_INPUT, BLOCK_OUTPUT),
                is_block=one.block is not None,
            )
            for node_id, one in network.nodes.items()
        ),
        wires=tuple((number[edge.source], number[edge.target]) for edge in network.edges),
        repeat=repeat_of(node.block),
    )


def _category(node: Node, catalogue: Catalogue) -> str:
    spec = catalogue.get(node.type)
    if spec is not None:
        return spec.category
    return "block" if node.type in (BLOCK, BLOCK_INPUT, BLOCK_OUTPUT) else ""


def _mark(params: Mapping[str, Value]) -> str:
    """`3×3`: the window's size, where it has two axes."""
    size = params.get("kernel_size", params.get("pool_size"))
    if isinstance(size, int):
        size = (size, size)
    if not isinstance(size, tuple) or len(size) != 2 or not all(isinstance(part, int) for part in size):
        return ""
    return f"{size[0]}×{size[1]}"
