"""Conv1D: learned kernels slide over a sequence."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, SlidingWindow
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.convolution_layer import Convolution, convolution_params


class Conv1D(Convolution):
    """`keras.layers.Conv1D`, and every padding that the lecture notes name."""

    type: ClassVar[str] = "Conv1D"
    rank: ClassVar[int] = 1
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("sequence", "text", "temporal")
    drawing: ClassVar[Drawing] = SlidingWindow(rank=1)
    help: ClassVar[Message] = Message(
        "Slides kernels along a sequence of values: text, sound, a time series."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = convolution_params(1)
