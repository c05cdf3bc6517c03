"""Shapes, weights, costs, receptive fields and problems of a whole network. Standard library only.

Blocks are spread out first (`cnnstudio.core.expansion`); `cnnstudio.core.levels` sums up what a block holds.

Each node is a pure function of its type, its parameters and its inputs' shapes, so an edit recomputes only what lies
downstream and stops where shapes stop changing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from cnnstudio.core.expansion import Expanded, Expander
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node, topological_order
from cnnstudio.core.parameters import Arguments
from cnnstudio.core.params import Params
from cnnstudio.core.portions import Portions, completed
from cnnstudio.core.problems import Diagnostic, ShapeError
from cnnstudio.core.spec import Catalogue, Fields, Formula, LayerSpec, Shape, Shapes, Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAnalysis:
    """What is known of one node. `output_shape` is None when the node or anything before it has an error."""

    input_shapes: tuple[Shape | None, ...] = ()
    output_shape: Shape | None = None
    weights: tuple[Weight, ...] = ()
    macs: int = 0
    formula: tuple[Formula, ...] = ()
    fields: Fields = None
    summary: str = ""
    """The parameters that matter, in one line."""
    error: ShapeError | None = None
    more_outputs: tuple[Shape | None, ...] = ()
    """Shapes of the outputs behind the first; only a block has any."""
    param_count: int = field(init=False, compare=False, repr=False)
    """All weights, moving statistics included, as Keras's `count_params()`."""
    trainable_count: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "param_count", sum([weight.count for weight in self.weights]))
        trainable = sum([weight.count for weight in self.weights if weight.trainable])
        object.__setattr__(self, "trainable_count", trainable)

    @property
    def outputs(self) -> tuple[Shape | None, ...]:
        """The shapes of all outputs."""
        return (self.output_shape, *self.more_outputs)


BLOCKED = NodeAnalysis()

PORTION = 256
"""So many layers are analysed in one portion."""

MOST_REMEMBERED = 50_000
"""Results that an analyser keeps beside those of its network; a hundred megabytes at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The analysis of a network, nodes in topological order (nodes on or behind a cycle come last).

    The nodes are those of the expanded network: layers in blocks stand under their addresses, blocks do not.
    """

    nodes: Mapping[str, NodeAnalysis]
    diagnostics: tuple[Diagnostic, ...]
    total_params: int
    trainable_params: int
    macs: int
    expanded: Expanded = field(default_factory=lambda: Expanded(network=Network(), faults={}, pushed={}))

    @property
    def network(self) -> Network:
        """The network that was analysed, without blocks."""
        return self.expanded.network

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(self.nodes)

    @property
    def ok(self) -> bool:
        """Whether no problem is an error, that is whether Keras builds and runs the network."""
        return not any(diagnostic.severity == "error" for diagnostic in self.diagnostics)

    def of(self, node_id: str) -> tuple[Diagnostic, ...]:
        """The problems of one node."""
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.node == node_id)


_Kind: TypeAlias = tuple[str, Params, tuple[Shape | None, ...]]
"""Type, parameters and input shapes: all that a node's analysis depends on, but for the receptive field."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What a layer comes to; `args` is None where its parameters are wrong."""

    input_shapes: tuple[Shape | None, ...]
    input_fields: tuple[Fields, ...]
    args: Arguments | None
    result: NodeAnalysis


@dataclass(frozen=True, slots=True)
class _AtNode:
    """What a node was, what came in, and what came of it."""

    type: str
    params: Params
    sources: tuple[NodeAnalysis, ...]
    result: NodeAnalysis


