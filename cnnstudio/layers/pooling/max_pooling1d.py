"""MaxPooling1D: the largest value of every window along a sequence."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledWindows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.pooling_layer import MaxPooling, pooling_params


class MaxPooling1D(MaxPooling):
    """`keras.layers.MaxPooling1D`, with padding in pixels and `ceil_mode` as in PyTorch."""

    type: ClassVar[str] = "MaxPooling1D"
    rank: ClassVar[int] = 1
    order: ClassVar[int] = 20
    keywords: ClassVar[tuple[str, ...]] = ("subsampling", "downsample", "maxpool")
    drawing: ClassVar[Drawing] = PooledWindows(reduction="max", rank=1)
    help: ClassVar[Message] = Message(
        "Keeps the largest value of every window along a sequence: says whether a pattern was found nearby, and makes what follows smaller and cheaper."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = pooling_params(1)
