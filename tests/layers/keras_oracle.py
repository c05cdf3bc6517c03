"""What Keras itself says of a network: a plain translation of the project file's meaning, written apart from the layers.

Nothing here uses the layers' shape rules or calls. Padding in pixels is spelled out as padding and a `valid` window.
Where Keras lets nonsense pass that the project file rules out, `tests.layers.contract` refuses it, and says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from cnnstudio.core.network import Network, Node, topological_order
from cnnstudio.core.params import thaw
from tests.layers.contract import refuse_inputs, refuse_nonsense
from tests.layers.stand_ins import LISTS, STAND_INS, RefusalError

REFUSED = "refused"
BLOCKED = "blocked"
NOTICED_LATE = (
    keras.layers.Resizing,
    keras.layers.CenterCrop,
    keras.layers.RandomErasing,
    keras.layers.RandomFlip,
    keras.layers.RandomRotation,
    keras.layers.RandomZoom,
    keras.layers.RandomTranslation,
    keras.layers.RandomContrast,
    keras.layers.RandomBrightness,
    keras.layers.Softmax,
)
"""Layers that Keras builds on what they cannot take: they are run as in training, too."""
UNKNOWN = 40
"""What stands for an unknown size where a layer is run to see whether it can be: larger than any window drawn."""


@dataclass(frozen=True)
class Verdict:
    """What became of one node: a shape without the batch axis, or why not; and its weights."""

    shape: tuple[int | None, ...] | str
    weights: tuple[tuple[tuple[int, ...], bool], ...] = ()
    reason: str = ""


def verdicts(network: Network) -> dict[str, Verdict]:
    """Build and run every node with Keras, in order; a node behind a refused one is blocked."""
    order, _ = topological_order(network)
    tensors: dict[str, Any] = {}
    samples: dict[str, Any] = {}
    found: dict[str, Verdict] = {}
    for node_id in order:
        sources = [edge.source for edge in network.inputs(node_id)]
        if any(source not in tensors for source in sources):
            found[node_id] = Verdict(BLOCKED)
            continue
        node = network.nodes[node_id]
        try:
            given = {name: thaw(value) for name, value in node.params.items()}
            refuse_inputs(node.type, given, [len(tensors[source].shape) for source in sources])
            layers = reference_layers(node)
            tensor: Any = [tensors[source] for source in sources]
            sample: Any = [samples[source] for source in sources]
            if node.type == "Input":
                tensor = layers[0]
                # What has an unknown size is built, and not run.
                known = None not in tensor.shape[1:]
                sample = np.zeros((2, *tensor.shape[1:]), "float32") if known else None
                layers = []
            elif node.type == "TextVectorization":
                tensor, sample = keras.Input((), dtype="string"), tf.constant(["a yes", "B"])
            elif len(sources) == 1 and node.type not in LISTS:
                tensor, sample = tensor[0], sample[0]
            for layer in layers:
                before, tensor = tensor, layer(tensor)
                parts = sample if isinstance(sample, list) else [sample]
                _run(layer, before, seen=all(part is not None for part in parts))
                if None in tensor.shape[1:] or any(part is None for part in parts):
                    sample = None
                elif _needs_accelerated_kernels(layer):
                    sample = np.zeros((2, *tensor.shape[1:]), "float32")
                else:
                    if isinstance(layer, keras.layers.Embedding):
                        sample = np.zeros(
                            sample.shape, "float32"
                        )  # which words there are is no matter of shapes
                    sample = layer(sample, training=False)
        except Exception as error:
            found[node_id] = Verdict(REFUSED, reason=f"{type(error).__name__}: {error}"[:400])
            continue
        if any(size is not None and size < 1 for size in tensor.shape[1:]):
            found[node_id] = Verdict(REFUSED, reason=f"an empty output {tensor.shape}")
            continue
        weights = [weight for layer in layers for weight in layer.weights]
        found[node_id] = Verdict(
            tuple(tensor.shape[1:]),
            tuple((tuple(weight.shape), bool(weight.trainable)) for weight in weights),
        )
        tensors[node_id], samples[node_id] = tensor, sample
    return found


def _run(layer: Any, tensor: Any, *, seen: bool) -> None:
    """Run a layer of which Keras may have looked at the shape alone. Raises what Keras raises.

    `seen`: a sample has come as far as this, with which the layer will be run in any case.
    """
    if isinstance(tensor, list) or tensor.dtype == "string" or isinstance(layer, keras.layers.Reshape):
        return  # what sizes fit together, or part evenly, nobody knows
    late = isinstance(layer, NOTICED_LATE)
    if (late or not seen or None in tensor.shape[1:]) and not _needs_accelerated_kernels(layer):
        layer(np.zeros([2, *(size or UNKNOWN for size in tensor.shape[1:])], "float32"), training=late)


def reference_layers(node: Node) -> list[Any]:
    """Keras layers, one after another, that do what the project file says."""
    params: dict[str, Any] = {name: thaw(value) for name, value in node.params.items()}
    kind = node.type
    if kind == "Input":
        return [keras.Input(tuple(params["shape"]))]
    if kind == "LocalResponseNormalization":
        return [_KnownChannels(params.get("size", 5))]
    params = {**_needed(kind), **params}
    refuse_nonsense(kind, params)
    if kind in STAND_INS:
        return STAND_INS[kind](params)
    if kind.endswith("Transpose"):
        return _transposed(kind, params)
    if "Pooling" in kind and "Global" not in kind:
        return _pooling(kind, params)
    if "Conv" in kind:
        return _convolution(kind, params)
    params = {name: tuple(value) if isinstance(value, list) else value for name, value in params.items()}
    return [getattr(keras.layers, kind)(**params)]


def _needs_accelerated_kernels(layer: Any) -> bool:
    """Whether TensorFlow's plain kernels for CPUs refuse what its accelerated ones, and Keras, take."""
    if isinstance(layer, (keras.layers.DepthwiseConv2D, keras.layers.SeparableConv2D)):
        return len(set(layer.strides)) > 1
    transposed = (keras.layers.Conv1DTranspose, keras.layers.Conv2DTranspose, keras.layers.Conv3DTranspose)
    return isinstance(layer, transposed) and max(layer.dilation_rate) > 1


