"""Swap and compare: other layers for a convolution, each with what it costs, before anything is changed.

Standard library only. Only what keeps the output's shape is offered. One swap is one edit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cnnstudio.core import edits
from cnnstudio.core.analysis import Analysis
from cnnstudio.core.edits import EditError
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Catalogue, Fields, Shape
from cnnstudio.layers.swap_pieces import SWAPPABLE, Convolution, pieces

FLOAT_BYTES = 4

Mint = Callable[[str], str]
"""Makes a new id from what ids of a layer start with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a chain of layers costs. `memory` is its outputs for one image in bytes, None where sizes are unknown."""

    params: int
    macs: int
    fields: Fields
    memory: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One alternative for a node."""

    code: str
    title: Message
    note: Message
    layers: tuple[tuple[str, Params], ...]
    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A node as it is, and what could stand in its place. `output_shape` is the same for all."""

    node: Node
    summary: str
    output_shape: Shape
    current: Cost
    swaps: tuple[Swap, ...]


def compare(network: Network, analysis: Analysis, node_id: str, catalogue: Catalogue) -> Comparison | None:
    """What could stand in place of a node; None when it is no convolution, or not known yet what it puts out."""
    node, known = network.nodes.get(node_id), analysis.nodes.get(node_id)
    if node is None or known is None or known.output_shape is None or node.type not in SWAPPABLE:
        return None
    spec, wires = catalogue.get(node.type), network.inputs(node_id)
    shape = known.input_shapes[0] if len(known.input_shapes) == 1 else None
    if spec is None or shape is None or shape[-1] is None or known.output_shape[-1] is None or not wires:
        return None
    source = analysis.nodes.get(wires[0].source)
    fields = source.fields if source is not None else None
    now = _cost(((node.type, node.params),), shape, fields, catalogue)
    if now is None:
        return None
    layer = Convolution(spec, node.params, spec.arguments(node.params), shape[-1], known.output_shape[-1])
    found: list[Swap] = []
    for piece in pieces(layer):
        tried = _cost(piece.layers, shape, fields, catalogue)
        if tried is not None and tried[1] == now[1]:
            found.append(
                Swap(code=piece.code, title=piece.title, note=piece.note, layers=piece.layers, cost=tried[0])
            )
    return Comparison(
        node=node,
        summary=known.summary,
        output_shape=known.output_shape,
        current=now[0],
        swaps=tuple(found),
    )


def swapped(network: Network, node_id: str, swap: Swap, ids: Sequence[str]) -> Network:
    """The network with a swap done. `ids` are new, one for each layer but the last, which stays the node that it was."""
    node = network.nodes.get(node_id)
    if node is None:
        raise EditError(Message("There is no layer with the id {id}.", id=node_id))
    *before, (last_type, last_params) = swap.layers
    fresh = [Node(id=ids[number], type=kind, params=params) for number, (kind, params) in enumerate(before)]
    if not fresh:
        return edits.replace_type(network, node_id, type=last_type, params=last_params)
    chain = [*(one.id for one in fresh), node_id]
    joined = edits.add(network, fresh, [Edge(source=a, target=b) for a, b in pairwise(chain)])
    wires = tuple(
        replace(edge, target=chain[0]) if edge.target == node_id and edge.source not in chain else edge
        for edge in joined.edges
    )
    rewired = Network(nodes=joined.nodes, edges=wires)
    return edits.replace_type(rewired, node_id, type=last_type, params=last_params)


def new_ids(swap: Swap, catalogue: Catalogue, mint: Mint) -> tuple[str, ...]:
    """An id for each layer of a swap but the last."""
    return tuple(mint(catalogue[kind].prefix) for kind, _ in swap.layers[:-1])


def _cost(
    layers: Sequence[tuple[str, Params]], shape: Shape, fields: Fields, catalogue: Catalogue
) -> tuple[Cost, Shape] | None:
    """What a chain costs on an input of `shape`, and what it puts out; None when it cannot be."""
    params = macs = 0
    memory: int | None = 0
    for kind, written in layers:
        spec = catalogue.get(kind)
        if spec is None:
            return None
        try:
            args = spec.arguments(written)
            output = spec.output_shape((shape,), args)
            params += sum(weight.count for weight in spec.weights((shape,), args))
            macs += spec.macs((shape,), args)
            fields = spec.fields((shape,), (fields,), args)
        except ShapeError:
            return None
        sizes = [size for size in output if size is not None]
        memory = (
            memory + math.prod(sizes) * FLOAT_BYTES
            if memory is not None and len(sizes) == len(output)
            else None
        )
        shape = output
    return Cost(params=params, macs=macs, fields=fields, memory=memory), shape
