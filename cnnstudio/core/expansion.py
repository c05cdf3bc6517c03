"""A network with blocks spread out into plain layers. Standard library only.

A layer inside a block has the address `block/inner`, in the second copy of a repeated block `block#2/inner`. What is
spread out is remembered per block, so that an edit elsewhere does not spread it out again. A block that cannot be
spread out leaves one node in its place, with the reason in `Expanded.faults`; nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cnnstudio.core import block_faults
from cnnstudio.core.block_faults import MOST_NODES
from cnnstudio.core.blocks import (
    BLOCK_INPUT,
    BLOCK_OUTPUT,
    Target,
    count_layers,
    exposed_targets,
    inlets,
    outlets,
    repeat_of,
    settled,
)
from cnnstudio.core.network import BLOCK, Block, Edge, Network, Node
from cnnstudio.core.params import EMPTY, Params
from cnnstudio.core.portions import Portions, completed
from cnnstudio.core.problems import ShapeError

_SPECIAL = frozenset({BLOCK, BLOCK_INPUT, BLOCK_OUTPUT})
_UNSAFE = re.compile(r"[/#]")
_KEPT_PIECES = 20_000

_End = str | int
"""Where a value comes from: a layer's address, or the number of an input of the network that it is in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One network as it was spread out: the document's, or one copy of a block's."""

    network: Network
    """With the parameters of its block pushed into it."""
    addresses: Mapping[str, str]
    """Id to address; `BlockInput` and `BlockOutput` have none."""
    sources: Mapping[str, tuple[_End, ...]]
    """For each block, and for each `BlockOutput`, where its inputs come from."""
    copies: Mapping[str, tuple[Level, ...]]
    """What each block in it was spread out into; empty for one that could not be."""
    outputs: tuple[_End, ...] = ()

    def layers(self) -> Iterator[str]:
        """The addresses of all layers in it and below."""
        for node_id, address in self.addresses.items():
            if node_id not in self.copies:
                yield address
        for levels in self.copies.values():
            for level in levels:
                yield from level.layers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a layer of the expanded network stands in the document."""

    path: tuple[str, ...]
    """The blocks around it, outermost first; empty at the top."""
    node: str
    copies: tuple[int, ...] = ()
    """For each block of `path`, which copy, from 1."""

    @property
    def copied(self) -> int:
        """Which copy of the innermost repeated block it is in; 1 for the first, or where nothing is repeated."""
        return next((copy for copy in reversed(self.copies) if copy > 1), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """A network without blocks, and what of it came from where."""

    network: Network
    root: Level | None = None
    """None when the network has no blocks and stands for itself."""
    faults: Mapping[str, ShapeError]
    """Addresses of the nodes that stand for blocks, and of misplaced `BlockInput`s, with what is wrong."""
    pushed: Mapping[Target, Target]
    """Parameters that a block sets: the inner one to the block's."""

    def level(self, path: Sequence[str]) -> Level | None:
        """The level that the blocks of `path` lead to, first copies; None where that leads nowhere."""
        level = self.root
        for node_id in path:
            levels = level.copies.get(node_id, ()) if level is not None else ()
            level = levels[0] if levels else None
        return level

    def owner(self, address: str, param: str) -> Target:
        """The parameter that a user can change: a block's, where one sets the inner parameter."""
        target = address, param
        while target in self.pushed:
            target = self.pushed[target]
        return target

    def origins(self) -> dict[str, Origin]:
        """Where every layer, and every block, stands in the document."""
        if self.root is None:
            return {node_id: Origin(path=(), node=node_id) for node_id in self.network.nodes}
        found: dict[str, Origin] = {}
        pending: list[tuple[Level, tuple[str, ...], tuple[int, ...]]] = [(self.root, (), ())]
        while pending:
            level, path, numbers = pending.pop()
            for node_id, address in level.addresses.items():
                found[address] = Origin(path=path, node=node_id, copies=numbers)
            for node_id, levels in level.copies.items():
                pending += [
                    (inner, (*path, node_id), (*numbers, number)) for number, inner in enumerate(levels, 1)
                ]
        return found


