"""What differs between two networks, named item by item, so that a view touches nothing else. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.network import Edge, Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Ids of nodes and the wires that were added, removed, or (nodes only) replaced by another value."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    wires_added: tuple[Edge, ...] = ()
    wires_removed: tuple[Edge, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.updated or self.wires_added or self.wires_removed)


def difference(old: Network, new: Network) -> Change:
    """What must be done to a view of `old` to show `new`."""
    wires_added: tuple[Edge, ...] = ()
    wires_removed: tuple[Edge, ...] = ()
    if old.edges is not new.edges:
        # an edit keeps most wires as they are, and to tell one by its identity takes a tenth of the time
        kept = {id(edge) for edge in old.edges} & {id(edge) for edge in new.edges}
        gone = dict.fromkeys(edge for edge in old.edges if id(edge) not in kept)
        come = dict.fromkeys(edge for edge in new.edges if id(edge) not in kept)
        wires_added = tuple(edge for edge in come if edge not in gone)
        wires_removed = tuple(edge for edge in gone if edge not in come)
    return Change(
        added=tuple(node_id for node_id in new.nodes if node_id not in old.nodes),
        removed=tuple(node_id for node_id in old.nodes if node_id not in new.nodes),
        updated=tuple(
            node_id
            for node_id, node in new.nodes.items()
            if (was := old.nodes.get(node_id)) is not None and was is not node and was != node
        ),
        wires_added=wires_added,
        wires_removed=wires_removed,
    )
