"""Maximum: takes the largest of its inputs, value by value."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, MergedValues
from cnnstudio.core.message import Message
from cnnstudio.layers.merging_layer import Merging


class Maximum(Merging):
    """`keras.layers.Maximum`."""

    type: ClassVar[str] = "Maximum"
    prefix: ClassVar[str] = "maximum"
    order: ClassVar[int] = 50
    keywords: ClassVar[tuple[str, ...]] = ("max",)
    torch_pair: ClassVar[str] = "torch.maximum"
    torch_fold: ClassVar[str] = "torch.amax"
    drawing: ClassVar[Drawing] = MergedValues(operation="maximum")
    help: ClassVar[Message] = Message("Takes the largest of its inputs, value by value.")
