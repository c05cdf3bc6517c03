"""GlobalMaxPooling2D: one value per channel, the largest in a picture."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledChannels
from cnnstudio.core.message import Message
from cnnstudio.layers.global_pooling_layer import GlobalPooling


class GlobalMaxPooling2D(GlobalPooling):
    """`keras.layers.GlobalMaxPooling2D`."""

    type: ClassVar[str] = "GlobalMaxPooling2D"
    rank: ClassVar[int] = 2
    torch_name: ClassVar[str] = "Max"
    order: ClassVar[int] = 11
    keywords: ClassVar[tuple[str, ...]] = ("gap", "head")
    drawing: ClassVar[Drawing] = PooledChannels(reduction="max", rank=2)
    help: ClassVar[Message] = Message(
        "Keeps the largest value of every channel. Says whether a pattern was found anywhere in a picture."
    )
