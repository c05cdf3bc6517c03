"""Input: where images, sequences or vectors enter."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, PictureData
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntsParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Field, Fields, LayerSpec, Shape, Shapes
from cnnstudio.layers.wording import shape_text


class Input(LayerSpec):
    """`keras.Input`: the shape of one example, without the batch axis."""

    type: ClassVar[str] = "Input"
    category: ClassVar[str] = "input"
    prefix: ClassVar[str] = "image"
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("image", "picture", "start", "data")
    minimum_inputs: ClassVar[int] = 0
    maximum_inputs: ClassVar[int | None] = 0
    drawing: ClassVar[Drawing] = PictureData()
    help: ClassVar[Message] = Message(
        "Where the data enters the network. The shape of a picture is height, width and channels: "
        "1 channel for grey pictures, 3 for colour."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntsParam(
            name="shape",
            default=(28, 28, 1),
            minimum_length=1,
            maximum_length=4,
            unknown_sizes=True,
            help=Message("Height, width and channels of one picture."),
        ),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        return args.sizes("shape")

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        spatial = len(args.sizes("shape")) - 1
        return (Field(),) * spatial if spatial else None

    def describe(self, args: Arguments) -> str:
        return shape_text(args.sizes("shape"))

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call("layers.Input", Params(shape=args.sizes("shape"))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return ()
