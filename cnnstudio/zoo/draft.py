"""A network being written down, layer after layer, with readable ids. Standard library only."""

from __future__ import annotations

from cnnstudio.core.network import BLOCK, Block, Edge, Network, Node
from cnnstudio.core.params import Params


class Draft:
    """Collects nodes and wires. `add` follows the layer added last unless told `after` which one."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._counts: dict[str, int] = {}

    @property
    def last(self) -> str:
        """The id of the layer added last."""
        return self._nodes[-1].id

    def add(
        self, layer: str, node_id: str, *, after: str | tuple[str, ...] | None = None, **params: object
    ) -> str:
        """Put a layer in, and give its id. An id that ends in `#` gets a running number: `conv#` gives conv1."""
        if node_id.endswith("#"):
            prefix = node_id[:-1]
            self._counts[prefix] = self._counts.get(prefix, 0) + 1
            node_id = f"{prefix}{self._counts[prefix]}"
        sources: tuple[str, ...] = ()
        if after is not None:
            sources = (after,) if isinstance(after, str) else after
        elif self._nodes:
            sources = (self.last,)
        self._nodes.append(Node(id=node_id, type=layer, params=Params(params)))
        self._edges += [Edge(source=source, target=node_id, slot=slot) for slot, source in enumerate(sources)]
        return node_id

    def add_block(self, node_id: str, block: Block) -> str:
        """Put a block in, fed by what was added last, and give its id."""
        sources = (self.last,) if self._nodes else ()
        self._nodes.append(Node(id=node_id, type=BLOCK, block=block))
        self._edges += [Edge(source=source, target=node_id) for source in sources]
        return node_id

    def network(self) -> Network:
        """What was written down so far."""
        return Network.of(self._nodes, self._edges)
