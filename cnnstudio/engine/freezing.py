"""Layers that do not learn: Keras's `trainable`, set by the ids of nodes."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from cnnstudio.core.expansion import expanded
from cnnstudio.core.frozen import is_frozen
from cnnstudio.core.keras_names import layer_names
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.engine.failures import EngineError


def freeze(model: keras.Model, network: Network, frozen: Sequence[str]) -> None:
    """Keep the weights of the nodes as they are; a block's id stands for all nodes in it. Before compiling.

    A frozen BatchNormalization runs as in inference, as Keras has it. Raises EngineError for an unknown node, and
    when nothing is left that could learn.
    """
    if not frozen:
        return
    flat = expanded(network)
    names = layer_names(flat)
    for wanted in frozen:
        meant = [node_id for node_id in flat.nodes if is_frozen(node_id, (wanted,))]
        if not meant:
            raise EngineError(
                Message("frozen names {name}, which the network does not have.", name=wanted),
                Message("Take it out of frozen; there are {names}.", names=", ".join(network.nodes)),
            )
        prefixes = tuple(names[node_id] for node_id in meant)
        for layer in model.layers:
            if any(layer.name == name or layer.name.startswith(f"{name}_") for name in prefixes):
                layer.trainable = False
    if not model.trainable_variables:
        raise EngineError(
            Message("All layers are frozen, so there is nothing to train."),
            Message("Take at least one layer with weights out of frozen."),
        )
