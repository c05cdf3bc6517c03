"""Identity: what goes in comes out."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PassedOn
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.plain_layer import PlainLayer


class Identity(PlainLayer):
    """`keras.layers.Identity`."""

    type: ClassVar[str] = "Identity"
    category: ClassVar[str] = "dense"
    prefix: ClassVar[str] = "identity"
    keywords: ClassVar[tuple[str, ...]] = ("nothing", "pass", "skip")
    drawing: ClassVar[Drawing] = PassedOn()
    help: ClassVar[Message] = Message(
        "Passes its input on unchanged: a place for a name, or for a later layer."
    )

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("nn.Identity"),)
