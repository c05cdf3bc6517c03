"""A network and its analysis as the rules of thumb read them: once over all nodes, then by look-up. Standard library only."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from cnnstudio.core.analysis import Analysis, NodeAnalysis
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.problems import Diagnostic, Severity
from cnnstudio.core.spec import Shape, WindowSum
from cnnstudio.layers.hints import kinds
from cnnstudio.layers.hints.context import NO_CONTEXT, HintContext


class Seen:
    """One node whose output shape is known. `windows`: its window arithmetic per axis; empty where it has none."""

    __slots__ = ("activation", "id", "node", "result", "type", "windows")

    def __init__(self, node: Node, result: NodeAnalysis) -> None:
        self.node = node
        self.id = node.id
        self.type = node.type
        self.result = result
        self.windows: tuple[WindowSum, ...] = ()
        if result.formula:
            self.windows = tuple([line.window for line in result.formula if line.window is not None])
        self.activation = kinds.activation_of(node)
        """What its values go through last: `relu`, `softmax` …; empty for nothing."""

    @property
    def label(self) -> str:
        return self.node.label

    @property
    def is_linear(self) -> bool:
        """Whether it is a weighted sum with learned weights and nothing behind it."""
        return self.node.type in kinds.LINEAR and not self.activation

    @property
    def shape(self) -> Shape:
        return self.result.output_shape or ()


class _Last(threading.local):
    """The nodes of the last survey of each thread: an edit leaves most of them as they are."""

    nodes: Mapping[str, Seen] = MappingProxyType({})


_remembered = _Last()


class Survey:
    """What rules read. Made once for a network, its analysis and the context; nodes with an error are not in it."""

    def __init__(self, network: Network, analysis: Analysis, context: HintContext = NO_CONTEXT) -> None:
        self.network = network
        self.analysis = analysis
        self.context = context
        self._incoming = network.incoming
        self._outgoing = network.outgoing
        self.nodes: dict[str, Seen] = {}
        """In topological order."""
        nodes, known = network.nodes, _remembered.nodes
        for node_id, result in analysis.nodes.items():
            if result.output_shape is not None and node_id in nodes:
                node, seen = nodes[node_id], known.get(node_id)
                if seen is None or seen.node is not node or seen.result is not result:
                    seen = Seen(node, result)
                self.nodes[node_id] = seen
        _remembered.nodes = self.nodes

    def __iter__(self) -> Iterator[Seen]:
        return iter(self.nodes.values())

    @cached_property
    def convolutions(self) -> tuple[Seen, ...]:
        """Layers that slide learned kernels over their input; not transposed ones."""
        return tuple([seen for seen in self if seen.windows and seen.type in kinds.CONVOLUTIONS])

    @cached_property
    def behind_a_kernel(self) -> frozenset[str]:
        """The nodes that come, by any path, after a layer with a learned kernel."""
        behind: set[str] = set()
        nodes = self.nodes
        for node_id, seen in nodes.items():
            for edge in self._incoming.get(node_id, ()):
                source = nodes.get(edge.source)
                if source is not None and (source.id in behind or source.type in kinds.LINEAR):
                    behind.add(seen.id)
                    break
        return frozenset(behind)

    @cached_property
    def end(self) -> Seen | None:
        """The node that gives the network's only output; None where there are several."""
        ends = [node_id for node_id in self.network.nodes if node_id not in self._outgoing]
        return self.nodes.get(ends[0]) if len(ends) == 1 else None

    @cached_property
    def image(self) -> Shape | None:
        """The spatial sizes of the network's only input; what is unknown there is the data's image size."""
        inputs = [seen for seen in self if seen.type == "Input"]
        if len(inputs) != 1 or len(inputs[0].shape) < 2:
            return None
        sizes = inputs[0].shape[:-1]
        known = self.context.image_size
        if known is not None and len(sizes) == len(known):
            return tuple(
                size if size is not None else other for size, other in zip(sizes, known, strict=True)
            )
        return sizes

    def source(self, seen: Seen) -> Seen | None:
        """The node that feeds it, where exactly one does."""
        wires = self._incoming.get(seen.id, ())
        return self.nodes.get(wires[0].source) if len(wires) == 1 else None

    def consumer(self, seen: Seen) -> Seen | None:
        """The node that it feeds, where it is exactly one."""
        wires = self._outgoing.get(seen.id, ())
        return self.nodes.get(wires[0].target) if len(wires) == 1 else None

    def consumers(self, seen: Seen) -> list[Seen]:
        """All nodes that it feeds."""
        nodes = self.nodes
        return [nodes[edge.target] for edge in self._outgoing.get(seen.id, ()) if edge.target in nodes]


def remark(
    seen: Seen | None,
    code: str,
    message: Message,
    why: Message = NO_MESSAGE,
    *,
    severity: Severity = "hint",
    param: str | None = None,
    edge: Edge | None = None,
) -> Diagnostic:
    """What a rule has to say of a node; of the whole network where `seen` is None."""
    return Diagnostic(
        node=seen.id if seen is not None else "",
        severity=severity,
        code=code,
        message=message,
        hint=why,
        param=param,
        edge=edge,
    )
