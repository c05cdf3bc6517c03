"""Networks for tests: written by hand in one line, or drawn by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params


def network_of(wires: str, *, lonely: str = "") -> Network:
    """`"a>b b>c a>c"` as a network of Add nodes; `lonely` names nodes without a wire."""
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    slots: dict[str, int] = {}
    for wire in wires.split():
        source, target = wire.split(">")
        for node_id in (source, target):
            nodes.setdefault(node_id, Node(id=node_id, type="Add"))
        edges.append(Edge(source=source, target=target, slot=slots.get(target, 0)))
        slots[target] = slots.get(target, 0) + 1
    for node_id in lonely.split():
        nodes[node_id] = Node(id=node_id, type="Add")
    return Network.of(nodes.values(), edges)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
params = st.dictionaries(texts, values, max_size=4).map(Params)
positions = st.none() | st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Any network a project file can hold: odd names, unknown types, unknown keys, circles."""
    ids = draw(st.lists(texts.filter(bool), unique=True, max_size=8))
    nodes = [
        Node(
            id=node_id,
            type=draw(st.sampled_from(["Conv2D", "Add", "Mystery", "层"])),
            params=draw(params),
            position=draw(positions),
            name=draw(texts.filter(lambda name, node_id=node_id: name != node_id)),
            extra=draw(
                st.dictionaries(st.sampled_from(["note", "repeat", "色"]), values, max_size=2).map(Params)
            ),
        )
        for node_id in ids
    ]
    edges: list[Edge] = []
    for _ in range(draw(st.integers(0, 10)) if ids else 0):
        target = draw(st.sampled_from(ids))
        slot = sum(1 for edge in edges if edge.target == target)
        edges.append(Edge(source=draw(st.sampled_from(ids)), target=target, slot=slot))
    return Network.of(nodes, edges)
