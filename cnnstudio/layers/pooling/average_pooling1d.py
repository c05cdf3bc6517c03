"""AveragePooling1D: the average of every window along a sequence."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledWindows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.pooling_layer import AveragePooling, average_pooling_params


class AveragePooling1D(AveragePooling):
    """`keras.layers.AveragePooling1D`, with padding in pixels and `ceil_mode` as in PyTorch."""

    type: ClassVar[str] = "AveragePooling1D"
    rank: ClassVar[int] = 1
    order: ClassVar[int] = 25
    keywords: ClassVar[tuple[str, ...]] = ("subsampling", "downsample", "avgpool")
    drawing: ClassVar[Drawing] = PooledWindows(reduction="mean", rank=1)
    help: ClassVar[Message] = Message(
        "Keeps the average of every window along a sequence: makes what follows smaller and cheaper, and smoother."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = average_pooling_params(1)
