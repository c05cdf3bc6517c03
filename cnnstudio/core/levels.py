"""What is known of one level of a network with blocks: the top, or what an open block holds. Standard library only.

A block's card sums up its layers: all copies for weights, costs and problems, the last one's output for the shape.
What an open block shows of its layers is what holds in the first copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cnnstudio.core.analysis import BLOCKED, Analysis, NodeAnalysis
from cnnstudio.core.blocks import BLOCK_INPUT, exposed_targets, repeat_of, settled
from cnnstudio.core.expansion import Level, Origin
from cnnstudio.core.message import Message
from cnnstudio.core.network import Block, Edge, Network, Node, topological_order
from cnnstudio.core.params import Value
from cnnstudio.core.problems import Diagnostic
from cnnstudio.core.spec import Catalogue, Fields, Shape, Weight


@dataclass(frozen=True, slots=True)
class _Flow:
    """What goes along a wire."""

    shape: Shape | None = None
    fields: Fields = None


def level_analysis(
    analysis: Analysis,
    level_network: Network,
    path: Sequence[str],
    catalogue: Catalogue,
    before: Mapping[str, NodeAnalysis] | None = None,
) -> Analysis:
    """The analysis as the level of `path` sees it: its own nodes by id, problems inside a block at the block.

    Totals and `expanded` are the whole network's. `before` is what an earlier level said of its nodes; what has not
    changed is the same object again. `level_network` is the level's network; it must be what `path` leads to.
    """
    expanded = analysis.expanded
    if expanded.root is None:
        return analysis
    level = expanded.level(path)
    if level is None:  # inside a block that could not be spread out
        known, rest = topological_order(level_network)
        return replace(analysis, nodes=dict.fromkeys((*known, *rest), BLOCKED), diagnostics=())
    nodes: dict[str, NodeAnalysis] = {}
    summing = _Summing(analysis, catalogue)
    inputs = summing.inputs(path)
    order, cyclic = topological_order(level.network)
    for node_id in (*order, *cyclic):
        now = summing.node(level, level.network.nodes[node_id], inputs)
        was = before.get(node_id) if before is not None else None
        nodes[node_id] = was if was is not None and was == now else now
    return replace(analysis, nodes=nodes, diagnostics=tuple(_seen_from(analysis, level, tuple(path))))


def exposed_value(block: Block, name: str, catalogue: Catalogue) -> Value:
    """What an exposed parameter is where the block does not set it: the first inner one's value or default."""
    for inner_id, param in exposed_targets(block, name):
        inner = block.network.nodes.get(inner_id)
        if inner is None:
            continue
        if inner.block is not None:
            if param in inner.params:
                return inner.params[param]
            if param in inner.block.exposed:
                return exposed_value(inner.block, param, catalogue)
            return inner.block.repeat if param == "repeat" else None
        spec = catalogue.get(inner.type)
        known = spec.params_by_name.get(param) if spec is not None else None
        return inner.params.get(param, known.default if known is not None else None)
    return None


def block_summary(node: Node, catalogue: Catalogue) -> str:
    """The repeat and the exposed parameters in one line: `×3 · 64`."""
    block = node.block
    if block is None:
        return ""
    parts = [f"×{repeat_of(block)}"] if repeat_of(block) > 1 else []
    for name in block.exposed:
        value = node.params[name] if name in node.params else exposed_value(block, name, catalogue)
        text = _short(value)
        if text:
            parts.append(text)
    return " · ".join(parts)


def _short(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, tuple):
        return "×".join(str(item) for item in value)
    return str(value)


