"""One problem, what is known around it, and the words and edits that fixes are made of. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core import edits
from cnnstudio.core.analysis import Analysis
from cnnstudio.core.block_specs import spec_of
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params, Value
from cnnstudio.core.problems import Diagnostic, Fix, ShapeError
from cnnstudio.core.spec import Catalogue, LayerSpec, Shape
from cnnstudio.layers.wording import shape_text


@dataclass(frozen=True, slots=True)
class Situation:
    """One problem and what is known around it."""

    network: Network
    analysis: Analysis
    problem: Diagnostic
    catalogue: Catalogue

    @property
    def node(self) -> Node:
        """The node with the problem. Only where the problem has one."""
        return self.network.nodes[self.problem.node]

    @property
    def spec(self) -> LayerSpec | None:
        return spec_of(self.catalogue, self.node)

    @property
    def shapes(self) -> tuple[Shape | None, ...]:
        """The shapes that reach the node."""
        return self.analysis.nodes[self.node.id].input_shapes

    def value(self, node: Node, name: str) -> Value:
        """A parameter in normal form, its default where absent; None where it has none or it is wrong."""
        spec = spec_of(self.catalogue, node)
        param = spec.params_by_name.get(name) if spec is not None else None
        if param is None:
            return None
        try:
            return param.check(node.params.get(name, param.default))
        except ShapeError:
            return None

    def set(self, node: Node, name: str, value: object) -> Fix:
        """Give a parameter a value."""
        shown = shape_text(value) if isinstance(value, tuple) and all(map(_is_size, value)) else value
        return Fix(
            label=Message("Set {param} of {node} to {value}", param=name, node=node.label, value=shown),
            edit=lambda network: edits.set_params(network, node.id, {name: value}),
        )

    def reset(self, node: Node, name: str) -> Fix:
        """Give a parameter its default."""
        kind = spec_of(self.catalogue, node)
        spec = kind.params_by_name.get(name) if kind is not None else None
        label = Message("Set {param} of {node} back to its default", param=name, node=node.label)
        if spec is None:
            label = Message("Remove {param} from {node}", param=name, node=node.label)
        return Fix(label=label, edit=lambda network: edits.reset_params(network, node.id, [name]))

    def insert(self, wire: Edge, kind: str, params: Params, label: Message) -> Fix:
        """Put a new layer on a wire."""

        def edit(network: Network) -> Network:
            node_id = fresh_id(network, self.catalogue[kind].prefix)
            return edits.splice(network, node=Node(id=node_id, type=kind, params=params), edge=wire)

        return Fix(label=label, edit=edit)

    def remove(self) -> Fix:
        """Take the node away and close the gap."""
        node = self.node
        return Fix(
            label=Message("Remove {node}", node=node.label),
            edit=lambda network: edits.remove(network, [node.id]),
        )


def fresh_id(network: Network, prefix: str) -> str:
    """The lowest numbered id that no node has, nor any label."""
    taken = {*network.nodes, *(node.label for node in network.nodes.values())}
    return next(name for number in range(1, len(taken) + 2) if (name := f"{prefix}{number}") not in taken)


def _is_size(value: object) -> bool:
    return isinstance(value, int) and value > 0
