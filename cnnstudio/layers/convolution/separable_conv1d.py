"""SeparableConv1D: a depthwise convolution, then one that mixes the channels."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChannelKernels, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.separable_layer import Separable, separable_params


class SeparableConv1D(Separable):
    """`keras.layers.SeparableConv1D`. Chollet 2017."""

    type: ClassVar[str] = "SeparableConv1D"
    rank: ClassVar[int] = 1
    order: ClassVar[int] = 41
    drawing: ClassVar[Drawing] = ChannelKernels(rank=1, mixes=True)
    help: ClassVar[Message] = Message(
        "A kernel for each channel of a sequence by itself, then a weighted sum that mixes the channels: nearly "
        "what a convolution does, at a fraction of its cost."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = separable_params(1)
