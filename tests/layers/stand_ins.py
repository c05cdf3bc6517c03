"""What layers that Keras lacks do to shapes and weights, said with Keras's own layers and nothing of the program."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
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

    def compute_output_shape(self, input_shape: Lengths) -> Lengths:
        unknown = None in input_shape[1:3] and max(self.main.strides) > 1
        refuse(unknown and self.main.padding == "same", "same padding of an unknown size")
        outputs: Lengths = self.main.compute_output_shape(input_shape)
        refuse(self.beside.compute_output_shape(input_shape)[1:3] != outputs[1:3], "the offsets do not fit")
        return outputs

    def call(self, inputs: Any) -> Any:
        return self.main(inputs)


def _deformable(params: Params) -> list[Any]:
    modulated = params.pop("modulated", False)
    ahead, params = _padded(params)
    return [*ahead, Deformed(params, modulated=modulated)]


def _padded(params: Params) -> tuple[list[Any], Params]:
    """Padding in pixels as a layer of its own, and what is left of the parameters."""
    padding = params.get("padding", "valid")
    if isinstance(padding, str) and padding != "full":
        return [], params
    kernel, dilation = (_pair(params.get(name, 1)) for name in ("kernel_size", "dilation_rate"))
    if padding == "full":
        padding = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    pads = tuple(tuple(pad) if isinstance(pad, list) else (pad, pad) for pad in _pair(padding))
    refuse(any(side < 0 for pad in pads for side in pad), "negative padding")
    return [keras.layers.ZeroPadding2D(pads)], {**params, "padding": "valid"}


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


class Factored(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """A column kernel, then a row kernel."""

    def __init__(self, params: Params) -> None:
        super().__init__()
        kernel, strides = _pair(params.pop("kernel_size")), _pair(params.pop("strides", 1))
        bias = {
            name: params.pop(name)
            for name in list(params)
            if name.startswith(("bias", "use_bias", "activation"))
        }
        self.column = keras.layers.Conv2D(
            kernel_size=(kernel[0], 1), strides=(strides[0], 1), use_bias=False, **params
        )
        self.row = keras.layers.Conv2D(kernel_size=(1, kernel[1]), strides=(1, strides[1]), **params, **bias)

    def build(self, input_shape: Lengths) -> None:
        self.column.build(input_shape)
        self.row.build((*input_shape[:-1], self.column.filters))

    def call(self, inputs: Any) -> Any:
        return self.row(self.column(inputs))


def _factored(params: Params) -> list[Any]:
    ahead, params = _padded(params)
    return [*ahead, Factored(params)]


def _is_number(value: Any) -> bool:
    try:
        Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return False
    return True


SIZES = {"roberts_x": (2, 2), "roberts_y": (2, 2)}
PLAIN_FILTERS = {"mean", "gaussian", "laplacian_4", "laplacian_8", "sharpen_5", "sharpen_9", "own"}
FILTERS = PLAIN_FILTERS | {
    f"{name}_{axis}" for name in ("sobel", "prewitt", "roberts", "scharr") for axis in "xy"
}


def _filter(params: Params) -> list[Any]:
    name = params.get("filter", "sobel_x")
    refuse(name not in FILTERS, "filter")
    own = params.get("kernel", [[0] * 3] * 3)
    own = [row.split() for row in own.split(";")] if isinstance(own, str) else own
    refuse(len({len(row) for row in own}) != 1, "kernel")
    refuse(not all(_is_number(number) for row in own for number in row), "kernel of numbers")
    size = (len(own), len(own[0])) if name == "own" else SIZES.get(name, (3, 3))
    given = {"padding": params.get("padding", "same"), "kernel_size": list(size)}
    ahead, given = _padded({**given, "strides": params.get("strides", 1)})
    layer = keras.layers.Conv2D(1, **given)  # Conv2D: a depthwise one asks for equal strides
    return [*ahead, OneByOne(layer, trainable=params.get("trainable", False))]


class OneByOne(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """The shape that a convolution gives to each channel by itself."""

    def __init__(self, layer: Any, *, trainable: bool) -> None:
        super().__init__()
        self.window = layer
        self.window.build((None, None, None, 1))
        self.window.trainable = False
        self.learns = trainable

    def build(self, input_shape: Lengths) -> None:
        refuse(len(input_shape) != 4 or input_shape[-1] is None, "channels")
        shape = (*self.window.kernel_size, input_shape[-1], 1)
        self.copies = self.add_weight(shape=shape, trainable=self.learns)

    @property
    def weights(self) -> list[Any]:
        return [self.copies]

    def call(self, inputs: Any) -> Any:
        unknown = None in inputs.shape[1:3] and max(self.window.strides) > 1
        refuse(unknown and self.window.padding == "same", "same padding of an unknown size")
        channels = ops.split(inputs, inputs.shape[-1], axis=-1)
        return ops.concatenate([self.window(channel) for channel in channels], axis=-1)


class Adapted(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """The shape alone: the wanted size in place of the known one."""

    def __init__(self, output_size: Any, rank: int) -> None:
        super().__init__()
        self.wanted = output_size if isinstance(output_size, list) else [output_size] * rank
        refuse(len(self.wanted) != rank or min(self.wanted) < 1, "output_size")

    def call(self, inputs: Any) -> Any:
        refuse(len(inputs.shape) != len(self.wanted) + 2, "rank")
        refuse(None in inputs.shape[1:-1] and set(self.wanted) != {1}, "unknown size")
        first = ops.max(inputs, axis=tuple(range(1, len(inputs.shape) - 1)), keepdims=True)
        return ops.tile(first, (1, *self.wanted, 1))


class Attending(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Attention of one or two inputs of the same rank."""

    def __init__(self, params: Params) -> None:
        super().__init__()
        self.heads = keras.layers.MultiHeadAttention(**params)

    def build(self, input_shape: list[Lengths]) -> None:
        refuse(any(len(shape) < 3 or len(shape) != len(input_shape[0]) for shape in input_shape), "rank")
        refuse(len(input_shape[0]) > 5, "TensorFlow cannot run it")
        self.heads.build(input_shape[0], input_shape[-1])

    def call(self, inputs: Any) -> Any:
        return self.heads(inputs[0], inputs[-1])


