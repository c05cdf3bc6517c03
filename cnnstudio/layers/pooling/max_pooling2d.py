"""MaxPooling2D: the largest value of every window in a picture."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledWindows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.pooling_layer import MaxPooling, pooling_params


class MaxPooling2D(MaxPooling):
    """`keras.layers.MaxPooling2D`, with padding in pixels and `ceil_mode` as in PyTorch."""

    type: ClassVar[str] = "MaxPooling2D"
    rank: ClassVar[int] = 2
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("subsampling", "downsample", "maxpool")
    drawing: ClassVar[Drawing] = PooledWindows(reduction="max", rank=2)
    help: ClassVar[Message] = Message(
        "Keeps the largest value of every window in a picture: says whether a pattern was found nearby, and makes what follows smaller and cheaper."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = pooling_params(2)
