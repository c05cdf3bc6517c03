"""The part of a network that varies pictures before anything is learned from them. Standard library only."""

from __future__ import annotations

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.network import Network, Node
from cnnstudio.core.spec import Catalogue
from cnnstudio.layers.augmentation_layer import Augmentation

SCALING = ("Rescaling", "Normalization")
"""Layers that bring pixels into another range: a network with one of them is fed 0 to 255."""
_NOISE = ("GaussianNoise",)
"""Layers of another category that vary pictures when they stand among the first."""


def varies_pictures(node: Node, catalogue: Catalogue) -> bool:
    """Whether a layer shows a network other pictures each time while it trains."""
    return node.type in _NOISE or isinstance(catalogue.get(node.type), Augmentation)


def scales_pixels(network: Network) -> bool:
    """Whether a network, its blocks spread out, brings pixels into its range itself."""
    return any(node.type in SCALING for node in network.nodes.values())


def augmentation_front(analysis: Analysis, catalogue: Catalogue) -> Network | None:
    """The layers from the only input on, one after another, to the last that varies pictures; blocks are spread out.

    All of them take pictures and put out pictures, and none has weights. None where there is no such layer. What
    comes behind may be broken.
    """
    network = analysis.network
    inputs = [node for node in network.nodes.values() if node.type == "Input"]
    if len(inputs) != 1:
        return None
    chain: list[Node] = []
    node = inputs[0]
    while _shows_pictures(analysis, node.id) and node not in chain:
        chain.append(node)
        onward = network.outputs(node.id)
        if len(onward) != 1 or len(network.inputs(onward[0].target)) != 1:
            break
        node = network.nodes[onward[0].target]
    while chain and not varies_pictures(chain[-1], catalogue):
        chain.pop()
    if not chain:
        return None
    kept = {one.id for one in chain}
    edges = [edge for edge in network.edges if edge.source in kept and edge.target in kept]
    return Network.of(chain, edges)


def _shows_pictures(analysis: Analysis, node_id: str) -> bool:
    known = analysis.nodes.get(node_id)
    if known is None or known.output_shape is None or known.weights:
        return False
    shape = known.output_shape
    return len(shape) == 3 and None not in shape and shape[2] in (1, 3)
