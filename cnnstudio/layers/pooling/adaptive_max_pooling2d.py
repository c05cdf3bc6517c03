"""AdaptiveMaxPooling2D: the largest value of windows that fit the wanted size of a picture."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, FittedWindows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.adaptive_pooling_layer import AdaptivePooling, adaptive_params


class AdaptiveMaxPooling2D(AdaptivePooling):
    """`keras.layers.AdaptiveMaxPooling2D`, with PyTorch's windows."""

    type: ClassVar[str] = "AdaptiveMaxPooling2D"
    rank: ClassVar[int] = 2
    kind: ClassVar[str] = "Max"
    order: ClassVar[int] = 46
    keywords: ClassVar[tuple[str, ...]] = ("any size", "output size", "head")
    drawing: ClassVar[Drawing] = FittedWindows(reduction="max", rank=2)
    help: ClassVar[Message] = Message(
        "Lays windows over a picture so that the size that you ask for comes out, whatever goes in, and keeps the largest value of each."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = adaptive_params(2)