class _Summing:
    """Adds up what the blocks of a level hold."""

    def __init__(self, analysis: Analysis, catalogue: Catalogue) -> None:
        self._analysis = analysis
        self._catalogue = catalogue

    def inputs(self, path: Sequence[str]) -> tuple[_Flow, ...]:
        """What comes into the level of `path`."""
        level, inputs = self._analysis.expanded.root, tuple[_Flow, ...]()
        for node_id in path:
            assert level is not None
            inputs = tuple([self._flow(end, inputs) for end in level.sources[node_id]])
            level = level.copies[node_id][0]
        return inputs

    def node(self, level: Level, node: Node, inputs: Sequence[_Flow]) -> NodeAnalysis:
        """What is known of one node of a level that is fed `inputs`."""
        if node.id not in level.addresses:
            return self._end(level, node, inputs)
        if node.id not in level.copies:
            return self._analysis.nodes.get(level.addresses[node.id], BLOCKED)
        return self._block(level, node, inputs)

    def _end(self, level: Level, node: Node, inputs: Sequence[_Flow]) -> NodeAnalysis:
        if node.type == BLOCK_INPUT:
            places = [key for key, other in level.network.nodes.items() if other.type == BLOCK_INPUT]
            number = places.index(node.id)
            flow = inputs[number] if number < len(inputs) else _Flow()
            return NodeAnalysis(output_shape=flow.shape, fields=flow.fields)
        ends = level.sources.get(node.id, ())
        flow = self._flow(ends[0], inputs) if ends else _Flow()
        return NodeAnalysis(
            input_shapes=(flow.shape,) * bool(ends), output_shape=flow.shape, fields=flow.fields
        )

    def _block(self, level: Level, node: Node, inputs: Sequence[_Flow]) -> NodeAnalysis:
        fed = tuple([self._flow(end, inputs) for end in level.sources[node.id]])
        stand_in = self._analysis.nodes.get(level.addresses[node.id], BLOCKED)
        flows = list(fed)
        outputs: list[_Flow] = []
        for copy in level.copies[node.id]:
            outputs = [self._flow(end, flows) for end in copy.outputs]
            flows[: len(outputs)] = outputs
        if stand_in.error is not None:
            outputs = []
        trainable = frozen = macs = 0
        for copy in level.copies[node.id]:
            for address in copy.layers():
                known = self._analysis.nodes.get(address, BLOCKED)
                macs += known.macs
                for weight in known.weights:
                    if weight.trainable:
                        trainable += weight.count
                    else:
                        frozen += weight.count
        weights = [Weight("trained", (trainable,))] if trainable else []
        if frozen:
            weights.append(Weight("not trained", (frozen,), trainable=False))
        first = outputs[0] if outputs else _Flow()
        return NodeAnalysis(
            input_shapes=tuple([flow.shape for flow in fed]),
            output_shape=first.shape,
            weights=tuple(weights),
            macs=macs,
            fields=first.fields,
            summary=block_summary(node, self._catalogue),
            error=stand_in.error,
            more_outputs=tuple([flow.shape for flow in outputs[1:]]),
        )

    def _flow(self, end: str | int, inputs: Sequence[_Flow]) -> _Flow:
        if isinstance(end, int):
            return inputs[end] if end < len(inputs) else _Flow()
        known = self._analysis.nodes.get(end, BLOCKED)
        return _Flow(known.output_shape, known.fields)


def _seen_from(analysis: Analysis, level: Level, path: tuple[str, ...]) -> Iterator[Diagnostic]:
    """The problems of a level's nodes, and of what is inside them."""
    if not analysis.diagnostics:
        return
    origins = analysis.expanded.origins()
    for problem in analysis.diagnostics:
        origin = origins.get(problem.node)
        if origin is None:
            if not path:
                yield problem  # the whole network's
            continue
        if origin.path[: len(path)] != path:
            continue
        if len(origin.path) > len(path):
            inside = " / ".join((*origin.path[len(path) + 1 :], origin.node))
            yield replace(
                problem,
                node=origin.path[len(path)],
                message=Message("{name}: {problem}", name=inside, problem=problem.message),
                param=None,
                edge=None,
                fixes=(),
            )
            continue
        yield replace(
            problem,
            node=origin.node,
            message=in_copy(origin, problem.message),
            edge=level_edge(analysis, level, origin.node, problem),
        )


def in_copy(origin: Origin, message: Message) -> Message:
    """A problem that is there in a later copy of a repeated block alone says so."""
    if origin.copied == 1:
        return message
    return Message("In copy {number}: {problem}", number=origin.copied, problem=message)


def level_edge(analysis: Analysis, level: Level, node_id: str, problem: Diagnostic) -> Edge | None:
    """The wire of a level that a problem's wire in the expanded network stands for."""
    if problem.edge is None:
        return None
    wires = analysis.network.inputs(problem.edge.target)
    own = level.network.inputs(node_id)
    if problem.edge not in wires or len(own) != len(wires):
        return None
    return own[wires.index(problem.edge)]


def network_at(network: Network, path: Sequence[str]) -> Network | None:
    """The network that the blocks of `path` lead to, with their parameters pushed in; None where there is none."""
    for node_id in path:
        node = network.nodes.get(node_id)
        if node is None or node.block is None:
            return None
        network = settled(node)
    return network
