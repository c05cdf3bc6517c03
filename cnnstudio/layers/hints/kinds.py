"""Which layers are alike for the rules of thumb. Standard library only."""

from __future__ import annotations

from cnnstudio.core.network import Node

CONVOLUTIONS = frozenset(
    {
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "DepthwiseConv1D",
        "DepthwiseConv2D",
        "SeparableConv1D",
        "SeparableConv2D",
        "SpatiallySeparableConv2D",
        "DeformableConv2D",
    }
)
DEPTHWISE = frozenset({"DepthwiseConv1D", "DepthwiseConv2D"})
LINEAR = CONVOLUTIONS | {"Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "Dense"}
"""Weighted sums with learned weights."""

MERGING = frozenset({"Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"})

NORMALISATION = frozenset(
    {"BatchNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization"}
)

DROPOUT = frozenset({"Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout"})

ACTIVATION_LAYERS = {
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "ReLU": "relu",
    "Softmax": "softmax",
}

RESHAPING = frozenset({"Flatten", "Reshape", "Identity", "Permute"})

GLOBAL_POOLING = frozenset(f"Global{what}Pooling{rank}D" for what in ("Average", "Max") for rank in (1, 2, 3))

POOLING = frozenset(f"{what}Pooling{rank}D" for what in ("Average", "Max") for rank in (1, 2, 3))

STILL_LINEAR = (
    NORMALISATION
    | DROPOUT
    | RESHAPING
    | {f"AveragePooling{rank}D" for rank in (1, 2, 3)}
    | {f"GlobalAveragePooling{rank}D" for rank in (1, 2, 3)}
    | {f"ZeroPadding{rank}D" for rank in (1, 2, 3)}
    | {f"UpSampling{rank}D" for rank in (1, 2, 3)}
    | {f"AdaptiveAveragePooling{rank}D" for rank in (1, 2, 3)}
    | {f"Cropping{rank}D" for rank in (1, 2, 3)}
    | {"ChannelShuffle"}
)
"""Layers behind which a weighted sum is still a weighted sum."""


def activation_of(node: Node) -> str:
    """The activation that a node applies, as Keras names it; empty for none or `linear`."""
    kind = ACTIVATION_LAYERS.get(node.type)
    if kind is not None:
        return kind
    value = node.params.get("activation")
    return value if isinstance(value, str) and value != "linear" else ""


def is_activation_layer(node: Node) -> bool:
    """Whether the node does nothing but apply an activation."""
    return node.type in ACTIVATION_LAYERS or (node.type == "Activation" and bool(activation_of(node)))