class Analyser:
    """Analyses one network after another, remembering each node's last result, and what like nodes came to."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._remembered: dict[str, _AtNode] = {}
        self._alike: dict[_Kind, _Remembered] = {}
        self._seen: dict[tuple[_Kind, tuple[Fields, ...]], _Remembered] = {}
        self._network = Network()
        self._order: tuple[str, ...] = ()
        self._cyclic: frozenset[str] = frozenset()
        self._expander = Expander()

    @property
    def catalogue(self) -> Catalogue:
        return self._catalogue

    def fork(self) -> Analyser:
        """Another analyser that knows what this one knows: for trying edits without disturbing this one."""
        copy = Analyser(self._catalogue)
        copy._remembered, copy._alike, copy._seen = self._remembered, self._alike, self._seen
        copy._network, copy._order, copy._cyclic = self._network, self._order, self._cyclic
        copy._expander = self._expander.fork()
        return copy

    def analyse(self, network: Network) -> Analysis:
        """Everything known of `network`. Never raises for a broken network: what is wrong is in the diagnostics."""
        return completed(self.portions(network))

    def portions(self, network: Network) -> Portions[Analysis]:
        """The same in portions of some milliseconds; another network may be analysed before the last."""
        expanded = yield from self._expander.portions(network)
        network = expanded.network
        faults = expanded.faults
        self._sort(network)
        results: dict[str, NodeAnalysis] = {}
        remembered: dict[str, _AtNode] = {}
        self._forget()
        incoming = network.incoming
        order, cyclic = self._order, self._cyclic
        for number, node_id in enumerate(order):
            if number % PORTION == 0:
                yield
            node = network.nodes[node_id]
            sources = tuple([results.get(edge.source, BLOCKED) for edge in incoming.get(node_id, ())])
            before = self._remembered.get(node_id)
            if (
                before is not None
                and before.params is node.params
                and before.type == node.type
                and before.sources == sources
                and node_id not in faults
            ):
                remembered[node_id] = before
                results[node_id] = before.result
                continue
            shapes = tuple([source.output_shape for source in sources])
            if node_id in faults:  # stands for a block that cannot be used
                result = NodeAnalysis(input_shapes=shapes, error=faults[node_id])
            else:
                result = self._known(node, shapes, tuple([source.fields for source in sources]))
            if before is not None and before.result == result:
                result = (
                    before.result
                )  # the same object: what is behind it, and whoever shows it, sees no news
            remembered[node_id] = _AtNode(node.type, node.params, sources, result)
            results[node_id] = result
        for node_id in network.nodes:
            if node_id in cyclic:
                results[node_id] = BLOCKED
        yield
        self._remembered = remembered
        return Analysis(
            nodes=results,
            diagnostics=tuple(_problems(expanded, results, cyclic)),
            total_params=sum([result.param_count for result in results.values()]),
            trainable_params=sum([result.trainable_count for result in results.values()]),
            macs=sum([result.macs for result in results.values()]),
            expanded=expanded,
        )

    def _known(
        self, node: Node, shapes: tuple[Shape | None, ...], fields: tuple[Fields, ...]
    ) -> NodeAnalysis:
        """What comes of a node, computed once for all nodes of its type with its parameters and inputs."""
        kind = node.type, node.params, shapes
        known = self._seen.get((kind, fields))
        if known is None:
            spec = self._catalogue.get(node.type)
            known = self._alike.get(kind)
            if known is None:
                known = self._alike[kind] = _analyse_node(spec, node, shapes, fields)
            if known.input_fields != fields:
                known = _with_fields(known, spec, fields)
            self._seen[kind, fields] = known
        return known.result

    def _forget(self) -> None:
        for known in (self._alike, self._seen):
            if len(known) > MOST_REMEMBERED:
                known.clear()

    def _sort(self, network: Network) -> None:
        known = self._network
        if network.edges is not known.edges or network.nodes.keys() != known.nodes.keys():
            self._order, self._cyclic = topological_order(network)
        self._network = network


def _problems(
    expanded: Expanded, results: Mapping[str, NodeAnalysis], cyclic: frozenset[str]
) -> Iterator[Diagnostic]:
    network = expanded.network
    if not network.nodes:
        yield Diagnostic(
            node="",
            severity="error",
            code="network.empty",
            message=Message("The network is empty."),
            hint=Message("Drag an Input layer onto the canvas, then the layers that follow it."),
        )
        return
    yield from _cycle_problems(network, cyclic)
    yield from _name_problems(network)
    told: set[tuple[str, str | None, str, str]] = set()
    for node_id, result in results.items():
        error = result.error
        if error is not None:
            problem = _diagnostic(expanded, node_id, error)
            if expanded.root is not None:  # one mistake in a repeated block is one problem
                key = (_COPY.sub("", problem.node), problem.param, problem.code, str(error.message))
                if key in told:
                    continue
                told.add(key)
            yield problem


def _analyse_node(
    spec: LayerSpec | None, node: Node, shapes: tuple[Shape | None, ...], fields: tuple[Fields, ...]
) -> _Remembered:
    if spec is None:
        result = NodeAnalysis(input_shapes=shapes, error=_unknown_type(node.type))
        return _Remembered(shapes, fields, None, result)
    summary = ""
    args: Arguments | None = None
    try:
        args = spec.arguments(node.params)
        summary = spec.describe(args)
        _check_input_count(spec, len(shapes))
        known: Shapes = tuple([shape for shape in shapes if shape is not None])
        if len(known) != len(shapes):
            result = NodeAnalysis(input_shapes=shapes, summary=summary)
        else:
            output = spec.output_shape(known, args)
            result = NodeAnalysis(
                input_shapes=shapes,
                output_shape=output,
                weights=spec.weights(known, args),
                macs=spec.macs(known, args),
                formula=spec.formula(known, args),
                fields=spec.fields(known, fields, args),
                summary=summary,
            )
    except ShapeError as error:
        result = NodeAnalysis(input_shapes=shapes, summary=summary, error=error)
    return _Remembered(shapes, fields, args, result)


def _with_fields(last: _Remembered, spec: LayerSpec | None, fields: tuple[Fields, ...]) -> _Remembered:
    """The same node when only what its inputs see has changed."""
    result = last.result
    if spec is not None and last.args is not None and result.output_shape is not None:
        known: Shapes = tuple([shape for shape in last.input_shapes if shape is not None])
        now = spec.fields(known, fields, last.args)
        if now != result.fields:
            result = replace(result, fields=now)
    return replace(last, input_fields=fields, result=result)


def _unknown_type(name: str) -> ShapeError:
    return ShapeError(
        Message("This version does not know the layer type {type}.", type=name),
        code="layer.unknown",
        hint=Message("The node is kept as it is; replace it, or open the project in a newer version."),
    )


def _check_input_count(spec: LayerSpec, count: int) -> None:
    if count < spec.minimum_inputs:
        needed = Message("{count} inputs", count=spec.minimum_inputs)
        if spec.minimum_inputs == 1:
            needed = Message("an input")
        raise ShapeError(
            Message(
                "{type} needs {needed} and has {count}.", type=spec.type, needed=needed, count=count or "none"
            ),
            code="input.missing",
            hint=Message("Draw a wire from the output of another layer to this one."),
        )
    if spec.maximum_inputs is not None and count > spec.maximum_inputs:
        allowed = Message("no input")
        if spec.maximum_inputs == 1:
            allowed = Message("one input, not {count}", count=count)
        elif spec.maximum_inputs > 1:
            allowed = Message("{most} inputs, not {count}", most=spec.maximum_inputs, count=count)
        raise ShapeError(
            Message("{type} takes {allowed}.", type=spec.type, allowed=allowed),
            code="input.extra",
            hint=Message("Remove a wire, or put a merging layer such as Add or Concatenate in front."),
        )


_COPY = re.compile(r"#\d+")
_ABOUT_THE_INPUT = frozenset({"shape.rank", "shape.unknown", "shape.window", "shape.values", "param.groups"})
"""Codes of errors that the layer in front may be to blame for: its shape does not go with this layer's numbers."""


