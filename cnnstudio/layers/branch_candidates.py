"""What might bring two branches together that do not fit: strides, padding, filters, a projection. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Fix
from cnnstudio.core.spec import Shape
from cnnstudio.layers.branch_sizes import padded_layer, resized
from cnnstudio.layers.fix_situation import Situation
from cnnstudio.layers.wording import shape_text

FARTHEST = 12
"""How many layers back from the join a cause is looked for."""


def mismatched_inputs(situation: Situation) -> Iterator[Fix]:
    """Edits for a merging layer whose inputs do not fit, the odd wire being the problem's."""
    wires = situation.network.inputs(situation.node.id)
    odd = situation.problem.edge
    if odd is None or odd not in wires:
        return
    slot = wires.index(odd)
    shape = situation.shapes[slot]
    other_slot = next((s for s, other in enumerate(situation.shapes) if s != slot and other != shape), None)
    if shape is None or other_slot is None:
        return
    wanted = situation.shapes[other_slot]
    if wanted is None:
        return
    if len(wanted) != len(shape):
        yield from _same_rank(situation, wires, slot, other_slot)
        yield from _without_the_odd_one(situation, odd)
        return
    yield from _strides(situation, odd, shape, wanted)
    yield from _strides(situation, wires[other_slot], wanted, shape)
    yield from _filters(situation, odd, shape, wanted)
    yield from _projection(situation, odd, shape, wanted)
    if len(wires) == 2:
        yield from _projection(situation, wires[other_slot], wanted, shape)
    for branches in ((odd,), (wires[other_slot],), wires):
        yield from _padding(situation, branches)
    for wire, have, want in ((odd, shape, wanted), (wires[other_slot], wanted, shape)):
        yield from _strides_and_padding(situation, wire, have, want)
    for wire, have, want in ((odd, shape, wanted), (wires[other_slot], wanted, shape)):
        yield from padded_layer(situation, _branch(situation, wire), have, want)
    for by_factor in (True, False):
        for wire, have, want in ((odd, shape, wanted), (wires[other_slot], wanted, shape)):
            yield from resized(situation, wire, have, want, by_factor=by_factor)
    if situation.node.type != "Concatenate" and shape[:-1] == wanted[:-1]:
        node = situation.node
        yield Fix(
            label=Message("Turn {node} into {type}", node=node.label, type="Concatenate"),
            edit=lambda network: edits.replace_type(network, node.id, type="Concatenate", params=Params()),
        )
    yield from _without_the_odd_one(situation, odd)


def _without_the_odd_one(situation: Situation, wire: Edge) -> Iterator[Fix]:
    """One input less, where enough are left."""
    names = situation.network.nodes
    if len(situation.network.inputs(situation.node.id)) > 2:
        yield Fix(
            label=Message(
                "Remove the wire from {source} to {target}",
                source=names[wire.source].label,
                target=names[wire.target].label,
            ),
            edit=lambda network: edits.disconnect(network, [wire]),
        )


def _branch(situation: Situation, wire: Edge) -> list[Node]:
    """The layers that lead to this wire, the nearest first, up to where the branches part."""
    network = situation.network
    nodes: list[Node] = []
    node_id = wire.source
    while len(nodes) < FARTHEST:
        if len(network.outputs(node_id)) != 1:
            break  # it feeds others too
        nodes.append(network.nodes[node_id])
        feeding = network.inputs(node_id)
        if len(feeding) != 1:
            break
        node_id = feeding[0].source
    return nodes


def _strides(situation: Situation, wire: Edge, shape: Shape, wanted: Shape) -> Iterator[Fix]:
    """Other strides for a layer of this branch, where the sizes differ by a factor."""
    if shape[:-1] == wanted[:-1]:
        return
    for node in _branch(situation, wire):
        now = situation.value(node, "strides")
        if not isinstance(now, tuple) or len(now) != len(shape) - 1:
            continue
        strides = cast("tuple[int, ...]", now)
        needed: list[int] = []
        for s, have, want in zip(strides, shape[:-1], wanted[:-1], strict=True):
            if have is None or want is None:
                return
            needed.append(max(1, round(s * have / want)))
        if tuple(needed) != strides:
            yield situation.set(node, "strides", needed[0] if len(set(needed)) == 1 else tuple(needed))