def _needed(kind: str) -> dict[str, Any]:
    """Our defaults where Keras has none."""
    if kind.startswith(("Conv", "Separable")):
        return {"filters": 32, "kernel_size": 3}
    return {
        "DepthwiseConv1D": {"kernel_size": 3},
        "DepthwiseConv2D": {"kernel_size": 3},
        "Dense": {"units": 10},
        "Embedding": {"input_dim": 1000, "output_dim": 64},
        "Activation": {"activation": "relu"},
        "Dropout": {"rate": 0.5},
        "SpatialDropout2D": {"rate": 0.5},
        "GaussianNoise": {"stddev": 0.1},
        "GaussianDropout": {"rate": 0.5},
        "AlphaDropout": {"rate": 0.1},
        "SpatialDropout1D": {"rate": 0.5},
        "SpatialDropout3D": {"rate": 0.5},
        "RepeatVector": {"n": 2},
        "Resizing": {"height": 28, "width": 28},
        "CenterCrop": {"height": 24, "width": 24},
        "Dot": {"axes": -1},
        "Reshape": {"target_shape": [-1]},
        "Permute": {"dims": [2, 1, 3]},
        "Rescaling": {"scale": 1 / 255},
        "RandomRotation": {"factor": 0.1},
        "RandomZoom": {"height_factor": 0.1},
        "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
        "RandomContrast": {"factor": 0.1},
        "RandomBrightness": {"factor": 0.1},
    }.get(kind, {})


def _per_axis(value: Any, rank: int) -> list[Any]:
    found = value if isinstance(value, list) else [value] * rank
    if len(found) != rank:
        raise RefusalError(f"{value} for {rank} axes")
    return found


def _pads(padding: Any, rank: int, effective: list[int]) -> list[tuple[int, int]] | None:
    """Pixels before and after each axis; None for a word that Keras knows."""
    if padding == "full":
        return [(size - 1, size - 1) for size in effective]
    if isinstance(padding, str):
        return None
    pairs = [tuple(pad) if isinstance(pad, list) else (pad, pad) for pad in _per_axis(padding, rank)]
    if any(side < 0 for pair in pairs for side in pair):
        raise RefusalError("negative padding")
    return pairs  # type: ignore[return-value]


def _effective(params: dict[str, Any], name: str, rank: int) -> list[int]:
    kernel = _per_axis(params[name], rank)
    dilation = _per_axis(params.get("dilation_rate", 1), rank)
    return [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]


