"""Average: takes the average of its inputs, value by value."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, MergedValues
from cnnstudio.core.message import Message
from cnnstudio.layers.merging_layer import Merging


class Average(Merging):
    """`keras.layers.Average`."""

    type: ClassVar[str] = "Average"
    prefix: ClassVar[str] = "average"
    order: ClassVar[int] = 40
    keywords: ClassVar[tuple[str, ...]] = ("mean", "ensemble")
    torch_fold: ClassVar[str] = "torch.mean"
    drawing: ClassVar[Drawing] = MergedValues(operation="average")
    help: ClassVar[Message] = Message("Takes the average of its inputs, value by value.")