def _diagnostic(expanded: Expanded, node_id: str, error: ShapeError) -> Diagnostic:
    edge: Edge | None = None
    wires = expanded.network.inputs(node_id)
    if error.slot is not None and error.slot < len(wires):
        edge = wires[error.slot]
    message, param = _with_feeders(expanded.network, error, wires), error.param
    if param is not None:
        node_id, owned = expanded.owner(node_id, param)
        if owned != param:
            message = Message("{name}: {problem}", name=owned, problem=message)
        param = owned
    return Diagnostic(
        node=node_id,
        severity="error",
        code=error.code,
        message=message,
        hint=error.hint,
        param=param,
        edge=edge,
    )


def _with_feeders(network: Network, error: ShapeError, wires: Sequence[Edge]) -> Message:
    """The message of an error that lies between two layers, with the other one's name; copies of a block have one."""
    names = [_COPY.sub("", network.nodes[edge.source].label) for edge in wires]
    if error.code == "input.extra" and names:
        *most, last = names
        if not most:
            return Message("{problem} It is fed by {layer}.", problem=error.message, layer=last)
        return Message(
            "{problem} It is fed by {layers} and {last}.",
            problem=error.message,
            layers=", ".join(most),
            last=last,
        )
    slot = 0 if error.slot is None and len(names) == 1 else error.slot
    if error.code in _ABOUT_THE_INPUT and slot is not None and slot < len(names):
        source = names[slot]
        if len(names) == 1:
            return Message("{problem} Its input comes from {source}.", problem=error.message, source=source)
        return Message(
            "{problem} Input {number} comes from {source}.",
            problem=error.message,
            number=slot + 1,
            source=source,
        )
    return error.message


def _cycle_problems(network: Network, cyclic: frozenset[str]) -> Iterator[Diagnostic]:
    """One diagnostic per knot: walk back from each node until a node repeats."""
    told: set[str] = set()
    for start in network.nodes:
        if start not in cyclic or start in told:
            continue
        seen: list[str] = []
        node_id = start
        while node_id not in seen and node_id not in told:
            seen.append(node_id)
            node_id = next((e.source for e in network.inputs(node_id) if e.source in cyclic), node_id)
        if node_id not in told and node_id in seen:
            loop = seen[seen.index(node_id) :][::-1]
            names = [network.nodes[member].label for member in loop]
            yield Diagnostic(
                node=loop[0],
                severity="error",
                code="network.cycle",
                message=Message(
                    "These layers feed themselves in a circle: {names}.", names=" → ".join([*names, names[0]])
                ),
                hint=Message("Remove one of the wires between them."),
                edge=next((e for e in network.inputs(loop[0]) if e.source == loop[-1]), None),
            )
        told.update(seen)


def _name_problems(network: Network) -> Iterator[Diagnostic]:
    owners: dict[str, str] = {}
    for node in network.nodes.values():
        owner = owners.setdefault(node.label, node.id)
        if owner != node.id:
            yield Diagnostic(
                node=node.id,
                severity="error",
                code="name.duplicate",
                message=Message("Two layers are called {name}.", name=node.label),
                hint=Message("Give one of them another name; Keras needs every name once."),
            )
