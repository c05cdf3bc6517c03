"""Random networks in which some layers were put into blocks, some of those repeated and given parameters."""

from __future__ import annotations

from random import Random

from cnnstudio.core import edits
from cnnstudio.core.block_edits import expose, group, set_repeat
from cnnstudio.core.edits import EditError
from cnnstudio.core.network import Network
from tests.layers.random_networks import random_network


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
    """Some blocks repeated, some with a parameter of a layer inside set from outside, to good values or bad ones."""
    random = Random(f"changed {seed}")
    for node in list(network.nodes.values()):
        if node.block is None:
            continue
        repeated = random.random() < 0.6
        if repeated:
            network = set_repeat(network, node.id, random.choice((2, 3)))
        settable = [
            (inner.id, param, value)
            for inner in node.block.network.nodes.values()
            for param, value in inner.params.items()
            if "." not in inner.id
        ]
        if settable and random.random() < 0.6:
            inner, param, value = random.choice(settable)
            network = expose(network, node.id, "knob", [f"{inner}.{param}"])
            bad = value if repeated else -7  # behind a refused copy Keras is not asked about the next one
            network = edits.set_params(network, node.id, {"knob": random.choice((value, value, bad))})
    return network
