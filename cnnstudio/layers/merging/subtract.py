"""Subtract: takes its second input from its first, value by value."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, MergedValues
from cnnstudio.core.message import Message
from cnnstudio.layers.merging_layer import Merging


class Subtract(Merging):
    """`keras.layers.Subtract`."""

    type: ClassVar[str] = "Subtract"
    prefix: ClassVar[str] = "subtract"
    order: ClassVar[int] = 20
    keywords: ClassVar[tuple[str, ...]] = ("difference", "minus")
    maximum_inputs: ClassVar[int | None] = 2
    torch_pair: ClassVar[str] = "torch.sub"
    drawing: ClassVar[Drawing] = MergedValues(operation="subtract")
    help: ClassVar[Message] = Message("Takes its second input from its first, value by value.")
