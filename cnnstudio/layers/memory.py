"""What training takes in memory, layer by layer: weights, gradients, optimizer slots, and what is kept for the way back.

Standard library only. A rule, not a measurement. Per weight: the weight in 32 bits, one gradient, and the optimizer's
slots; in mixed precision a 16-bit copy as well. Per image: every tensor that some layer's gradient needs, once. A
convolution, a dense layer and a batch normalisation need what came in; most activations and max pooling need what they
put out; adding, joining, padding and average pooling need nothing. Reshaping makes no new tensor. While the largest
layer goes back, the gradients of its input and output are there too: `working`.
Not counted: the program itself, the input pipeline, and the scratch memory of convolution algorithms. Measured on a
processor with TensorFlow (`benchmarks/training_memory.py`; LeNet, VGG-11, ResNet-18): an image takes 0.75 to 1.2 times
what the rule says, and tracing and algorithms 25 to 250 MB whatever the batch. Not measured on a graphics card.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cnnstudio.core.analysis import Analysis, NodeAnalysis
from cnnstudio.core.network import Node
from cnnstudio.core.spec import Shape

FULL, HALF = 4, 2
"""Bytes of a 32-bit and a 16-bit number."""

SLOTS: Mapping[str, int] = {"sgd": 0, "adagrad": 1, "rmsprop": 1, "lion": 1}
"""Values that an optimizer keeps for each trained weight; 2 where not named (Adam and its kin)."""

_VIEWS = frozenset({"Flatten", "Reshape", "Identity", "Input", "RepeatVector"})
_NEED_NOTHING = frozenset(
    {"Add", "Subtract", "Average", "Concatenate", "GlobalAveragePooling1D", "GlobalAveragePooling2D",
     "GlobalAveragePooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "ZeroPadding1D",
     "ZeroPadding2D", "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D", "UpSampling1D", "UpSampling2D",
     "UpSampling3D", "Permute", "ChannelShuffle", "Rescaling"}
)  # fmt: skip
_NEED_BOTH = ("MaxPooling", "GlobalMaxPooling")
_NEED_OUTPUT = frozenset({"Activation", "ReLU", "Softmax", "ELU"})
_LAZY = frozenset({None, "linear"})
_INPUT_OF_ACTIVATION = frozenset(
    {"gelu", "silu", "mish", "softplus", "softsign", "hard_silu", "leaky_relu", "squareplus", "celu"}
)
"""Activations whose gradient needs what came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerMemory:
    """One layer in training, in bytes. `kept` is for one image; None where a size is unknown."""

    weights: int
    gradients: int
    slots: int
    kept: int | None

    def total(self, batch_size: int) -> int | None:
        """For a batch."""
        return (
            None if self.kept is None else self.weights + self.gradients + self.slots + self.kept * batch_size
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingMemory:
    """A whole network in training, in bytes. `kept` and `working` are for one image; None where sizes are unknown."""

    layers: Mapping[str, LayerMemory]
    weights: int
    gradients: int
    slots: int
    kept: int | None
    working: int | None

    @property
    def fixed(self) -> int:
        """What is there whatever the batch."""
        return self.weights + self.gradients + self.slots

    @property
    def per_image(self) -> int | None:
        return None if self.kept is None or self.working is None else self.kept + self.working

    def total(self, batch_size: int) -> int | None:
        """For a batch."""
        return None if self.per_image is None else self.fixed + self.per_image * batch_size

    def of(self, address: str, batch_size: int) -> int | None:
        """One node for a batch; a block is all its layers in all its copies. None where that is not known."""
        layer = self.layers.get(address)
        if layer is not None:
            return layer.total(batch_size)
        inside = [
            one.total(batch_size)
            for name, one in self.layers.items()
            if name.startswith((f"{address}/", f"{address}#"))
        ]
        known = [size for size in inside if size is not None]
        return sum(known) if known and len(known) == len(inside) else None

    def largest_batch(self, available: int) -> int | None:
        """How many images fit into `available` bytes at once, 0 when not even one does; None when that is not known."""
        if not self.per_image:
            return None
        return max(0, (available - self.fixed) // self.per_image)


def optimizer_slots(
    optimizer: str,
    momentum: float = 0.0,
    *,
    amsgrad: bool = False,
    centered: bool = False,
    use_ema: bool = False,
) -> int:
    """Values that an optimizer keeps for each trained weight."""
    own = SLOTS.get(optimizer, 2)
    own += bool(momentum) and optimizer in {"sgd", "rmsprop"}
    own += amsgrad and optimizer in {"adam", "adamw"}
    own += centered and optimizer == "rmsprop"
    return own + use_ema


def training_memory(analysis: Analysis, *, slots: int = 2, mixed_precision: bool = False) -> TrainingMemory:
    """What training the analysed network takes. `slots`: see `optimizer_slots`."""
    width = HALF if mixed_precision else FULL
    network = analysis.network
    needed = _needed_outputs(analysis)
    layers: dict[str, LayerMemory] = {}
    working: int | None = 0
    for node_id, known in analysis.nodes.items():
        node = network.nodes.get(node_id)
        output = _count(known.output_shape)
        trained, every = known.trainable_count, known.param_count
        kept: int | None = None
        if output is not None and node is not None:
            own = 0 if node.type in _VIEWS and node.type != "Input" else output * (node_id in needed)
            kept = own * width + _extra(node, known, output, width)
        layers[node_id] = LayerMemory(
            weights=every * FULL + (every * HALF if mixed_precision else 0),
            gradients=trained * FULL,
            slots=trained * FULL * slots,
            kept=kept,
        )
        inputs = [_count(shape) for shape in known.input_shapes]
        sides = [output, *inputs]
        if working is not None:
            there = [side for side in sides if side is not None]
            working = max(working, sum(there) * width) if len(there) == len(sides) else None
    keeps = [layer.kept for layer in layers.values() if layer.kept is not None]
    return TrainingMemory(
        layers=layers,
        weights=sum(layer.weights for layer in layers.values()),
        gradients=sum(layer.gradients for layer in layers.values()),
        slots=sum(layer.slots for layer in layers.values()),
        kept=sum(keeps) if len(keeps) == len(layers) else None,
        working=working,
    )


def _needed_outputs(analysis: Analysis) -> set[str]:
    """The nodes whose output some gradient needs. What a view passes on is its source's output."""
    network = analysis.network
    needed: set[str] = set()

    def hold(node_id: str) -> None:
        node = network.nodes.get(node_id)
        while node is not None and node.type in _VIEWS and network.inputs(node.id):
            node = network.nodes.get(network.inputs(node.id)[0].source)
        if node is not None:
            needed.add(node.id)

    for node_id in analysis.nodes:
        node = network.nodes.get(node_id)
        if node is None or node.type in _VIEWS:
            continue
        both = node.type.startswith(_NEED_BOTH)
        activation = node.params.get("activation")
        if node.type in _NEED_OUTPUT or both or activation not in _LAZY:
            hold(node_id)
        if both or not (node.type in _NEED_OUTPUT or node.type in _NEED_NOTHING or "Dropout" in node.type):
            for edge in network.inputs(node_id):
                hold(edge.source)
    return needed


def _extra(node: Node, known: NodeAnalysis, output: int, width: int) -> int:
    """Bytes for one image that a layer keeps besides tensors that go from layer to layer."""
    if "Dropout" in node.type:
        return output  # which values were dropped, a byte each
    extra = 0
    if node.params.get("activation") in _INPUT_OF_ACTIVATION:
        extra += output * width
    pads = node.params.get("padding")
    shape = known.input_shapes[0] if known.input_shapes else None
    if "Conv" in node.type and not isinstance(pads, str) and pads and shape is not None:
        extra += (_count(shape) or 0) * width  # padded by hand: a copy, which is what the gradient needs
    if node.type.startswith("SeparableConv") and shape is not None and known.output_shape is not None:
        between = math.prod(size or 1 for size in known.output_shape[:-1]) * (shape[-1] or 1)
        extra += between * width
    if node.type in {"LayerNormalization", "GroupNormalization", "LocalResponseNormalization"}:
        extra += 2 * output * width
    return extra


def _count(shape: Shape | None) -> int | None:
    """Values in a tensor of this shape."""
    if shape is None or None in shape:
        return None
    return math.prod(size for size in shape if size is not None)
