"""Fitting a network to data: its input's shape, and its outputs for classes, labels or numbers. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.core import edits
from cnnstudio.core.network import Network
from cnnstudio.core.task import Task

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


def softmax_at_end(network: Network) -> str | None:
    """The id of a layer whose activation is softmax, from the only output back to the layer that sets the outputs.

    None where there is none, or it is a layer of its own.
    """
    found = head(network)
    node_id = next((node_id for node_id in network.nodes if not network.outputs(node_id)), None)
    while found is not None and node_id is not None:
        if network.nodes[node_id].params.get("activation") == "softmax":
            return node_id
        if node_id == found[0]:
            break
        node_id = network.inputs(node_id)[0].source
    return None


def fit_end(network: Network, outputs: int, task: Task = "classification") -> Network:
    """The network with so many outputs: classes, labels or numbers; unchanged when no layer sets them.

    A softmax, which lets one output win, becomes sigmoid for labels and goes for numbers.
    """
    found = head(network)
    if found is None:
        return network
    softmax = None if task == "classification" else softmax_at_end(network)
    if softmax is not None:
        activation = "sigmoid" if task == "multi_label" else "linear"
        network = edits.set_params(network, softmax, {"activation": activation})
    return edits.set_params(network, found[0], {found[1]: outputs})
