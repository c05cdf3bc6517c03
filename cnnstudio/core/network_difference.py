"""Which layers of two networks belong together, and which were added, removed or changed. Standard library only.

`core.change` tells edits of one document apart by ids alone; here the networks may come from different files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node, topological_order
from cnnstudio.core.params import thaw


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkDifference:
    """What is different in `new`. `changed`: id in the new network to what changed, in words.

    `removed` are nodes of the old network. `pairs`: id in the new network to its counterpart's in the old one.
    """

    added: tuple[str, ...] = ()
    removed: tuple[Node, ...] = ()
    changed: Mapping[str, tuple[Message, ...]] = field(default_factory=dict)
    pairs: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def network_difference(old: Network, new: Network) -> NetworkDifference:
    """Compare two networks layer by layer.

    Nodes of the same id and type belong together; of the others, those of the same type by their order from input to
    output (the longest common run of types first, as in a text comparison). Positions and names do not count.
    """
    pairs = _pairs(old, new)
    partner = {before: after for after, before in pairs.items()}
    changed: dict[str, tuple[Message, ...]] = {}
    for after, before in pairs.items():
        words = (*_settings(old.nodes[before], new.nodes[after]), *_wires(old, new, before, after, partner))
        if words:
            changed[after] = words
    return NetworkDifference(
        added=tuple(node_id for node_id in new.nodes if node_id not in pairs),
        removed=tuple(node for node_id, node in old.nodes.items() if node_id not in partner),
        changed=changed,
        pairs=pairs,
    )


def _pairs(old: Network, new: Network) -> dict[str, str]:
    found = {
        node_id: node_id
        for node_id, node in new.nodes.items()
        if (was := old.nodes.get(node_id)) is not None and was.type == node.type
    }
    taken = set(found.values())
    left_old = [node_id for node_id in _ordered(old) if node_id not in taken]
    left_new = [node_id for node_id in _ordered(new) if node_id not in found]
    for before, after in _common(old, new, left_old, left_new):
        found[after] = before
        taken.add(before)
    by_type: dict[str, list[str]] = defaultdict(list)
    for node_id in left_old:
        if node_id not in taken:
            by_type[old.nodes[node_id].type].append(node_id)
    for node_id in left_new:
        same = by_type[new.nodes[node_id].type]
        if node_id not in found and same:
            found[node_id] = same.pop(0)
    return {node_id: found[node_id] for node_id in new.nodes if node_id in found}


def _ordered(network: Network) -> list[str]:
    order, cyclic = topological_order(network)
    return [*order, *(node_id for node_id in network.nodes if node_id in cyclic)]


def _common(old: Network, new: Network, a: list[str], b: list[str]) -> list[tuple[str, str]]:
    """The longest common subsequence of types, as pairs (old, new)."""
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            same = old.nodes[a[i]].type == new.nodes[b[j]].type
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if same else max(lengths[i + 1][j], lengths[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if old.nodes[a[i]].type == new.nodes[b[j]].type:
            pairs.append((a[i], b[j]))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _settings(before: Node, after: Node) -> list[Message]:
    was, now = before.params.to_json(), after.params.to_json()
    words = [
        Message("{name}: {before} → {after}", name=name, before=_text(was, name), after=_text(now, name))
        for name in dict.fromkeys([*was, *now])
        if was.get(name) != now.get(name) or (name in was) != (name in now)
    ]
    if before.block is not None and after.block is not None:
        if network_difference(before.block.network, after.block.network):
            words.append(Message("other layers inside"))
        if before.block.repeat != after.block.repeat:
            words.append(
                Message(
                    "{name}: {before} → {after}",
                    name="repeat",
                    before=thaw(before.block.repeat),
                    after=thaw(after.block.repeat),
                )
            )
    return words


def _wires(
    old: Network, new: Network, before: str, after: str, partner: Mapping[str, str]
) -> tuple[Message, ...]:
    """Whether the inputs come from elsewhere. A source without a counterpart is looked through to its own sources."""
    was = sorted((partner.get(source, ""), slot) for source, slot in _sources(old, before, partner.keys()))
    now = sorted((source, slot) for source, slot in _sources(new, after, partner.values()))
    return () if was == now else (Message("its inputs come from elsewhere"),)


def _sources(network: Network, node_id: str, known: Iterable[str]) -> set[tuple[str, int]]:
    """(id, slot) of the nearest sources that are `known`: a layer put in between moves no wire of its neighbours."""
    kept = set(known)
    found: set[tuple[str, int]] = set()
    pending = [(edge.source, edge.slot) for edge in network.inputs(node_id)]
    seen: set[tuple[str, int]] = set()
    while pending:
        source, slot = pending.pop()
        if (source, slot) in seen:
            continue
        seen.add((source, slot))
        if source in kept:
            found.add((source, slot))
        else:
            pending += [(edge.source, slot) for edge in network.inputs(source)]
    return found


def _text(values: Mapping[str, object], name: str) -> str:
    return _plain(values[name]) if name in values else "default"


def _plain(value: object) -> str:
    """A value as the form shows it: sizes as `2×2`."""
    if isinstance(value, list) and all(isinstance(item, int) for item in value):
        return "×".join(str(item) for item in value)
    return str(value)
