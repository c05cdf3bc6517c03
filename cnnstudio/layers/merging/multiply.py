"""Multiply: multiplies its inputs value by value: one can switch the other on and off."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, MergedValues
from cnnstudio.core.message import Message
from cnnstudio.layers.merging_layer import Merging


class Multiply(Merging):
    """`keras.layers.Multiply`."""

    type: ClassVar[str] = "Multiply"
    prefix: ClassVar[str] = "multiply"
    order: ClassVar[int] = 30
    keywords: ClassVar[tuple[str, ...]] = ("product", "gate", "attention")
    torch_pair: ClassVar[str] = "torch.mul"
    torch_fold: ClassVar[str] = "torch.prod"
    drawing: ClassVar[Drawing] = MergedValues(operation="multiply")
    help: ClassVar[Message] = Message(
        "Multiplies its inputs value by value: one can switch the other on and off."
    )
