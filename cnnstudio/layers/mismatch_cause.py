"""Why two branches do not fit: the layers after the place where they part that changed the size. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from cnnstudio.core.analysis import Analysis, NodeAnalysis
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.problems import Diagnostic
from cnnstudio.core.spec import Shape
from cnnstudio.layers.wording import shape_text

Difference = Literal["channels", "size", "shape"]

_WANT_UNLIKE = frozenset({"Dot", "GraphConvolution"})
MOST_CAUSES = 3
"""Layers named for one branch; the last ones before the join."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One of two ways to a join. `nodes`: from behind the place where the ways part up to the join; may be none."""

    source: Node
    shape: Shape
    nodes: tuple[Node, ...]


def explained(network: Network, analysis: Analysis) -> tuple[Diagnostic, ...]:
    """The diagnostics; those of branches that do not fit also say which layers are the cause."""
    return tuple(
        _with_cause(network, analysis, problem) if problem.code == "shape.mismatch" else problem
        for problem in analysis.diagnostics
    )


def parting(network: Network, analysis: Analysis, problem: Diagnostic) -> tuple[Branch, Branch] | None:
    """The odd branch and one that it does not fit; None where the problem's wire is not known."""
    wires = network.inputs(problem.node)
    if problem.edge is None or problem.edge not in wires:
        return None
    shapes = analysis.nodes[problem.node].input_shapes
    slot = wires.index(problem.edge)
    shape = shapes[slot]
    other = next((place for place, one in enumerate(shapes) if place != slot and one != shape), None)
    if shape is None or other is None or (wanted := shapes[other]) is None:
        return None
    one, two = wires[slot].source, wires[other].source
    return (
        Branch(network.nodes[one], shape, _until(network, one, _ancestors(network, two))),
        Branch(network.nodes[two], wanted, _until(network, two, _ancestors(network, one))),
    )


def _with_cause(network: Network, analysis: Analysis, problem: Diagnostic) -> Diagnostic:
    found = parting(network, analysis, problem)
    if found is None:
        return problem
    odd, other = found
    told = partial(
        _told, analysis, differ=_difference(network.nodes[problem.node].type, odd.shape, other.shape)
    )
    message = Message(
        "{problem} Of the two, {one}, and {other}.",
        problem=problem.message,
        one=told(other),
        other=told(odd),
    )
    return replace(problem, message=message)


def _difference(kind: str, one: Shape, other: Shape) -> Difference:
    """In what two branches differ that should be alike. For layers that want unlike inputs it is the whole shape."""
    if kind in _WANT_UNLIKE or len(one) != len(other):
        return "shape"
    return "channels" if one[:-1] == other[:-1] else "size"


def _told(analysis: Analysis, branch: Branch, *, differ: Difference) -> Message:
    """`conv2's branch is 28×28`, `the skip from pool1 is 14×14, because pool1 has strides 2`."""
    size: str | Message
    if len(branch.shape) == 1:
        size = Message("{count} values", count=shape_text(branch.shape))
    elif differ == "channels":
        size = Message("{count} channels deep", count=branch.shape[-1])
    else:
        size = shape_text(branch.shape if differ == "shape" else branch.shape[:-1])
    if branch.nodes:
        what = Message("{source}'s branch is {size}", source=branch.source.label, size=size)
    else:
        what = Message("the skip from {source} is {size}", source=branch.source.label, size=size)
    causes = list(_causes(analysis, branch, by_channels=differ == "channels"))[-MOST_CAUSES:]
    if not causes:
        return what
    cause = causes[0]
    for one in causes[1:]:
        cause = Message("{some} and {other}", some=cause, other=one)
    return Message("{what}, because {cause}", what=what, cause=cause)


def _causes(analysis: Analysis, branch: Branch, *, by_channels: bool) -> Iterator[Message]:
    causes = []
    for node in branch.nodes:
        result = analysis.nodes[node.id]
        before, after = result.input_shapes[0] if result.input_shapes else None, result.output_shape
        if before is None or after is None or before == after:
            continue
        if by_channels or len(before) != len(after):
            if before[-1] != after[-1] or len(before) != len(after):
                # Only what set the channels last counts.
                causes = [_channel_cause(node, before, after)]
        elif before[:-1] != after[:-1]:
            causes.append(_size_cause(node, result, before, after))
    yield from causes


def _channel_cause(node: Node, before: Shape, after: Shape) -> Message:
    if len(before) != len(after):
        return Message(
            "{node} turns {before} into {after}",
            node=node.label,
            before=shape_text(before),
            after=shape_text(after),
        )
    for name in ("filters", "units"):
        if name in node.params:
            return Message("{node} has {count} {name}", node=node.label, count=after[-1], name=name)
    return Message("{node} gives {count} channels", node=node.label, count=after[-1])


def _size_cause(node: Node, result: NodeAnalysis, before: Shape, after: Shape) -> Message:
    windows = [line.window for line in result.formula if line.window is not None]
    if windows and max(window.strides for window in windows) > 1:
        strides = [window.strides for window in windows]
        return Message(
            "{node} has strides {strides}",
            node=node.label,
            strides=strides[0] if len(set(strides)) == 1 else shape_text(strides),
        )
    if windows and not any(window.pad_before or window.pad_after for window in windows):
        return Message(
            "{node} has a {kernel} window without padding",
            node=node.label,
            kernel=shape_text([window.effective_kernel for window in windows]),
        )
    return Message(
        "{node} turns {before} into {after}",
        node=node.label,
        before=shape_text(before[:-1]),
        after=shape_text(after[:-1]),
    )


def _ancestors(network: Network, node_id: str) -> frozenset[str]:
    """A node and all that feeds it."""
    found = {node_id}
    pending = [node_id]
    while pending:
        for edge in network.inputs(pending.pop()):
            if edge.source not in found:
                found.add(edge.source)
                pending.append(edge.source)
    return frozenset(found)


def _until(network: Network, node_id: str, common: frozenset[str]) -> tuple[Node, ...]:
    """From behind the first common node to `node_id`, along the first inputs that lead there."""
    nodes: list[Node] = []
    seen: set[str] = set()
    while node_id not in common and node_id not in seen:
        seen.add(node_id)
        nodes.append(network.nodes[node_id])
        wires = network.inputs(node_id)
        if not wires:
            break
        node_id = next((wire.source for wire in wires if wire.source in common), wires[0].source)
    return tuple(reversed(nodes))
