"""GlobalMaxPooling3D: one value per channel, the largest in a volume."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledChannels
from cnnstudio.core.message import Message
from cnnstudio.layers.global_pooling_layer import GlobalPooling


class GlobalMaxPooling3D(GlobalPooling):
    """`keras.layers.GlobalMaxPooling3D`."""

    type: ClassVar[str] = "GlobalMaxPooling3D"
    rank: ClassVar[int] = 3
    torch_name: ClassVar[str] = "Max"
    order: ClassVar[int] = 36
    keywords: ClassVar[tuple[str, ...]] = ("gap", "head")
    drawing: ClassVar[Drawing] = PooledChannels(reduction="max", rank=3)
    help: ClassVar[Message] = Message(
        "Keeps the largest value of every channel. Says whether a pattern was found anywhere in a volume."
    )
