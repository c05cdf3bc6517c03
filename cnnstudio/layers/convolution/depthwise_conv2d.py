"""DepthwiseConv2D: every channel has kernels of its own."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChannelKernels, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.depthwise_layer import Depthwise, depthwise_params


class DepthwiseConv2D(Depthwise):
    """`keras.layers.DepthwiseConv2D`."""

    type: ClassVar[str] = "DepthwiseConv2D"
    rank: ClassVar[int] = 2
    order: ClassVar[int] = 30
    drawing: ClassVar[Drawing] = ChannelKernels(rank=2)
    help: ClassVar[Message] = Message(
        "Slides a kernel over each channel by itself: far fewer parameters than a convolution. A 1×1 convolution "
        "behind it mixes the channels."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = depthwise_params(2)
