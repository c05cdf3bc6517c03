"""GlobalAveragePooling2D: one value per channel, the average in a picture."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledChannels
from cnnstudio.core.message import Message
from cnnstudio.layers.global_pooling_layer import GlobalPooling


class GlobalAveragePooling2D(GlobalPooling):
    """`keras.layers.GlobalAveragePooling2D`."""

    type: ClassVar[str] = "GlobalAveragePooling2D"
    rank: ClassVar[int] = 2
    torch_name: ClassVar[str] = "Avg"
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("gap", "head")
    drawing: ClassVar[Drawing] = PooledChannels(reduction="mean", rank=2)
    help: ClassVar[Message] = Message(
        "Keeps the average of every channel. Often stands between the last convolution and the classes, in place of Flatten and large Dense layers."
    )