def _zero_padding(pads: list[tuple[int, int]]) -> Any:
    name = f"ZeroPadding{len(pads)}D"
    return getattr(keras.layers, name)(padding=pads[0] if len(pads) == 1 else tuple(pads))


def _convolution(kind: str, params: dict[str, Any]) -> list[Any]:
    rank = int(kind[-2])
    pads = _pads(params.get("padding", "valid"), rank, _effective(params, "kernel_size", rank))
    layer = getattr(keras.layers, kind)(**{**params, **({"padding": "valid"} if pads is not None else {})})
    return [layer] if pads is None else [_zero_padding(pads), layer]


def _transposed(kind: str, params: dict[str, Any]) -> list[Any]:
    rank, plain = int(kind[4]), getattr(keras.layers, kind)
    pads = _pads(params.get("padding", "valid"), rank, _effective(params, "kernel_size", rank))
    if pads is None:
        return [plain(**params)]
    extra = params.get("output_padding") or 0
    layer = plain(**{**params, "padding": "valid", "output_padding": extra})
    return [layer, getattr(keras.layers, f"Cropping{rank}D")(pads[0] if rank == 1 else tuple(pads))]


class _KnownChannels(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Keeps the shape; sums over neighbouring channels need to know how many there are."""

    def __init__(self, size: int = 5) -> None:
        super().__init__()
        if size < 1:
            raise RefusalError(f"{size} neighbours")

    def call(self, inputs: Any) -> Any:
        if inputs.shape[-1] is None:
            raise RefusalError("unknown channels")
        return inputs


class _CountedWindows(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Pooling with padding in pixels as a shape alone: its windows are counted one by one, as PyTorch lays them."""

    def __init__(
        self, pool_size: list[int], strides: list[int], pads: list[tuple[int, int]], ceil_mode: bool
    ) -> None:
        super().__init__()
        self.pool_size, self.strides, self.pads, self.ceil_mode = pool_size, strides, pads, ceil_mode

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        if len(input_shape) != len(self.pool_size) + 2:
            raise RefusalError("rank")
        counts = [self._count(axis, size) for axis, size in enumerate(input_shape[1:-1])]
        return (input_shape[0], *counts, input_shape[-1])

    def call(self, inputs: Any) -> Any:
        shape = self.compute_output_shape(tuple(inputs.shape))
        return np.zeros(shape, "float32") if None not in shape else inputs

    def _count(self, axis: int, size: int | None) -> int | None:
        (before, after), window, step = self.pads[axis], self.pool_size[axis], self.strides[axis]
        if size is None:
            if self.ceil_mode:
                raise RefusalError("ceil_mode of an unknown size")
            return None
        end = before + size + after
        if window > end:
            raise RefusalError("the window is larger than the input")
        count, start, covered = 0, 0, 0
        while True:
            whole = start + window <= end
            overhangs = self.ceil_mode and covered < end and start < before + size
            if not whole and not overhangs:
                return count
            count, covered, start = count + 1, start + window, start + step


def _pooling(kind: str, params: dict[str, Any]) -> list[Any]:
    rank = int(kind[-2])
    pool = _per_axis(params.pop("pool_size", 2), rank)
    strides = params.pop("strides", None)
    strides = pool if strides is None else _per_axis(strides, rank)
    ceil_mode = params.pop("ceil_mode", False)
    included = params.pop("count_include_pad", True)
    padding = params.pop("padding", "valid")
    plain = getattr(keras.layers, kind)
    if padding == "same" or (padding == "valid" and not ceil_mode):
        return [plain(pool_size=tuple(pool), strides=tuple(strides), padding=padding)]
    if min(*pool, *strides) < 1:
        raise RefusalError("a size below 1")
    pads = _pads("full" if padding == "full" else 0 if padding == "valid" else padding, rank, pool)
    if pads is None:
        raise RefusalError(f"padding {padding}")
    padded = any(side for pair in pads for side in pair)
    if kind.startswith("Average") and not ceil_mode and (included or not padded):
        return [_zero_padding(pads), plain(pool_size=tuple(pool), strides=tuple(strides))]
    if (ceil_mode or padded) and any(max(pair) >= size for pair, size in zip(pads, pool, strict=True)):
        raise RefusalError("a window could hold padding alone")
    return [_CountedWindows(pool, strides, pads, ceil_mode)]


def count(weights: tuple[tuple[tuple[int, ...], bool], ...]) -> int:
    """All values in these weights."""
    return sum(math.prod(shape) for shape, _ in weights)
