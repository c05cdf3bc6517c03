"""Flatten: all values in one row."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, Unrolled
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments
from cnnstudio.core.spec import Call, Fields, Formula, LayerSpec, Shape, Shapes
from cnnstudio.layers.wording import known_product


class Flatten(LayerSpec):
    """`keras.layers.Flatten`. The order is row by row, channels last."""

    type: ClassVar[str] = "Flatten"
    category: ClassVar[str] = "shape"
    prefix: ClassVar[str] = "flatten"
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("vector", "row", "reshape")
    drawing: ClassVar[Drawing] = Unrolled()
    help: ClassVar[Message] = Message(
        "Lays all values of a picture out in one row, so that a Dense layer can see them all. "
        "Height × width × channels values come out."
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        return (known_product(inputs[0]),)

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return None

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        product = known_product(inputs[0])
        text = "*".join("?" if size is None else str(size) for size in inputs[0])
        return (Formula("values", f"{text} = {'?' if product is None else product}"),)

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call("layers.Flatten"),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("nn.Flatten"),)