class Expander:
    """Spreads out one network after another, remembering each block's part."""

    def __init__(self) -> None:
        self._pieces: dict[str, _Known] = {}
        self._last: Expanded | None = None
        self._of: Network | None = None

    def fork(self) -> Expander:
        """Another one that knows what this one knows."""
        copy = Expander()
        copy._pieces, copy._last, copy._of = dict(self._pieces), self._last, self._of
        return copy

    def expand(self, network: Network) -> Expanded:
        """The network without blocks. The network itself, when it has none."""
        return completed(self.portions(network))

    def portions(self, network: Network) -> Portions[Expanded]:
        """The same, in portions of one copy of a block each."""
        if self._last is not None and self._of is network:
            return self._last
        if not any(node.type in _SPECIAL for node in network.nodes.values()):
            result = Expanded(network=network, faults={}, pushed={})
        else:
            if len(self._pieces) > _KEPT_PIECES:
                self._pieces.clear()
            spread = yield from _Spread(self._pieces).level(network, "", "", depth=0, room=MOST_NODES)
            before = self._last.network if self._last is not None else Network()
            result = Expanded(
                network=before.with_nodes(spread.nodes)
                if spread.edges == before.edges
                else Network.of(spread.nodes, spread.edges),
                root=spread.place,
                faults=dict(spread.faults),
                pushed=dict(spread.pushed),
            )
        self._last, self._of = result, network
        return result


def expanded(network: Network) -> Network:
    """The network without blocks."""
    return Expander().expand(network).network


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """What one network, or all copies of one block, spread out into."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    feeds: tuple[tuple[str, int, int], ...] = ()
    """Wires from outside: the layer's address, its slot, the number of the input."""
    outputs: tuple[_End, ...] = ()
    faults: tuple[tuple[str, ShapeError], ...] = ()
    pushed: tuple[tuple[Target, Target], ...] = ()
    place: Level
    levels: tuple[Level, ...] = ()
    fault: ShapeError | None = None
    """Why the block as a whole cannot be used."""
    inputs: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    block: Block | None
    params: Params
    label: str
    depth: int
    piece: _Piece

    def fits(self, node: Node, label: str, depth: int) -> bool:
        return (
            self.block is node.block
            and (self.params is node.params or self.params == node.params)
            and self.label == label
            and self.depth == depth
        )


_NOWHERE = Level(network=Network(), addresses={}, sources={}, copies={})


class _Spread:
    """Spreads out blocks level by level."""

    def __init__(self, pieces: dict[str, _Known]) -> None:
        self._pieces = pieces

    def level(self, network: Network, address: str, label: str, *, depth: int, room: int) -> Portions[_Piece]:
        """A network whose layers get addresses that start with `address`."""
        spread = _LevelSpread(network, address, label, depth=depth)
        yield from spread.spread_blocks(self, room)
        return spread.piece()

    def block(self, node: Node, address: str, label: str, *, depth: int, room: int) -> Portions[_Piece]:
        """All copies of a block, each feeding the next."""
        known = self._pieces.get(address)
        if known is not None and known.fits(node, label, depth) and len(known.piece.nodes) <= room:
            return known.piece
        piece = yield from self._new_block(node, address, label, depth=depth, room=room)
        if piece.levels:  # what there was no room for may find room later
            self._pieces[address] = _Known(node.block, node.params, label, depth, piece)
        return piece

    def _new_block(self, node: Node, address: str, label: str, *, depth: int, room: int) -> Portions[_Piece]:
        refusal = block_faults.hopeless(node, depth)
        if refusal is None and node.block is not None:
            size = count_layers(Network.of([node]))
            if size > room:
                refusal = block_faults.too_large(size)
        if refusal is not None or node.block is None:
            return _Piece(place=_NOWHERE, fault=refusal)
        fault = block_faults.fault(node)
        network = settled(node)
        copies = 1 if fault is not None else repeat_of(node.block)
        pushed = [
            ((_join(address, inner), param), (address, name))
            for name in node.params
            for inner, param in exposed_targets(node.block, name)
        ]
        pieces: list[_Piece] = []
        for number in range(1, copies + 1):
            mark = "" if number == 1 else f"#{number}"
            one = yield from self.level(network, address + mark, label + mark, depth=depth + 1, room=room)
            yield
            pieces.append(one)
            if mark:
                pushed += [
                    ((_join(address + mark, inner), param), (address, name))
                    for name in node.params
                    for inner, param in exposed_targets(node.block, name)
                ]
        return _chained(pieces, tuple(pushed), fault or pieces[0].fault)


