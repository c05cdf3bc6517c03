"""Conv3D: learned kernels slide over a volume."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, SlidingWindow
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.convolution_layer import Convolution, convolution_params


class Conv3D(Convolution):
    """`keras.layers.Conv3D`, and every padding that the lecture notes name."""

    type: ClassVar[str] = "Conv3D"
    rank: ClassVar[int] = 3
    order: ClassVar[int] = 20
    keywords: ClassVar[tuple[str, ...]] = ("volume", "video", "voxel")
    drawing: ClassVar[Drawing] = SlidingWindow(rank=3)
    help: ClassVar[Message] = Message("Slides kernels through a volume, or through the frames of a film.")
    params: ClassVar[tuple[ParamSpec, ...]] = convolution_params(3)
