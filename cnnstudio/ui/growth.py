"""A large network, or a large change of one, shown piece by piece, so that no turn of the event loop is felt."""

from __future__ import annotations

import time
from collections.abc import Iterator

from cnnstudio.core.change import Change, difference
from cnnstudio.core.network import Edge, Network

PIECE_SECONDS = 0.02
FIRST_PIECE = 64
MOST_PIECES = 40
"""Of a change: each piece takes as long as comparing the whole network, however few nodes it has."""


def pieces(network: Network) -> Iterator[tuple[Network, Change, float]]:
    """Ever larger parts of a network, what each adds to the one before, and how much of the whole it is.

    The last is the network itself. A piece is as large as the one before allows: what the caller does with it is
    timed, and shall take `PIECE_SECONDS`.
    """
    nodes = list(network.nodes.values())
    number = {node_id: place for place, node_id in enumerate(network.nodes)}
    waiting: dict[int, list[Edge]] = {}
    for edge in network.edges:  # a wire comes with the later one of its ends
        waiting.setdefault(max(number[edge.source], number[edge.target]), []).append(edge)
    edges: list[Edge] = []
    done, size = 0, FIRST_PIECE
    while done < len(nodes):
        started = time.perf_counter()
        end = min(done + size, len(nodes))
        new = [edge for place in range(done, end) for edge in waiting.get(place, ())]
        edges += new
        part = network if end == len(nodes) else Network.of(nodes[:end], edges)
        change = Change(added=tuple(node.id for node in nodes[done:end]), wires_added=tuple(new))
        yield part, change, end / len(nodes)
        took = max(time.perf_counter() - started, 1e-4)
        size = max(16, min(int(size * PIECE_SECONDS / took), 4 * size))
        done = end


def pieces_between(before: Network, after: Network) -> Iterator[tuple[Network, Change, float]]:
    """Networks that lead from one to the other, what each changes of the one before, and how much is done.

    First nodes go, then those that stay become what they will be, then new ones come; each piece has the wires that
    `after` has between its nodes. The last is `after` itself. Pieces are as large as in `pieces`.
    """
    change = difference(before, after)
    steps = [*change.removed, *change.updated, *change.added]
    nodes, shown = dict(before.nodes), before
    least = max(16, len(steps) // MOST_PIECES)
    done, size = 0, max(least, FIRST_PIECE)
    while done < len(steps):
        started = time.perf_counter()
        end = min(done + size, len(steps))
        for node_id in steps[done:end]:
            if node_id in after.nodes:
                nodes[node_id] = after.nodes[node_id]
            else:
                del nodes[node_id]
        edges = before.edges if end <= len(change.removed) else after.edges
        part = Network.of(
            nodes.values(), [edge for edge in edges if edge.source in nodes and edge.target in nodes]
        )
        yield part, difference(shown, part), end / (len(steps) + 1)
        shown = part
        took = max(time.perf_counter() - started, 1e-4)
        size = max(least, min(int(size * PIECE_SECONDS / took), 4 * size))
        done = end
    yield after, difference(shown, after), 1.0
