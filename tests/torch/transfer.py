"""A network built twice: by the engine in Keras and from its PyTorch source, with Keras's weights in both.

PyTorch keeps channels first, so kernels, and the rows of a dense layer behind Flatten, are laid out anew.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import torch

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.custom_source import torch_layer_source
from cnnstudio.core.keras_names import layer_names
from cnnstudio.core.network import Network
from cnnstudio.core.torch_writer import torch_source
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue

RANDOM = np.random.default_rng(23)
SAME_ORDER = (
    "Activation", "ReLU", "LeakyReLU", "ELU", "Dropout", "Identity", "Rescaling", "BatchNormalization",
    "ActivityRegularization", "GaussianNoise", "GaussianDropout", "Normalization",
)  # fmt: skip
"""Layers that keep values in their places."""


def largest_difference(network: Network, *, batch: int = 2) -> float:
    """The largest difference of both outputs for random inputs, as a part of the largest output."""
    model, module = build(network, catalogue()), torch_module(network)
    _vary(model)
    give_weights(network, model, module)
    inputs = [_sample(network, tensor, batch) for tensor in model.inputs]
    ours = _several(model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0]))
    with torch.no_grad():
        theirs = _several(module(*[torch.from_numpy(channels_first(one)) for one in inputs]))
    return max(_difference(one, other.numpy()) for one, other in zip(ours, theirs, strict=True))


def _several(outputs: Any) -> list[Any]:
    """What a network with one end or several puts out."""
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def _difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    theirs = np.moveaxis(theirs, 1, -1) if theirs.ndim > 2 else theirs
    assert ours.shape == theirs.shape
    assert np.isfinite(ours).all()
    return float(np.abs(ours - theirs).max() / max(1e-6, np.abs(ours).max()))


def torch_module(network: Network) -> Any:
    """An instance of the class that the network's PyTorch source defines, for inference."""
    scope: dict[str, Any] = {"__name__": "written"}
    source = torch_source(network, catalogue(), name="Written", custom_source=torch_layer_source)
    exec(compile(source, "written.py", "exec"), scope)
    return scope["Written"]().eval()


def channels_first(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(array, -1, 1)) if array.ndim > 2 else array


def give_weights(network: Network, model: keras.Model, module: Any) -> None:
    """Copy every layer's weights into the modules that its PyTorch calls made."""
    analysis = Analyser(catalogue()).analyse(network)
    network = analysis.network  # with its blocks opened
    names = layer_names(network)
    modules = dict(module.named_children())
    flattened: dict[str, tuple[int, ...]] = {}
    given = 0
    for node_id in analysis.order:
        node, sources = network.nodes[node_id], [edge.source for edge in network.inputs(node_id)]
        if node.type == "Flatten":
            flattened[node_id] = tuple(analysis.nodes[node_id].input_shapes[0])
        elif node.type in SAME_ORDER and sources[0] in flattened:
            flattened[node_id] = flattened[sources[0]]
        weights = model.get_layer(names[node_id]).get_weights()
        if not weights:
            continue
        if node.type == "Normalization":
            given += int(weights.pop().size)  # how many values Keras has seen, which PyTorch need not know
        label = names[node_id]
        parts = [
            part
            for name, part in modules.items()
            if name in (label, f"{label}_depthwise", f"{label}_vertical") and list(part.state_dict())
        ]
        assert parts, f"{label} has weights and no module"
        state = iter(laid_out(node.type, weights, parts, flattened.get(sources[0])))
        for part in parts:
            wanted = {
                name: value for name, value in part.state_dict().items() if name != "num_batches_tracked"
            }
            part.load_state_dict(
                {
                    name: torch.from_numpy(np.array(next(state)).reshape(value.shape))
                    for name, value in wanted.items()
                },
                strict=False,
            )
            given += sum(value.numel() for value in wanted.values())
        assert next(state, None) is None, f"{label} has weights left over"
    assert given == model.count_params()


def laid_out(
    kind: str, weights: list[np.ndarray], parts: list[Any], flattened: tuple[int, ...] | None
) -> list[np.ndarray]:
    """Keras's weights of one layer as PyTorch's, in the order of its modules' states."""
    if kind in (
        *("BatchNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization"),
        *("PReLU", "Embedding", "Normalization"),
    ):
        return weights
    if kind == "MultiHeadAttention":  # kernels of query, key and value: features first; of the output: last
        return [
            weight.reshape(weight.shape[0], -1).T
            if weight.ndim == 3 and number < 3 * len(weights) // 4
            else weight.reshape(-1, weight.shape[-1]).T
            if weight.ndim == 3
            else weight.ravel()
            for number, weight in enumerate(weights)
        ]
    if kind == "Dense":
        kernel = weights[0]
        if flattened is not None and len(flattened) > 1:
            kernel = np.moveaxis(kernel.reshape(*flattened, -1), -2, 0).reshape(kernel.shape)
        return [kernel.T, *weights[1:]]
    found: list[np.ndarray] = []
    for weight in weights:
        if weight.ndim == 1:
            found.append(weight)
        elif "Transpose" in kind:
            found.append(np.moveaxis(weight, (-1, -2), (0, 1)))
        elif weight.ndim > 2 and kind.startswith(("Depthwise", "Separable")) and not found:
            *size, channels, multiplier = weight.shape
            found.append(np.moveaxis(weight.reshape(*size, 1, channels * multiplier), (-1, -2), (0, 1)))
        else:
            found.append(np.moveaxis(weight, (-1, -2), (0, 1)))
    return found


def _vary(model: keras.Model) -> None:
    """Random biases, gammas, moving statistics and kernels that start at zero: zeros and ones would hide a mistake."""
    for layer in model.layers:
        for weight in layer.weights:
            if len(weight.shape) == 1 or not np.any(weight.numpy()):
                low, high = (0.5, 1.5) if "variance" in weight.path else (-0.5, 0.5)
                offset = 1.0 if "gamma" in weight.path or "scale" in weight.path else 0.0
                weight.assign(RANDOM.uniform(low, high, weight.shape) + offset)
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def _sample(network: Network, tensor: Any, batch: int) -> np.ndarray:
    shape = (batch, *(size or 9 for size in tensor.shape[1:]))
    if any(node.type == "Embedding" for node in network.nodes.values()):
        return RANDOM.integers(0, 20, shape)
    names = layer_names(network)
    if any(
        edge.slot == 1 and network.nodes[edge.target].type == "GraphConvolution"
        for edge in network.edges
        if names[edge.source] == tensor.name
    ):  # edges go one way, and few nodes are joined: sums near zero would divide rounding errors
        return (RANDOM.random(shape) < 0.2).astype("float32")
    return RANDOM.normal(0, 1, shape).astype("float32")
