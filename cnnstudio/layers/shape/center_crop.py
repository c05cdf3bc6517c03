"""CenterCrop: the middle of a picture."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChangedPicture, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Fields, Formula, Shape, Shapes
from cnnstudio.layers.crop_window import (
    crop_fields,
    crop_formula,
    crop_params,
    crop_size,
    crop_starts,
    describe_crop,
    is_large_enough,
)
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import require_rank


class CenterCrop(PlainLayer):
    """`keras.layers.CenterCrop`; a picture that is too small is cut to the same proportions and enlarged, as in Keras."""

    type: ClassVar[str] = "CenterCrop"
    category: ClassVar[str] = "shape"
    prefix: ClassVar[str] = "crop"
    order: ClassVar[int] = 65
    keywords: ClassVar[tuple[str, ...]] = ("cut", "middle", "trim")
    drawing: ClassVar[Drawing] = ChangedPicture(change="center_crop")
    help: ClassVar[Message] = Message(
        "Keeps the middle of a picture and cuts off the rest. A picture that is too small is enlarged first."
    )
    always: ClassVar[tuple[str, ...]] = ("height", "width")
    params: ClassVar[tuple[ParamSpec, ...]] = crop_params()

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], 2)
        return (*crop_size(args), inputs[0][-1])

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return crop_fields(fields[0], inputs[0], args) if is_large_enough(inputs[0], args) else None

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        return crop_formula(inputs[0], args) if is_large_enough(inputs[0], args) else ()

    def describe(self, args: Arguments) -> str:
        return describe_crop(args)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        (top, left), (height, width) = crop_starts(inputs[0], args), crop_size(args)
        rows, columns, _ = inputs[0]
        if rows is None or columns is None or not is_large_enough(inputs[0], args):
            return None
        edges = (-left, left + width - columns, -top, top + height - rows)
        return (Call("nn.ConstantPad2d", Params(padding=edges, value=0.0)),)
