"""Fitting a network to data: its input's shape and its number of classes. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.core import edits
from cnnstudio.core.network import Network

_WIDTHS = {"Dense": "units", "Conv1D": "filters", "Conv2D": "filters", "Conv3D": "filters"}
_KEEPS_CHANNELS = frozenset(
    {
        "Activation",
        "Softmax",
        "ReLU",
        "Dropout",
        "Flatten",
        "Identity",
        "BatchNormalization",
        "GlobalAveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalAveragePooling3D",
        "GlobalMaxPooling1D",
        "GlobalMaxPooling2D",
        "GlobalMaxPooling3D",
    }
)


def image_input(network: Network) -> str | None:
    """The id of the network's only Input; None when it has none or several."""
    inputs = [node.id for node in network.nodes.values() if node.type == "Input"]
    return inputs[0] if len(inputs) == 1 else None


def head(network: Network) -> tuple[str, str] | None:
    """The layer that sets the number of classes, and its parameter: `("dense3", "units")`.

    From the only output backwards past layers that keep the number of channels; None where that leads nowhere.
    """
    outputs = [node_id for node_id in network.nodes if not network.outputs(node_id)]
    node_id = outputs[0] if len(outputs) == 1 else None
    for _ in network.nodes:
        if node_id is None:
            return None
        kind = network.nodes[node_id].type
        if kind in _WIDTHS:
            return node_id, _WIDTHS[kind]
        wires = network.inputs(node_id)
        node_id = wires[0].source if kind in _KEEPS_CHANNELS and len(wires) == 1 else None
    return None


def fit_input(network: Network, shape: Sequence[int]) -> Network:
    """The network with its input set to `(height, width, channels)`; unchanged when it has no single input."""
    node_id = image_input(network)
    return network if node_id is None else edits.set_params(network, node_id, {"shape": list(shape)})


def fit_classes(network: Network, classes: int) -> Network:
    """The network with one output per class; unchanged when no layer sets them."""
    found = head(network)
    return network if found is None else edits.set_params(network, found[0], {found[1]: classes})
