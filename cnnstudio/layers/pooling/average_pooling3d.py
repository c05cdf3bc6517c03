"""AveragePooling3D: the average of every window in a volume."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledWindows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.pooling_layer import AveragePooling, average_pooling_params


class AveragePooling3D(AveragePooling):
    """`keras.layers.AveragePooling3D`, with padding in pixels and `ceil_mode` as in PyTorch."""

    type: ClassVar[str] = "AveragePooling3D"
    rank: ClassVar[int] = 3
    order: ClassVar[int] = 35
    keywords: ClassVar[tuple[str, ...]] = ("subsampling", "downsample", "avgpool")
    drawing: ClassVar[Drawing] = PooledWindows(reduction="mean", rank=3)
    help: ClassVar[Message] = Message(
        "Keeps the average of every window in a volume: makes what follows smaller and cheaper, and smoother."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = average_pooling_params(3)
