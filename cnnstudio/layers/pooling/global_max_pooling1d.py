"""GlobalMaxPooling1D: one value per channel, the largest along a sequence."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PooledChannels
from cnnstudio.core.message import Message
from cnnstudio.layers.global_pooling_layer import GlobalPooling


class GlobalMaxPooling1D(GlobalPooling):
    """`keras.layers.GlobalMaxPooling1D`."""

    type: ClassVar[str] = "GlobalMaxPooling1D"
    rank: ClassVar[int] = 1
    torch_name: ClassVar[str] = "Max"
    order: ClassVar[int] = 26
    keywords: ClassVar[tuple[str, ...]] = ("gap", "head")
    drawing: ClassVar[Drawing] = PooledChannels(reduction="max", rank=1)
    help: ClassVar[Message] = Message(
        "Keeps the largest value of every channel. Says whether a pattern was found anywhere along a sequence."
    )
