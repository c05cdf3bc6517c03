"""What layers that Keras lacks do to shapes and weights, said with Keras's own layers and nothing of the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

Params = dict[str, Any]
Lengths = tuple[int | None, ...]


class RefusalError(Exception):
    """Something that the contract, not Keras, rules out."""


def refuse(wrong: bool, reason: str) -> None:
    if wrong:
        raise RefusalError(reason)


class Shuffled(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Channels of several groups: each group is as large as the others."""

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def call(self, inputs: Any) -> Any:
        channels = inputs.shape[-1]
        refuse(channels is None or self.groups < 1, "groups")
        return ops.concatenate(ops.split(inputs, self.groups, axis=-1), axis=-1)


class Deformed(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """A convolution and, beside it, the one that moves its places."""

    def __init__(self, params: Params, *, modulated: bool) -> None:
        super().__init__()
        self.main = keras.layers.Conv2D(**params)
        places = self.main.kernel_size[0] * self.main.kernel_size[1]
        beside = {
            name: params[name]
            for name in ("kernel_size", "strides", "padding", "dilation_rate")
            if name in params
        }
        self.beside = keras.layers.Conv2D(filters=places * (3 if modulated else 2), **beside)

    def build(self, input_shape: Lengths) -> None:
        self.main.build(input_shape)
        self.beside.build(input_shape)

    def call(self, inputs: Any) -> Any:
        unknown = None in inputs.shape[1:3] and max(self.main.strides) > 1
        refuse(unknown and self.main.padding == "same", "same padding of an unknown size")
        outputs = self.main(inputs)
        refuse(self.beside(inputs).shape[1:3] != outputs.shape[1:3], "the offsets do not fit")
        return outputs


def _deformable(params: Params) -> list[Any]:
    modulated = params.pop("modulated", False)
    padding, ahead = params.get("padding", "valid"), []
    if not isinstance(padding, str) or padding == "full":
        kernel, dilation = (_pair(params.get(name, 1)) for name in ("kernel_size", "dilation_rate"))
        if padding == "full":
            padding = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        pads = tuple(tuple(pad) if isinstance(pad, list) else (pad, pad) for pad in _pair(padding))
        refuse(any(side < 0 for pad in pads for side in pad), "negative padding")
        ahead = [keras.layers.ZeroPadding2D(pads)]
        params = {**params, "padding": "valid"}
    return [*ahead, Deformed(params, modulated=modulated)]


def _pair(value: Any) -> list[Any]:
    found = value if isinstance(value, list) else [value, value]
    refuse(len(found) != 2, f"{value} for two axes")
    return found


class Graph(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """A dense layer on nodes, multiplied with the table of edges."""

    def __init__(self, params: Params) -> None:
        super().__init__()
        self.dense = keras.layers.Dense(**params)

    def build(self, input_shape: list[Lengths]) -> None:
        refuse(len(input_shape[0]) != 3, "rank")
        self.dense.build(input_shape[0])

    def call(self, inputs: Any) -> Any:
        features, edges = inputs
        refuse(len(features.shape) != 3 or len(edges.shape) != 3, "rank")
        refuse(None not in edges.shape[1:] and edges.shape[1] != edges.shape[2], "edges are square")
        nodes = {size for size in (features.shape[1], *edges.shape[1:]) if size is not None}
        refuse(len(nodes) > 1, "nodes")
        return ops.matmul(edges, self.dense(features))


def _graph(params: Params) -> list[Any]:
    refuse(params.pop("normalize", "symmetric") not in ("symmetric", "mean", "none"), "normalize")
    params.pop("self_loops", True)
    return [Graph({"units": 16, **params})]


STAND_INS: dict[str, Callable[[Params], list[Any]]] = {
    "ChannelShuffle": lambda params: [Shuffled(params.get("groups", 2))],
    "DeformableConv2D": lambda params: _deformable({"filters": 32, "kernel_size": 3, **params}),
    "GraphConvolution": _graph,
}
