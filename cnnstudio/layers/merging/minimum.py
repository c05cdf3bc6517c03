"""Minimum: takes the smallest of its inputs, value by value."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, MergedValues
from cnnstudio.core.message import Message
from cnnstudio.layers.merging_layer import Merging


class Minimum(Merging):
    """`keras.layers.Minimum`."""

    type: ClassVar[str] = "Minimum"
    prefix: ClassVar[str] = "minimum"
    order: ClassVar[int] = 60
    keywords: ClassVar[tuple[str, ...]] = ("min",)
    torch_pair: ClassVar[str] = "torch.minimum"
    torch_fold: ClassVar[str] = "torch.amin"
    drawing: ClassVar[Drawing] = MergedValues(operation="minimum")
    help: ClassVar[Message] = Message("Takes the smallest of its inputs, value by value.")
