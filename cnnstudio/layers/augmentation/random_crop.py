"""RandomCrop: a part of the picture at a random place."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChangedPicture, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Fields, Formula, Remark, Shape, Shapes
from cnnstudio.layers.arguments import keras_arguments
from cnnstudio.layers.augmentation_layer import Augmentation
from cnnstudio.layers.crop_window import (
    crop_fields,
    crop_formula,
    crop_params,
    crop_size,
    cropped,
    describe_crop,
)
from cnnstudio.layers.plain_layer import seed_param


class RandomCrop(Augmentation):
    """`keras.layers.RandomCrop`, which keeps the middle when the network is used.

    Keras's own (3.15) passes the whole picture on then, so that a network behind it fails.
    """

    type: ClassVar[str] = "RandomCrop"
    order: ClassVar[int] = 70
    keywords: ClassVar[tuple[str, ...]] = ("cut", "shift", "augment")
    drawing: ClassVar[Drawing] = ChangedPicture(change="crop")
    help: ClassVar[Message] = Message(
        "While training, keeps a part of the pictures at a random place; when the network is used, their middle."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (*crop_params(), seed_param())

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        return cropped(self.type, inputs[0], args)

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return crop_fields(fields[0], inputs[0], args)

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        return crop_formula(inputs[0], args)

    def describe(self, args: Arguments) -> str:
        return describe_crop(args)

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call("custom.RandomCrop", keras_arguments(self, args, always=("height", "width"))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        height, width = crop_size(args)  # left out, pictures would have another size
        return (Call("custom.RandomCrop", Params(height=height, width=width)),)

    def torch_remark(self, inputs: Shapes, args: Arguments) -> Remark | None:
        return None
