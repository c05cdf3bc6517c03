"""GlobalAveragePooling1D: one value per channel, the average along a sequence."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledChannels
from cnnstudio.core.message import Message
from cnnstudio.layers.global_pooling_layer import GlobalPooling


class GlobalAveragePooling1D(GlobalPooling):
    """`keras.layers.GlobalAveragePooling1D`."""

    type: ClassVar[str] = "GlobalAveragePooling1D"
    rank: ClassVar[int] = 1
    torch_name: ClassVar[str] = "Avg"
    order: ClassVar[int] = 25
    keywords: ClassVar[tuple[str, ...]] = ("gap", "head")
    drawing: ClassVar[Drawing] = PooledChannels(reduction="mean", rank=1)
    help: ClassVar[Message] = Message(
        "Keeps the average of every channel. Often stands between the last convolution and the classes, in place of Flatten and large Dense layers."
    )
