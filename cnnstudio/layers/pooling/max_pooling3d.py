"""MaxPooling3D: the largest value of every window in a volume."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledWindows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.pooling_layer import MaxPooling, pooling_params


class MaxPooling3D(MaxPooling):
    """`keras.layers.MaxPooling3D`, with padding in pixels and `ceil_mode` as in PyTorch."""

    type: ClassVar[str] = "MaxPooling3D"
    rank: ClassVar[int] = 3
    order: ClassVar[int] = 30
    keywords: ClassVar[tuple[str, ...]] = ("subsampling", "downsample", "maxpool")
    drawing: ClassVar[Drawing] = PooledWindows(reduction="max", rank=3)
    help: ClassVar[Message] = Message(
        "Keeps the largest value of every window in a volume: says whether a pattern was found nearby, and makes what follows smaller and cheaper."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = pooling_params(3)
