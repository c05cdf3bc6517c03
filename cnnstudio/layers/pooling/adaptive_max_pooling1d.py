"""AdaptiveMaxPooling1D: the largest value of windows that fit the wanted size of a sequence."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, FittedWindows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.adaptive_pooling_layer import AdaptivePooling, adaptive_params


class AdaptiveMaxPooling1D(AdaptivePooling):
    """`keras.layers.AdaptiveMaxPooling1D`, with PyTorch's windows."""

    type: ClassVar[str] = "AdaptiveMaxPooling1D"
    rank: ClassVar[int] = 1
    kind: ClassVar[str] = "Max"
    order: ClassVar[int] = 45
    keywords: ClassVar[tuple[str, ...]] = ("any size", "output size", "head")
    drawing: ClassVar[Drawing] = FittedWindows(reduction="max", rank=1)
    help: ClassVar[Message] = Message(
        "Lays windows over a sequence so that the size that you ask for comes out, whatever goes in, and keeps the largest value of each."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = adaptive_params(1)
