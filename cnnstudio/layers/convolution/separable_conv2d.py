"""SeparableConv2D: a depthwise convolution, then one that mixes the channels."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChannelKernels, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.separable_layer import Separable, separable_params


class SeparableConv2D(Separable):
    """`keras.layers.SeparableConv2D`. Chollet 2017."""

    type: ClassVar[str] = "SeparableConv2D"
    rank: ClassVar[int] = 2
    order: ClassVar[int] = 40
    drawing: ClassVar[Drawing] = ChannelKernels(rank=2, mixes=True)
    help: ClassVar[Message] = Message(
        "A kernel for each channel by itself, then a 1×1 convolution that mixes the channels: nearly what a "
        "convolution does, at a fraction of its cost."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = separable_params(2)