class _LevelSpread:
    """One network being spread out."""

    def __init__(self, network: Network, address: str, label: str, *, depth: int) -> None:
        self._network = network
        self._inlets = {node_id: number for number, node_id in enumerate(inlets(network))} if depth else {}
        self._outlets = outlets(network) if depth else ()
        self._addresses = _addresses(network, address, inside=depth > 0)
        self._prefix = f"{label}/" if label else ""
        self._faults: dict[str, ShapeError] = {}
        self._children: dict[str, _Piece] = {}
        self._labels = _labels(network, self._addresses)
        self._depth = depth
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._feeds: list[tuple[str, int, int]] = []
        self._faults_inside: list[tuple[str, ShapeError]] = []
        self._pushed: list[tuple[Target, Target]] = []
        self._sources: dict[str, tuple[_End, ...]] = {}
        self._fault: ShapeError | None = None

    def spread_blocks(self, spread: _Spread, room: int) -> Portions[None]:
        """Spread out the blocks in it, which comes first; `room` is how many layers may be there."""
        for node in self._network.nodes.values():
            if node.type == BLOCK:
                address, label = self._addresses[node.id], self._prefix + self._labels[node.id]
                piece = yield from spread.block(node, address, label, depth=self._depth, room=room)
                self._children[node.id] = piece
                room -= len(piece.nodes)
        self._find_faults()

    def piece(self) -> _Piece:
        """What it all comes to."""
        for node in self._network.nodes.values():
            ends = tuple([self._source(edge) for edge in self._network.inputs(node.id)])
            if node.id in self._inlets:
                if ends:
                    self._fault = block_faults.wired_inlet(node)
            elif node.id in self._outlets:
                self._sources[node.id] = ends
                if self._network.outputs(node.id):
                    self._fault = block_faults.wired_on(node)
                elif len(ends) != 1:
                    self._fault = block_faults.unwired_outlet(node, len(ends))
            elif node.id in self._children:
                self._sources[node.id] = ends
                self._add_block(node, self._children[node.id], ends)
            else:
                self._add_layer(node, ends)
                if node.type in _SPECIAL:
                    self._faults_inside.append((self._addresses[node.id], block_faults.misplaced(node)))
        outputs = tuple([(self._sources[node_id] or (0,))[0] for node_id in self._outlets])
        if self._depth and not outputs:
            self._fault = block_faults.no_outlet()
        return _Piece(
            nodes=tuple(self._nodes),
            edges=tuple(self._edges),
            feeds=tuple(self._feeds),
            outputs=outputs,
            faults=tuple(self._faults_inside),
            pushed=tuple(self._pushed),
            place=Level(
                network=self._network,
                addresses=self._addresses,
                sources=self._sources,
                copies={node_id: child.levels for node_id, child in self._children.items()},
                outputs=outputs,
            ),
            fault=self._fault,
            inputs=len(self._inlets),
        )

    def _add_layer(self, node: Node, ends: Sequence[_End]) -> None:
        address = self._addresses[node.id]
        self._nodes.append(_renamed(node, address, self._prefix + self._labels[node.id]))
        for edge, end in zip(self._network.inputs(node.id), ends, strict=True):
            if end == edge.source and address == node.id and not edge.output:
                self._edges.append(edge)
            else:
                self._wire(end, address, edge.slot)

    def _add_block(self, node: Node, child: _Piece, ends: Sequence[_End]) -> None:
        self._nodes += child.nodes
        self._edges += child.edges
        self._faults_inside += child.faults
        self._pushed += child.pushed
        broken = self._faults.get(node.id)
        if broken is not None:
            self._add_layer(replace(node, params=EMPTY, block=None), ends)
            self._faults_inside.append((self._addresses[node.id], broken))
        for target, slot, number in child.feeds:
            self._wire(self._addresses[node.id] if broken is not None else ends[number], target, slot)

    def _wire(self, end: _End, target: str, slot: int) -> None:
        if isinstance(end, int):
            self._feeds.append((target, slot, end))
        else:
            self._edges.append(Edge(source=end, target=target, slot=slot))

    def _find_faults(self) -> None:
        for node_id, child in self._children.items():
            fault = child.fault
            count = len(self._network.inputs(node_id))
            if fault is None and count != child.inputs:
                fault = block_faults.wrong_count(count, child.inputs)
            if fault is None:
                last = max((edge.output for edge in self._network.outputs(node_id)), default=0)
                if last >= len(child.outputs):
                    fault = block_faults.no_such_output(last + 1)
            if fault is not None:
                self._faults[node_id] = fault
        for node_id in self._children:
            if node_id not in self._faults and self._feeds_itself(node_id):
                self._faults[node_id] = block_faults.circle()

    def _feeds_itself(self, start: str) -> bool:
        """Whether blocks that only pass a value on pass it round in a circle."""
        pending = [(start, edge.output) for edge in self._network.outputs(start)]
        seen: set[tuple[str, int]] = set()
        while pending:
            node_id, output = pending.pop()
            child = self._children.get(node_id)
            if (node_id, output) in seen or child is None or node_id in self._faults:
                continue
            seen.add((node_id, output))
            end = child.outputs[output]
            if isinstance(end, int):
                edge = self._network.inputs(node_id)[end]
                if edge.source == start:
                    return True
                pending.append((edge.source, edge.output))
        return False

    def _source(self, edge: Edge) -> _End:
        """The layer, or the input of this network, that a wire comes from."""
        while True:
            number = self._inlets.get(edge.source)
            if number is not None:
                return number
            if edge.source in self._outlets:
                return 0  # a fault of the whole block: what stands for it feeds everything inside
            child = self._children.get(edge.source)
            if child is None or edge.source in self._faults:
                return self._addresses.get(edge.source, edge.source)
            end = child.outputs[edge.output]
            if isinstance(end, str):
                return end
            edge = self._network.inputs(edge.source)[end]


