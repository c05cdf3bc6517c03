"""AveragePooling2D: the average of every window in a picture."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledWindows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.pooling_layer import AveragePooling, average_pooling_params


class AveragePooling2D(AveragePooling):
    """`keras.layers.AveragePooling2D`, with padding in pixels and `ceil_mode` as in PyTorch."""

    type: ClassVar[str] = "AveragePooling2D"
    rank: ClassVar[int] = 2
    order: ClassVar[int] = 5
    keywords: ClassVar[tuple[str, ...]] = ("subsampling", "downsample", "avgpool")
    drawing: ClassVar[Drawing] = PooledWindows(reduction="mean", rank=2)
    help: ClassVar[Message] = Message(
        "Keeps the average of every window in a picture: makes what follows smaller and cheaper, and smoother."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = average_pooling_params(2)
