"""DepthwiseConv1D: every channel has kernels of its own."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChannelKernels, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.depthwise_layer import Depthwise, depthwise_params


class DepthwiseConv1D(Depthwise):
    """`keras.layers.DepthwiseConv1D`."""

    type: ClassVar[str] = "DepthwiseConv1D"
    rank: ClassVar[int] = 1
    order: ClassVar[int] = 31
    drawing: ClassVar[Drawing] = ChannelKernels(rank=1)
    help: ClassVar[Message] = Message(
        "Slides a kernel along each channel of a sequence by itself: far fewer parameters than a convolution."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = depthwise_params(1)