def _chained(
    pieces: Sequence[_Piece], pushed: tuple[tuple[Target, Target], ...], fault: ShapeError | None
) -> _Piece:
    """Copies of one network as one piece: the outputs of each are the first inputs of the next."""
    first = pieces[0]
    if fault is None and len(pieces) > 1 and not 1 <= len(first.outputs) <= first.inputs:
        fault = block_faults.cannot_repeat(first.inputs, len(first.outputs))
        pieces = pieces[:1]
    edges: list[Edge] = []
    feeds: list[tuple[str, int, int]] = []
    before: list[_End] = list(range(first.inputs))
    for piece in pieces:
        edges += piece.edges
        for target, slot, number in piece.feeds:
            end = before[number] if number < len(before) else number
            if isinstance(end, int):
                feeds.append((target, slot, end))
            else:
                edges.append(Edge(source=end, target=target, slot=slot))
        outputs = [before[end] if isinstance(end, int) and before else end for end in piece.outputs]
        before[: len(outputs)] = outputs
    return _Piece(
        nodes=tuple([node for piece in pieces for node in piece.nodes]),
        edges=tuple(edges),
        feeds=tuple(feeds),
        outputs=tuple(before[: len(first.outputs)]),
        faults=tuple([item for piece in pieces for item in piece.faults]),
        pushed=(*pushed, *(item for piece in pieces for item in piece.pushed)),
        place=_NOWHERE,
        levels=tuple([piece.place for piece in pieces]),
        fault=fault,
        inputs=first.inputs,
    )


def _addresses(network: Network, address: str, *, inside: bool) -> dict[str, str]:
    """Addresses that no other node can have: the signs that part an address become underscores in an id."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for node in network.nodes.values():
        if inside and node.type in (BLOCK_INPUT, BLOCK_OUTPUT):
            continue
        wanted = _UNSAFE.sub("_", node.id)
        safe = wanted
        while safe in taken or (safe != node.id and safe in network.nodes):
            safe += "_"
        taken.add(safe)
        found[node.id] = _join(address, safe)
    return found


def _labels(network: Network, addresses: Mapping[str, str]) -> dict[str, str]:
    """What nodes are called; of two blocks with one name the second goes by its id, and a slash parts addresses."""
    taken: set[str] = set()
    labels: dict[str, str] = {}
    for node in network.nodes.values():
        label = node.label
        if node.type == BLOCK and label in taken:
            label = node.id
        if "/" in label:
            label = addresses.get(node.id, "").rpartition("/")[2]
        taken.add(label)
        labels[node.id] = label
    return labels


def _join(address: str, node_id: str) -> str:
    return f"{address}/{node_id}" if address else node_id


def _renamed(node: Node, address: str, label: str) -> Node:
    if address == node.id and label == node.label:
        return node
    return replace(node, id=address, name="" if label == address else label, position=None)
