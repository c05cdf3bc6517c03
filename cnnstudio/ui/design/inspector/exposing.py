"""Which fields of the form stand on the open block too, and the edits that put them there, rename them and take them off."""

from __future__ import annotations

from cnnstudio.core.block_exposing import (
    expose_param,
    exposed_name,
    free_name,
    hide_param,
    refusal,
    rename_exposed,
)
from cnnstudio.core.block_specs import spec_of
from cnnstudio.core.blocks import exposed_targets
from cnnstudio.core.levels import network_at
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.ui.session import Session


class Exposing:
    """Speaks of the block that is open; at the top there is none, and nothing can be shown."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def block(self) -> Node | None:
        """The block that is open, as the level around it has it."""
        path = self._session.path
        outer = network_at(self._session.document.network, path[:-1]) if path else None
        node = outer.nodes.get(path[-1]) if outer is not None else None
        return node if node is not None and node.block is not None else None

    def name_of(self, node_id: str, param: str) -> str:
        """What a parameter of a layer is called on the block; empty where it is not on it."""
        node = self.block
        return exposed_name(node.block, node_id, param) if node is not None and node.block is not None else ""

    def suggestion(self, layer: Node, param: str) -> str:
        """A name to begin with."""
        node = self.block
        return free_name(node.block, layer, param) if node is not None and node.block is not None else param

    def refusal(self, name: str, layer: Node, spec: ParamSpec, *, old: str = "") -> Message | None:
        """Why the block's parameter cannot be called so; None where it can. `old`: its name so far."""
        reason = refusal(name)
        taken = self._spec_on_block(name)
        if reason is None and taken is not None and name != old:
            if old:
                return Message("The block has a parameter called {name} already.", name=name)
            if type(taken) is not type(spec) or self._sets(name, layer.id):
                return Message("{name} is another parameter of the block.", name=name)
        return reason

    def joined(self, name: str) -> tuple[str, ...]:
        """What a parameter that the block has already sets: `conv1.filters`."""
        node = self.block
        if node is None or node.block is None:
            return ()
        nodes = self._session.network.nodes
        return tuple(
            f"{nodes[inner].label if inner in nodes else inner}.{param}"
            for inner, param in exposed_targets(node.block, name)
        )

    def show(self, layer: Node, param: str, name: str) -> bool:
        """Let the block have the parameter; one step of history. Whether it was done."""
        path = self._session.path
        label = Message("Show {param} of {name} on the block", param=param, name=layer.label)
        return bool(path) and self._session.apply_whole(expose_param(path, layer.id, param, name), label)

    def rename(self, old: str, new: str) -> bool:
        """Call the block's parameter otherwise."""
        path = self._session.path
        label = Message("Rename {name} to {new}", name=old, new=new)
        return bool(path) and self._session.apply_whole(rename_exposed(path, old, new), label)

    def hide(self, layer: Node, param: str) -> bool:
        """Take the parameter off the block."""
        path = self._session.path
        label = Message("Take {param} of {name} off the block", param=param, name=layer.label)
        return bool(path) and self._session.apply_whole(hide_param(path, layer.id, param), label)

    def _spec_on_block(self, name: str) -> ParamSpec | None:
        node = self.block
        if node is None or node.block is None or name not in node.block.exposed:
            return None
        spec = spec_of(self._session.layers, node)
        return spec.params_by_name.get(name) if spec is not None else None

    def _sets(self, name: str, node_id: str) -> bool:
        node = self.block
        targets = exposed_targets(node.block, name) if node is not None and node.block is not None else ()
        return any(inner == node_id for inner, _ in targets)
