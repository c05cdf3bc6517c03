"""Add: adds its inputs value by value."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, MergedValues
from cnnstudio.core.message import Message
from cnnstudio.layers.merging_layer import Merging


class Add(Merging):
    """`keras.layers.Add`."""

    type: ClassVar[str] = "Add"
    prefix: ClassVar[str] = "add"
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("residual", "skip", "sum", "plus")
    torch_pair: ClassVar[str] = "torch.add"
    torch_fold: ClassVar[str] = "torch.sum"
    drawing: ClassVar[Drawing] = MergedValues(operation="add")
    help: ClassVar[Message] = Message(
        "Adds its inputs value by value. A residual connection adds a block's input to its output."
    )
