"""The network as a value: nodes, edges, and who feeds whom. Standard library only.

Nothing here changes in place; `cnnstudio.core.edits` makes new networks out of old ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from types import MappingProxyType

from cnnstudio.core.params import EMPTY, Params, Value

BLOCK = "Block"
"""The type of a node that holds a network."""

Position = tuple[float, float]
"""Canvas coordinates of a node's top left corner, in pixels at 100 % zoom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A layer placed on the canvas. `id` is minted by the document and never reused."""

    id: str
    type: str
    params: Params = EMPTY
    position: Position | None = None
    name: str = ""
    """What the user calls the node; empty means its id."""
    block: Block | None = field(default=None, hash=False)
    """What a node of type `Block` holds; None for a layer."""
    extra: Params = EMPTY
    """Keys of the project file that this version does not know; written back unchanged."""

    @property
    def label(self) -> str:
        """The name shown, and the layer's name in Keras."""
        return self.name or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A wire from `source`'s output to input number `slot` of `target`."""

    source: str
    target: str
    slot: int = 0
    output: int = 0
    """Which output of `source`; only a block has more than one."""
    extra: Params = EMPTY
    """Keys of the project file that this version does not know; written back unchanged."""


_slot = attrgetter("slot")


@dataclass(frozen=True, slots=True)
class _Wiring:
    inputs: Mapping[str, tuple[Edge, ...]]
    outputs: Mapping[str, tuple[Edge, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A directed graph of layers. Nodes keep the order in which they were added."""

    nodes: Mapping[str, Node] = field(default_factory=lambda: MappingProxyType({}))
    edges: tuple[Edge, ...] = ()
    _wiring: list[_Wiring] = field(default_factory=list, init=False, repr=False, compare=False, hash=False)

    @staticmethod
    def of(nodes: Iterable[Node] = (), edges: Iterable[Edge] = ()) -> Network:
        """A network from nodes and edges in any iterable."""
        return Network(nodes=MappingProxyType({node.id: node for node in nodes}), edges=tuple(edges))

    def with_nodes(self, nodes: Iterable[Node]) -> Network:
        """Other nodes under the same wires; what is known of the wires is shared."""
        other = Network.of(nodes, self.edges)
        object.__setattr__(other, "_wiring", self._wiring)
        return other

    def inputs(self, node_id: str) -> tuple[Edge, ...]:
        """The wires into a node, ordered by slot."""
        return (self._wiring[0] if self._wiring else self._wires()).inputs.get(node_id, ())

    def outputs(self, node_id: str) -> tuple[Edge, ...]:
        """The wires out of a node."""
        return (self._wiring[0] if self._wiring else self._wires()).outputs.get(node_id, ())

    @property
    def incoming(self) -> Mapping[str, tuple[Edge, ...]]:
        """The wires into each node that has any, ordered by slot."""
        return self._wires().inputs

    @property
    def outgoing(self) -> Mapping[str, tuple[Edge, ...]]:
        """The wires out of each node that has any."""
        return self._wires().outputs

    def __reduce__(self) -> tuple[object, ...]:
        return Network.of, (tuple(self.nodes.values()), self.edges)

    def _wires(self) -> _Wiring:
        if not self._wiring:
            inputs: dict[str, list[Edge]] = {}
            outputs: dict[str, list[Edge]] = {}
            for edge in self.edges:
                inputs.setdefault(edge.target, []).append(edge)
                outputs.setdefault(edge.source, []).append(edge)
            for edges in inputs.values():
                if len(edges) > 1:
                    edges.sort(key=_slot)
            self._wiring.append(
                _Wiring(
                    {node_id: tuple(edges) for node_id, edges in inputs.items()},
                    {node_id: tuple(edges) for node_id, edges in outputs.items()},
                )
            )
        return self._wiring[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A network inside one node. See `cnnstudio.core.blocks` for what it stands for."""

    network: Network
    """With `BlockInput` and `BlockOutput` nodes where wires come in and go out, in their order."""
    repeat: Value = 1
    """How many copies follow one another, each with weights of its own. Any value; what is no such number is diagnosed."""
    exposed: Params = EMPTY
    """Parameters of the block: name to the inner ones it sets, `{"filters": ["conv1.filters", "conv2.filters"]}`."""
    extra: Params = EMPTY
    """Keys of the `network` object that this version does not know; written back unchanged."""
    _settled: list[tuple[Params, Network]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def remembered(self, params: Params) -> Network | None:
        """The network that `remember` was last given for these parameters of the block."""
        known = self._settled
        return known[0][1] if known and (known[0][0] is params or known[0][0] == params) else None

    def remember(self, params: Params, network: Network) -> Network:
        """Keep what the network becomes with these parameters, so that it stays one and the same object."""
        self._settled[:] = [(params, network)]
        return network

    def __reduce__(self) -> tuple[object, ...]:
        return _block, (self.network, self.repeat, self.exposed, self.extra)


def _block(network: Network, repeat: Value, exposed: Params, extra: Params) -> Block:
    return Block(network=network, repeat=repeat, exposed=exposed, extra=extra)


def topological_order(network: Network) -> tuple[tuple[str, ...], frozenset[str]]:
    """Node ids with sources before targets, and the ids that lie on or behind a cycle (not in the order).

    Kahn's algorithm; nodes that are free at the same time keep the network's order.
    """
    incoming, outgoing = network.incoming, network.outgoing
    waiting = {node_id: len(incoming.get(node_id, ())) for node_id in network.nodes}
    ready = [node_id for node_id, count in waiting.items() if count == 0]
    order: list[str] = []
    for node_id in ready:  # grows while it runs
        order.append(node_id)
        for edge in outgoing.get(node_id, ()):
            left = waiting.get(edge.target, 0) - 1
            waiting[edge.target] = left
            if left == 0:
                ready.append(edge.target)
    return tuple(order), frozenset(network.nodes) - frozenset(order)


def reaches(network: Network, *, start: str, goal: str) -> bool:
    """Whether a path of wires leads from `start` to `goal` (a node reaches itself)."""
    return goal in reachable(network, (start,))


def reachable(network: Network, starts: Iterable[str]) -> set[str]:
    """What paths of wires lead to from any of `starts`, these included."""
    seen = set(starts)
    pending = list(seen)
    while pending:
        for edge in network.outputs(pending.pop()):
            if edge.target not in seen:
                seen.add(edge.target)
                pending.append(edge.target)
    return seen