def _strides_and_padding(situation: Situation, wire: Edge, shape: Shape, wanted: Shape) -> Iterator[Fix]:
    """Strides 1 with padding 'same' for the one layer of this branch that has strides, so that it keeps the size."""
    if shape[:-1] == wanted[:-1]:
        return
    stepping = []
    for node in _branch(situation, wire):
        if "padding" not in situation.catalogue[node.type].params_by_name:
            continue
        windows = [
            line.window for line in situation.analysis.nodes[node.id].formula if line.window is not None
        ]
        if windows and max(window.strides for window in windows) > 1:
            stepping.append(node)
    if len(stepping) == 1:
        (node,) = stepping
        yield Fix(
            label=Message("Set strides of {node} to 1, with padding same", node=node.label),
            edit=lambda network: edits.set_params(network, node.id, {"strides": 1, "padding": "same"}),
        )


def _padding(situation: Situation, wires: tuple[Edge, ...]) -> Iterator[Fix]:
    """Padding 'same' all along these branches."""
    nodes = [
        node
        for wire in wires
        for node in _branch(situation, wire)
        if (spec := situation.catalogue.get(node.type)) is not None
        and "padding" in spec.params_by_name
        and spec.category in ("convolution", "pooling")
        and situation.value(node, "padding") != "same"
    ]
    if not nodes:
        return
    names = ", ".join(node.label for node in reversed(nodes))

    def edit(network: Network) -> Network:
        for node in nodes:
            network = edits.set_params(network, node.id, {"padding": "same"})
        return network

    yield Fix(label=Message("Set padding of {nodes} to same", nodes=names), edit=edit)


def _filters(situation: Situation, wire: Edge, shape: Shape, wanted: Shape) -> Iterator[Fix]:
    """As many filters or units as the other branch has channels."""
    if situation.node.type == "Concatenate" or shape[-1] == wanted[-1] or shape[:-1] != wanted[:-1]:
        return
    for node in _branch(situation, wire):
        for name in ("filters", "units"):
            if situation.value(node, name) is not None:
                yield situation.set(node, name, wanted[-1])
                return


def _projection(situation: Situation, wire: Edge, shape: Shape, wanted: Shape) -> Iterator[Fix]:
    """A 1×1 convolution that gives this branch the other one's channels and, with strides, its size."""
    kind = f"Conv{len(shape) - 1}D"
    if kind not in situation.catalogue or wanted[-1] is None:
        return
    strides: list[int] = []
    for have, want in zip(shape[:-1], wanted[:-1], strict=True):
        step = 1 if have == want else 0
        if have is not None and want is not None and have > want:
            step = next((s for s in (have // want, -(-have // want)) if -(-have // s) == want), 0)
        if step == 0:
            return
        strides.append(step)
    filters = shape[-1] if situation.node.type == "Concatenate" else wanted[-1]
    source = situation.network.nodes[wire.source].label
    label = Message(
        "Put a 1×1 convolution with {filters} filters behind {source}", filters=filters, source=source
    )
    params = Params(filters=filters, kernel_size=1)
    if max(strides) > 1:
        label = Message(
            "Put a 1×1 convolution with {filters} filters and strides {strides} behind {source}",
            filters=filters,
            strides=strides[0] if len(set(strides)) == 1 else shape_text(strides),
            source=source,
        )
        params = params.with_value("strides", strides[0] if len(set(strides)) == 1 else tuple(strides))
    yield situation.insert(wire, kind, params, label)


def _same_rank(situation: Situation, wires: tuple[Edge, ...], slot: int, other: int) -> Iterator[Fix]:
    """Flatten, or a global average, on the input that has more axes."""
    one, two = situation.shapes[slot], situation.shapes[other]
    larger = slot if len(one or ()) > len(two or ()) else other
    source = situation.network.nodes[wires[larger].source].label
    rank = len(situation.shapes[larger] or ()) - 1
    for kind in ("Flatten", f"GlobalAveragePooling{rank}D"):
        if kind in situation.catalogue:
            label = Message("Put {type} behind {source}", type=kind, source=source)
            yield situation.insert(wires[larger], kind, Params(), label)
