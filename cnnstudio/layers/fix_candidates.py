"""What might cure an error: edits worth trying, the likeliest first. `fixes` proves them. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from typing import cast

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.parameters import IntParam
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Fix
from cnnstudio.layers.branch_candidates import mismatched_inputs
from cnnstudio.layers.fix_situation import Situation, fresh_id
from cnnstudio.layers.wording import shape_text

_USUAL_SIZE = 32
"""Pixels, where a size must be made up."""


def candidates(situation: Situation) -> Iterator[Fix]:
    """Edits that might cure the problem."""
    code = situation.problem.code
    by_code: dict[str, Callable[[Situation], Iterator[Fix]]] = {
        "network.empty": _add_input,
        "network.cycle": _cut_the_circle,
        "name.duplicate": _another_name,
        "layer.unknown": _known_layer,
        "input.missing": _connect,
        "input.extra": _fewer_inputs,
        "shape.rank": _other_rank,
        "shape.window": _smaller_window,
        "shape.values": _other_target,
        "shape.mismatch": mismatched_inputs,
        "shape.unknown": _known_sizes,
        "param.groups": _dividing_groups,
        "param.filters": _dividing_groups,
        "param.conflict": _resolved_conflict,
        "param.padding": _smaller_padding,
        "param.unknown": _known_parameter,
        "param.axis": _matching_axes,
        "param.value": _valid_value,
    }
    propose = by_code.get(code)
    if propose is not None:
        yield from propose(situation)
    param = situation.problem.param
    if param is not None and code != "network.empty":
        yield situation.reset(situation.node, param)


def last_resorts(situation: Situation) -> Iterator[Fix]:
    """What is left where nothing else cures the problem: to go without the layer."""
    network, node = situation.network, situation.node
    wires = network.inputs(node.id)
    if len(wires) < 2:
        yield situation.remove()
        return
    for wire in wires:
        yield Fix(
            label=Message(
                "Remove {node} and go on with {source} alone",
                node=node.label,
                source=network.nodes[wire.source].label,
            ),
            edit=lambda now, wire=wire: edits.remove(  # type: ignore[misc] # mypy cannot infer a default's type
                edits.disconnect(now, [other for other in wires if other != wire]), [node.id]
            ),
        )


def _add_input(_situation: Situation) -> Iterator[Fix]:
    def edit(network: Network) -> Network:
        return edits.add(network, [Node(id=fresh_id(network, "image"), type="Input")])

    yield Fix(label=Message("Add an Input layer"), edit=edit)


def _cut_the_circle(situation: Situation) -> Iterator[Fix]:
    wire = situation.problem.edge
    if wire is None:
        return
    names = {node_id: node.label for node_id, node in situation.network.nodes.items()}
    yield Fix(
        label=Message(
            "Remove the wire from {source} to {target}", source=names[wire.source], target=names[wire.target]
        ),
        edit=lambda network: edits.disconnect(network, [wire]),
    )


def _another_name(situation: Situation) -> Iterator[Fix]:
    node = situation.node
    taken = {other.label for other in situation.network.nodes.values()}
    name = next(
        f"{node.label}_{number}"
        for number in range(2, len(taken) + 3)
        if f"{node.label}_{number}" not in taken
    )
    yield Fix(
        label=Message("Rename it to {name}", name=name),
        edit=lambda network: edits.rename(network, node.id, name),
    )


def _known_layer(situation: Situation) -> Iterator[Fix]:
    node = situation.node
    for kind in get_close_matches(node.type, situation.catalogue, 2):
        yield _replaced(situation, kind)
    yield situation.remove()


def _replaced(situation: Situation, kind: str) -> Fix:
    node = situation.node
    known = situation.catalogue[kind].params_by_name
    params = Params({name: value for name, value in node.params.items() if name in known})
    return Fix(
        label=Message("Turn {node} into {type}", node=node.label, type=kind),
        edit=lambda network: edits.replace_type(network, node.id, type=kind, params=params),
    )


def _connect(situation: Situation) -> Iterator[Fix]:
    """Sources that lead nowhere first, then the others, the latest first."""
    network, node = situation.network, situation.node
    variadic = situation.spec is not None and situation.spec.maximum_inputs is None
    fed = {edge.source for edge in network.inputs(node.id)}
    sources = [
        node_id
        for node_id, result in reversed(list(situation.analysis.nodes.items()))
        if result.output_shape is not None and node_id not in fed and node_id != node.id
    ]
    sources.sort(key=lambda node_id: bool(network.outputs(node_id)))

    def wire(source: str) -> Fix:
        return Fix(
            label=Message(
                "Connect {source} to {target}", source=network.nodes[source].label, target=node.label
            ),
            edit=lambda now: edits.connect(now, source=source, target=node.id, variadic=variadic),
        )

    yield from map(wire, sources[:6])
    if not any(other.type == "Input" for other in network.nodes.values()):

        def edit(now: Network) -> Network:
            image = fresh_id(now, "image")
            return edits.connect(edits.add(now, [Node(id=image, type="Input")]), source=image, target=node.id)

        yield Fix(label=Message("Put an Input layer in front of {node}", node=node.label), edit=edit)


def _fewer_inputs(situation: Situation) -> Iterator[Fix]:
    node, wires = situation.node, situation.network.inputs(situation.node.id)
    spec = situation.spec
    if spec is not None and spec.maximum_inputs == 1:
        for kind in ("Concatenate", "Add"):
            yield Fix(
                label=Message("Join its inputs with {type} in front of {node}", type=kind, node=node.label),
                edit=_joined(situation, kind),
            )
    keep = (spec.maximum_inputs or 0) if spec is not None else 1
    yield Fix(
        label=Message("Keep only the first {count} inputs", count=keep)
        if keep > 1
        else Message("Keep only the first input")
        if keep
        else Message("Remove its inputs"),
        edit=lambda network: edits.disconnect(network, wires[keep:]),
    )


def _joined(situation: Situation, kind: str) -> Callable[[Network], Network]:
    node = situation.node

    def edit(network: Network) -> Network:
        wires = network.inputs(node.id)
        join = fresh_id(network, situation.catalogue[kind].prefix)
        bare = edits.disconnect(network, wires)
        joined = [Edge(source=wire.source, target=join, slot=slot) for slot, wire in enumerate(wires)]
        return edits.add(bare, [Node(id=join, type=kind)], [*joined, Edge(source=join, target=node.id)])

    return edit


def _other_rank(situation: Situation) -> Iterator[Fix]:
    """The layer's form for this rank; another place, in front of Flatten; or a layer that makes the rank right."""
    node, network = situation.node, situation.network
    wires, shape = network.inputs(node.id), situation.shapes[0] if situation.shapes else None
    if shape is None or not wires:
        return
    if node.type.endswith("D"):
        kind = f"{node.type[:-2]}{len(shape) - 1}D"
        if kind in situation.catalogue:
            yield _replaced(situation, kind)
    before = network.nodes[wires[0].source]
    feeding = network.inputs(before.id)
    if before.type == "Flatten" and feeding:
        yield Fix(
            label=Message("Move {node} in front of {flatten}", node=node.label, flatten=before.label),
            edit=lambda now: edits.splice(edits.remove(now, [node.id]), node=_moved(node), edge=feeding[0]),
        )
    if len(shape) == 1 and shape[0] is not None:
        for channels in (1, 3):
            side = math.isqrt(shape[0] // channels)
            if side * side * channels == shape[0]:
                target = (side, side, channels)
                yield situation.insert(
                    wires[0],
                    "Reshape",
                    Params(target_shape=target),
                    Message(
                        "Put a Reshape to {shape} in front of {node}",
                        shape=shape_text(target),
                        node=node.label,
                    ),
                )
    yield situation.remove()


def _moved(node: Node) -> Node:
    return replace(node, position=None)


def _smaller_window(situation: Situation) -> Iterator[Fix]:
    """A kernel that fits, padding 'same', or no such layer."""
    node, param = situation.node, situation.problem.param
    shape = situation.shapes[0] if situation.shapes else None
    if param in ("kernel_size", "pool_size") and shape is not None:
        kernel = cast("tuple[int, ...]", situation.value(node, param))
        dilation = cast("tuple[int, ...] | None", situation.value(node, "dilation_rate")) or (1,) * len(
            kernel
        )
        fitting = tuple(
            k if size is None else min(k, (size - 1) // d + 1)
            for k, d, size in zip(kernel, dilation, shape[:-1], strict=True)
        )
        yield situation.set(node, param, fitting[0] if len(set(fitting)) == 1 else fitting)
        yield situation.set(node, "padding", "same")
    yield situation.remove()


def _known_sizes(situation: Situation) -> Iterator[Fix]:
    """Numbers in place of the unknown sizes of the inputs."""
    for node in situation.network.nodes.values():
        shape = situation.value(node, "shape") if node.type == "Input" else None
        if isinstance(shape, tuple) and None in shape:
            yield situation.set(node, "shape", tuple(_USUAL_SIZE if size is None else size for size in shape))


def _other_target(situation: Situation) -> Iterator[Fix]:
    target = cast("tuple[int, ...]", situation.value(situation.node, "target_shape"))
    for place in range(len(target)):
        yield situation.set(
            situation.node,
            "target_shape",
            tuple(-1 if here == place else max(size, 1) for here, size in enumerate(target)),
        )
    yield situation.set(situation.node, "target_shape", (-1,))


def _dividing_groups(situation: Situation) -> Iterator[Fix]:
    node, shape = situation.node, situation.shapes[0] if situation.shapes else None
    channels = shape[-1] if shape else None
    groups = cast("int", situation.value(node, "groups"))
    filters = cast("int | None", situation.value(node, "filters"))
    if channels is None:
        return
    common = math.gcd(channels, filters) if filters is not None else channels
    divisors = [number for number in range(1, min(common, 4096) + 1) if common % number == 0]
    for number in sorted(divisors, key=lambda divisor: (abs(divisor - groups), -divisor))[:2]:
        yield situation.set(node, "groups", number)
    if filters is not None and groups > 0 and channels % groups == 0:
        yield situation.set(node, "filters", max(groups, round(filters / groups) * groups))


def _resolved_conflict(situation: Situation) -> Iterator[Fix]:
    node, param = situation.node, situation.problem.param
    if param == "dilation_rate":
        yield situation.set(node, "dilation_rate", 1)
        yield situation.set(node, "strides", 1)
    elif param == "output_padding":
        yield situation.reset(node, "output_padding")


def _smaller_padding(situation: Situation) -> Iterator[Fix]:
    pool = cast("tuple[int, ...]", situation.value(situation.node, "pool_size"))
    yield situation.set(situation.node, "padding", min(pool) - 1)
    yield situation.set(situation.node, "padding", "same")


def _known_parameter(situation: Situation) -> Iterator[Fix]:
    """The parameter that was meant, where one is spelled alike; else without it."""
    node, wrong = situation.node, situation.problem.param
    spec = situation.spec
    if spec is None or wrong is None or wrong not in node.params:
        return
    for name in get_close_matches(wrong, spec.params_by_name, 1):
        if name not in node.params:
            yield _renamed(node, wrong, name)


def _renamed(node: Node, wrong: str, name: str) -> Fix:
    def edit(network: Network) -> Network:
        without = edits.reset_params(network, node.id, [wrong])
        return edits.set_params(without, node.id, {name: node.params[wrong]})

    return Fix(label=Message("Rename {wrong} to {name}", wrong=wrong, name=name), edit=edit)


def _matching_axes(situation: Situation) -> Iterator[Fix]:
    shape = situation.shapes[0] if situation.shapes else None
    if situation.problem.param == "dims" and shape is not None:
        yield situation.set(situation.node, "dims", tuple(range(1, len(shape) + 1)))
    elif situation.problem.param == "axis":
        yield situation.set(situation.node, "axis", -1)


def _valid_value(situation: Situation) -> Iterator[Fix]:
    """The nearest whole number that is allowed."""
    spec, name = situation.spec, situation.problem.param
    param = spec.params_by_name.get(name) if spec is not None and name is not None else None
    value = situation.node.params.get(name) if name is not None else None
    if not isinstance(param, IntParam) or isinstance(value, bool) or not isinstance(value, (int, float)):
        return
    if math.isfinite(value):
        yield situation.set(situation.node, param.name, int(min(max(value, param.minimum), param.maximum)))
