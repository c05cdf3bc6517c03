"""Conv2D: learned kernels slide over a picture."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, SlidingWindow
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.convolution_layer import Convolution, convolution_params


class Conv2D(Convolution):
    """`keras.layers.Conv2D`, and every padding that the lecture notes name."""

    type: ClassVar[str] = "Conv2D"
    rank: ClassVar[int] = 2
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("image", "filter", "kernel", "conv")
    drawing: ClassVar[Drawing] = SlidingWindow(rank=2)
    help: ClassVar[Message] = Message(
        "Slides small kernels over a picture. Each kernel learns one pattern, such as an edge, and gives one channel that says where the pattern was found."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = convolution_params(2)
