"""AdaptiveAveragePooling3D: the mean of windows that fit the wanted size of a volume."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, FittedWindows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.adaptive_pooling_layer import AdaptivePooling, adaptive_params


class AdaptiveAveragePooling3D(AdaptivePooling):
    """`keras.layers.AdaptiveAveragePooling3D`, with PyTorch's windows."""

    type: ClassVar[str] = "AdaptiveAveragePooling3D"
    rank: ClassVar[int] = 3
    kind: ClassVar[str] = "Average"
    order: ClassVar[int] = 43
    keywords: ClassVar[tuple[str, ...]] = ("any size", "output size", "head")
    drawing: ClassVar[Drawing] = FittedWindows(reduction="mean", rank=3)
    help: ClassVar[Message] = Message(
        "Lays windows over a volume so that the size that you ask for comes out, whatever goes in, and keeps the mean of each."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = adaptive_params(3)
