"""What differs between two networks, named item by item, so that a view touches nothing else. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    change = node_difference(old, new)
    if old.edges is new.edges:
        return change
    # an edit keeps most wires as they are, and to tell one by its identity takes a tenth of the time
    before, after = set(map(id, old.edges)), set(map(id, new.edges))
    gone = dict.fromkeys([edge for edge in old.edges if id(edge) not in after])
    come = dict.fromkeys([edge for edge in new.edges if id(edge) not in before])
    return replace(
        change,
        wires_added=tuple([edge for edge in come if edge not in gone]),
        wires_removed=tuple([edge for edge in gone if edge not in come]),
    )


def node_difference(old: Network, new: Network) -> Change:
    """The same of the nodes alone."""
    before, after = old.nodes, new.nodes
    others = [node for node_id, node in after.items() if before.get(node_id) is not node]
    added = tuple([node.id for node in others if node.id not in before])
    are_some_gone = len(before) > len(after) - len(added)
    return Change(
        added=added,
        removed=tuple([node_id for node_id in before if node_id not in after]) if are_some_gone else (),
        updated=tuple([node.id for node in others if node.id in before and before[node.id] != node]),
    )
