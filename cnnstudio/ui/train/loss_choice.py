"""Says before training which loss `auto` will be, and why, by looking at the network's end."""

from __future__ import annotations

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.network import Network
from cnnstudio.core.task import Task

_TRANSPARENT = ("Flatten", "Reshape", "Identity", "Dropout")


def automatic_loss(network: Network, analysis: Analysis, task: Task | None = None) -> Message:
    """The loss that `auto` stands for and why; an empty message while the network has no single, known end.

    `task`: what the data tell, where that is known.
    """
    ends = [node for node in network.nodes if not network.outputs(node)]
    if len(ends) != 1:
        return NO_MESSAGE
    result = analysis.nodes.get(ends[0])
    shape = result.output_shape if result is not None else None
    if shape is None or len(shape) != 1 or shape[0] is None:
        return NO_MESSAGE
    units, activation = shape[0], _last_activation(network, ends[0])
    if task == "regression":
        return Message(
            "mean_squared_error: the data tell numbers, and the network ends in {units}.", units=units
        )
    if task == "multi_label":
        return Message(
            "binary_crossentropy for each label: the data tell several labels of an image, and the network ends in {units}.",
            units=units,
        )
    if units == 1 or activation == "sigmoid":
        return Message(
            "binary_crossentropy: the network ends in {units} × {activation}.",
            units=units,
            activation=activation,
        )
    if activation == "softmax":
        return Message(
            "sparse_categorical_crossentropy: the network ends in a softmax over {units} classes.",
            units=units,
        )
    return Message(
        "sparse_categorical_crossentropy on raw scores: the network ends in {units} values without softmax.",
        units=units,
    )


def _last_activation(network: Network, node_id: str) -> str:
    while True:
        node = network.nodes[node_id]
        if node.type in ("Softmax", "Sigmoid"):
            return node.type.lower()
        activation = node.params.get("activation")
        if activation in ("softmax", "sigmoid"):
            return str(activation)
        wires = network.inputs(node_id)
        if node.type not in _TRANSPARENT or not wires:
            return "linear"
        node_id = wires[0].source