class Cut(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """A part of a larger picture."""

    def __init__(self, height: int = 24, width: int = 24) -> None:
        super().__init__()
        self.height, self.width = height, width

    def call(self, inputs: Any) -> Any:
        refuse(len(inputs.shape) != 4 or None in inputs.shape[1:3], "size")
        refuse(min(self.height, self.width) < 1, "nothing is left")
        refuse(inputs.shape[1] < self.height or inputs.shape[2] < self.width, "too small")
        return inputs[:, : self.height, : self.width]


class LastAxis(keras.layers.RMSNormalization):  # type: ignore[misc]  # Keras ships no types
    """Keras takes any axis and lays the learned factor along the last one: other axes fail, or give nonsense."""

    def build(self, input_shape: Lengths) -> None:
        refuse(self.axis not in (-1, len(input_shape) - 1), "not the last axis")
        super().build(input_shape)


def _text(params: Params) -> list[Any]:
    words = params.get("vocabulary", "the a and of to in is it that not good bad")
    words = words.split() if isinstance(words, str) else words
    refuse(not words, "no vocabulary to look words up in")
    length = params.get("output_sequence_length", 50)
    if params.get("output_mode", "int") == "int":
        params["output_sequence_length"] = length
    else:
        refuse(length is not None and length < 1, "length")
        params.pop("output_sequence_length", None)
    return [keras.layers.TextVectorization(**{**params, "vocabulary": words})]


LISTS = {"MultiHeadAttention"}
"""Layers whose stand-in takes a list, of one input too."""

STAND_INS: dict[str, Callable[[Params], list[Any]]] = {
    **{
        f"Adaptive{kind}Pooling{rank}D": partial(
            lambda rank, given: [Adapted(given.get("output_size", 1), rank)], rank
        )
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    },
    "ChannelShuffle": lambda params: [Shuffled(params.get("groups", 2))],
    "DeformableConv2D": lambda params: _deformable({"filters": 32, "kernel_size": 3, **params}),
    "FixedFilter2D": _filter,
    "GraphConvolution": _graph,
    "MultiHeadAttention": lambda params: [Attending({"num_heads": 4, "key_dim": 32, **params})],
    "RandomCrop": lambda params: [Cut(**params)],
    "RMSNormalization": lambda params: [LastAxis(**params)],
    "TextVectorization": _text,
    "SpatiallySeparableConv2D": lambda params: _factored({"filters": 32, "kernel_size": 3, **params}),
}
