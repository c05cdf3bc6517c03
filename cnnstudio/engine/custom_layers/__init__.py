"""Keras layers that Keras does not have. Each file stands alone, so that its text can go into an exported script."""

from __future__ import annotations

from cnnstudio.engine.custom_layers.adaptive_pooling import AdaptiveAveragePooling, AdaptiveMaxPooling
from cnnstudio.engine.custom_layers.attention import Attention
from cnnstudio.engine.custom_layers.channel_shuffle import ChannelShuffle
from cnnstudio.engine.custom_layers.deformable_convolution import DeformableConv2D
from cnnstudio.engine.custom_layers.dilated_transposed_convolution import (
    DilatedConv1DTranspose,
    DilatedConv2DTranspose,
    DilatedConv3DTranspose,
)
from cnnstudio.engine.custom_layers.fixed_filter import FixedFilter2D
from cnnstudio.engine.custom_layers.graph_convolution import GraphConvolution
from cnnstudio.engine.custom_layers.grouped_convolution import GroupedConv1D, GroupedConv2D, GroupedConv3D
from cnnstudio.engine.custom_layers.local_response_normalization import LocalResponseNormalization
from cnnstudio.engine.custom_layers.many_axes_softmax import ManyAxesSoftmax
from cnnstudio.engine.custom_layers.padded_average_pooling import PaddedAveragePooling
from cnnstudio.engine.custom_layers.padded_max_pooling import PaddedMaxPooling
from cnnstudio.engine.custom_layers.random_crop import RandomCrop
from cnnstudio.engine.custom_layers.spatially_separable_convolution import SpatiallySeparableConv2D
from cnnstudio.engine.custom_layers.strided_depthwise_convolution import (
    StridedDepthwiseConv2D,
    StridedSeparableConv2D,
)

_LAYERS = (
    AdaptiveAveragePooling,
    AdaptiveMaxPooling,
    Attention,
    ChannelShuffle,
    DeformableConv2D,
    DilatedConv1DTranspose,
    DilatedConv2DTranspose,
    DilatedConv3DTranspose,
    FixedFilter2D,
    GraphConvolution,
    GroupedConv1D,
    GroupedConv2D,
    GroupedConv3D,
    LocalResponseNormalization,
    ManyAxesSoftmax,
    PaddedAveragePooling,
    PaddedMaxPooling,
    RandomCrop,
    SpatiallySeparableConv2D,
    StridedDepthwiseConv2D,
    StridedSeparableConv2D,
)

__all__ = [
    "AdaptiveAveragePooling",
    "AdaptiveMaxPooling",
    "Attention",
    "ChannelShuffle",
    "DeformableConv2D",
    "DilatedConv1DTranspose",
    "DilatedConv2DTranspose",
    "DilatedConv3DTranspose",
    "FixedFilter2D",
    "GraphConvolution",
    "GroupedConv1D",
    "GroupedConv2D",
    "GroupedConv3D",
    "LocalResponseNormalization",
    "ManyAxesSoftmax",
    "PaddedAveragePooling",
    "PaddedMaxPooling",
    "RandomCrop",
    "SpatiallySeparableConv2D",
    "StridedDepthwiseConv2D",
    "StridedSeparableConv2D",
    "custom_layers",
]


def custom_layers() -> dict[str, type]:
    """The classes that `Call("custom.X")` names, by X."""
    return {layer.__name__: layer for layer in _LAYERS}
