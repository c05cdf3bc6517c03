"""Random networks in which some layers were put into blocks, some of those repeated and given parameters."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from cnnstudio.core import edits
from cnnstudio.core.block_edits import Edit, expose, group, inside, set_repeat
from cnnstudio.core.edits import EditError
from cnnstudio.core.expansion import Expander
from cnnstudio.core.network import Network
from tests.layers.random_networks import is_affordable, random_network

BAD = (-7, -7, 0, "seven", None)
"""What a parameter is set to from outside that is meant to be refused, whatever its type."""


def random_network_with_blocks(seed: int) -> tuple[Network, Network]:
    """A network, and the same with up to three blocks, nested where they meet; the second may repeat some."""
    plain = random_network(seed)
    random = Random(f"blocks {seed}")
    network = plain
    for number in range(random.randint(1, 3)):
        nodes = [node_id for node_id in network.nodes if node_id != "image"]
        if not nodes:
            break
        first = random.randrange(len(nodes))
        chosen = nodes[first : first + random.randint(1, 4)]
        try:
            network = group(
                network, chosen, block_id=f"block{number}", places=dict.fromkeys(network.nodes, (0.0, 0.0))
            )
        except EditError:
            continue
    return plain, network


def changed(network: Network, seed: int) -> Network:
    """Some blocks, at any depth, repeated; some with an inner parameter set from outside, to good values or bad ones.

    A change that leaves a block that stands for no layers, or one that Keras would need gigabytes for, is left out.
    """
    random = Random(f"changed {seed}")
    for path, node_id in list(_blocks(network, ())):
        for change in (_repeated(random, node_id), _set_from_outside(random, node_id)):
            tried = inside(path, change)(network)
            result = Expander().expand(tried)
            if not result.faults and is_affordable(result.network):
                network = tried
    return network


def _blocks(network: Network, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for node in network.nodes.values():
        if node.block is not None:
            yield path, node.id
            yield from _blocks(node.block.network, (*path, node.id))


def _repeated(random: Random, node_id: str) -> Edit:
    copies = random.choice((1, 1, 2, 2, 3))
    return lambda network: set_repeat(network, node_id, copies)


def _set_from_outside(random: Random, node_id: str) -> Edit:
    draw, place, value = random.random(), random.random(), random.choice((None, None, *BAD))

    def change(network: Network) -> Network:
        block = network.nodes[node_id].block
        assert block is not None
        settable = [
            (inner.id, param, good)
            for inner in block.network.nodes.values()
            for param, good in inner.params.items()
        ]
        if not settable or draw > 0.6:
            return network
        inner, param, good = settable[int(place * len(settable))]
        network = expose(network, node_id, "knob", [f"{inner}.{param}"])
        return edits.set_params(network, node_id, {"knob": good if value is None else value})

    return change
