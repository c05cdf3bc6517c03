"""Which wires the canvas draws, refuses and warns of, as functions of network, catalogue and analysis. No Qt."""

from __future__ import annotations

from collections.abc import Mapping

from cnnstudio.core import edits
from cnnstudio.core.analysis import NodeAnalysis
from cnnstudio.core.block_specs import spec_of
from cnnstudio.core.blocks import BLOCK_OUTPUT
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network
from cnnstudio.core.params import EMPTY, Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Catalogue, LayerSpec, Shape


def is_variadic(spec: LayerSpec | None) -> bool:
    """Whether a layer can have more than one input. An unknown layer is taken to have one."""
    return spec is not None and (spec.maximum_inputs is None or spec.maximum_inputs > 1)


def refusal(
    network: Network, catalogue: Catalogue, *, source: str, target: str, replacing: Edge | None = None
) -> Message | None:
    """Why a wire from `source` to `target` is not drawn, or None. `replacing` is the wire it takes the place of."""
    reason = edits.connect_refusal(network, source=source, target=target)
    if reason is not None:
        return reason
    node = network.nodes[target]
    spec = spec_of(catalogue, node)
    if network.nodes[source].type == BLOCK_OUTPUT:
        return Message("{source} leads out of the block.", source=network.nodes[source].label)
    if spec is None:
        return None
    if spec.maximum_inputs == 0:
        return Message("{target} takes no input.", target=node.label)
    wires = len(network.inputs(target)) - (replacing is not None and replacing.target == target)
    if spec.maximum_inputs is not None and spec.maximum_inputs > 1 and wires >= spec.maximum_inputs:
        return Message("{target} already has its {count} inputs.", target=node.label, count=wires)
    return None


def takes_input(catalogue: Catalogue, network: Network, node_id: str) -> bool:
    """Whether a node can have an input at all."""
    spec = spec_of(catalogue, network.nodes[node_id])
    return spec is None or spec.maximum_inputs != 0


def targets(network: Network, catalogue: Catalogue, source: str) -> frozenset[str]:
    """The nodes that `source` can feed."""
    before = {source}
    pending = [source]
    while pending:
        for edge in network.inputs(pending.pop()):
            if edge.source not in before:
                before.add(edge.source)
                pending.append(edge.source)
    return frozenset(
        node_id
        for node_id in network.nodes.keys() - before
        if takes_input(catalogue, network, node_id) and refusal_by_count(network, catalogue, node_id) is None
    )


def sources(network: Network, target: str) -> frozenset[str]:
    """The nodes that can feed `target`: those it does not feed itself."""
    after = {target}
    pending = [target]
    while pending:
        for edge in network.outputs(pending.pop()):
            if edge.target not in after:
                after.add(edge.target)
                pending.append(edge.target)
    return frozenset(network.nodes.keys() - after)


def refusal_by_count(network: Network, catalogue: Catalogue, target: str) -> int | None:
    """The number of inputs that is already too many for one more, or None."""
    spec = spec_of(catalogue, network.nodes[target])
    if spec is None or spec.maximum_inputs is None or spec.maximum_inputs == 1:
        return None
    wires = len(network.inputs(target))
    return wires if wires >= spec.maximum_inputs else None


def misfit(
    network: Network,
    catalogue: Catalogue,
    known: Mapping[str, NodeAnalysis],
    *,
    source: str,
    target: str,
    replacing: Edge | None = None,
    output: int = 0,
) -> Message | None:
    """What would be wrong with the shapes if an output of `source` fed `target`; None when nothing is, or nothing is known."""
    node = network.nodes[target]
    spec = spec_of(catalogue, node)
    feeders = [(source, output)]
    if is_variadic(spec):
        wires = [edge for edge in network.inputs(target) if edge != replacing]
        feeders = [*((edge.source, edge.output) for edge in wires), *feeders]
    shapes = [shape_at(known, feeder, number) for feeder, number in feeders]
    if spec is None or len(shapes) < spec.minimum_inputs:
        return None
    return problem_of(spec, tuple(shapes), node.params)


def shape_at(known: Mapping[str, NodeAnalysis], node_id: str, output: int) -> Shape | None:
    """What an output of a node puts out; None when it is not known or there is no such output."""
    result = known.get(node_id)
    if result is None:
        return None
    return result.outputs[output] if output < len(result.outputs) else None


def problem_of(
    spec: LayerSpec, shapes: tuple[Shape | None, ...], params: Mapping[str, object] = EMPTY
) -> Message | None:
    """Why a layer cannot take these inputs; None when it can, or when a shape is not known."""
    given = tuple(shape for shape in shapes if shape is not None)
    if len(given) != len(shapes):
        return None
    try:
        args = spec.arguments(Params(params))
        spec.output_shape(given, args)
        spec.weights(given, args)
    except ShapeError as error:
        return error.message
    return None


def output_of(spec: LayerSpec, shapes: tuple[Shape | None, ...]) -> Shape | None:
    """The output shape of a layer with its default parameters; None when unknown or impossible."""
    given = tuple(shape for shape in shapes if shape is not None)
    if len(given) != len(shapes):
        return None
    try:
        return spec.output_shape(given, spec.arguments(EMPTY))
    except ShapeError:
        return None


def fits(spec: LayerSpec, shapes: tuple[Shape | None, ...]) -> bool:
    """Whether a new layer of this kind, fed by these shapes, would be free of errors as far as is known."""
    count = len(shapes)
    if count < spec.minimum_inputs or (spec.maximum_inputs is not None and count > spec.maximum_inputs):
        return False
    return problem_of(spec, shapes) is None


def connected(
    network: Network,
    catalogue: Catalogue,
    *,
    source: str,
    target: str,
    replacing: Edge | None = None,
    output: int | None = None,
) -> Network:
    """The network with the wire drawn. `replacing` is the wire whose place it takes (at its target or another).

    `output`: which output of `source` it leaves; by default that of the wire it replaces, or the first.
    """
    variadic = is_variadic(spec_of(catalogue, network.nodes[target]))
    if output is None:
        output = replacing.output if replacing is not None and replacing.source == source else 0
    if replacing is None:
        return edits.connect(network, source=source, target=target, variadic=variadic, output=output)
    if replacing.target == target:
        return edits.connect(
            network, source=source, target=target, slot=replacing.slot, variadic=variadic, output=output
        )
    loose = edits.disconnect(network, [replacing])
    return edits.connect(loose, source=source, target=target, variadic=variadic, output=output)


def default_summary(spec: LayerSpec) -> str:
    """A layer's default parameters in one line; empty when its defaults are not complete."""
    try:
        return spec.describe(spec.arguments(EMPTY))
    except ShapeError:
        return ""
