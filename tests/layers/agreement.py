"""Where the analysis and Keras disagree about a network: verdict, shape, weights, and the built model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.expansion import expanded
from cnnstudio.core.network import Network
from cnnstudio.engine.builder import BuildError, build, layer_names
from cnnstudio.layers import catalogue
from tests.layers.keras_oracle import BLOCKED, REFUSED, verdicts
from tests.layers.stand_ins import RefusalError


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a comparison came to."""

    lines: tuple[str, ...]
    """One for each thing on which the two differ; empty when they agree."""
    refused: int
    """Layers that the reference refuses."""
    ruled_out: int
    """Of these, how many Keras would take: it is the project file's contract that refuses them."""


def disagreements(network: Network) -> tuple[str, ...]:
    """One line for each thing on which the two differ; empty when they agree. Blocks are spread out first."""
    return compared(network).lines


def compared(network: Network) -> Compared:
    """Both asked about every layer. Blocks are spread out first."""
    network = expanded(network)
    analysis = Analyser(catalogue()).analyse(network)
    lines: list[str] = []
    reference = verdicts(network)
    for node_id, keras_says in reference.items():
        ours = analysis.nodes[node_id]
        shape = ours.output_shape if ours.output_shape is not None else REFUSED if ours.error else BLOCKED
        weights = tuple((weight.shape, weight.trainable) for weight in ours.weights)
        if keras_says.shape == BLOCKED and ours.error is not None and ours.error.code.startswith("param."):
            continue  # its own parameters are wrong, whatever would come in: Keras was not asked
        told = f"{node_id} {network.nodes[node_id].params} on {ours.input_shapes}"
        if shape != keras_says.shape:
            lines.append(f"{told}: {shape} ({ours.error}), Keras {keras_says.shape} ({keras_says.reason})")
        elif weights != keras_says.weights:
            lines.append(f"{told}: weights {weights}, Keras {keras_says.weights}")
    if not lines and analysis.ok:
        lines = _differences_of_the_built_model(network)
    refused = [verdict for verdict in reference.values() if verdict.shape == REFUSED]
    return Compared(
        lines=tuple(lines),
        refused=len(refused),
        ruled_out=sum(verdict.reason.startswith(RefusalError.__name__) for verdict in refused),
    )


def _differences_of_the_built_model(network: Network) -> list[str]:
    analysis = Analyser(catalogue()).analyse(network)
    try:
        model = build(network, catalogue())
    except BuildError as error:
        return [f"the builder refuses: {error}"]
    lines = []
    if model.count_params() != analysis.total_params:
        lines.append(f"{analysis.total_params} parameters, the model has {model.count_params()}")
    names = layer_names(network)
    for node_id, result in analysis.nodes.items():
        weights = [
            (tuple(weight.shape), bool(weight.trainable))
            for weight in model.get_layer(names[node_id]).weights
        ]
        if weights != [(weight.shape, weight.trainable) for weight in result.weights]:
            lines.append(f"{node_id}: weights {result.weights}, the built layer {weights}")
    sinks = [
        analysis.nodes[node_id].output_shape for node_id in analysis.order if not network.outputs(node_id)
    ]
    if [tuple(tensor.shape[1:]) for tensor in model.outputs] != sinks:
        lines.append(f"outputs {sinks}, the model's {model.outputs}")
    known = all(None not in (result.output_shape or ()) for result in analysis.nodes.values())
    if known:
        samples = [
            tf.constant(["a yes", "b"])
            if tensor.dtype == "string"
            else np.zeros((2, *tensor.shape[1:]), "float32")
            for tensor in model.inputs
        ]
        try:
            results = model(samples if len(samples) > 1 else samples[0], training=False)
        except tf.errors.InvalidArgumentError as error:
            if "Embedding" in str(error) and "is not in [0," in str(error):
                return (
                    lines  # random weights made up a word that is not in the vocabulary: no matter of shapes
                )
            raise
        ran = [tuple(result.shape[1:]) for result in (results if isinstance(results, list) else [results])]
        if ran != sinks:
            lines.append(f"outputs {sinks}, the model gives {ran}")
    return lines
