"""RandomFlip: pictures are mirrored at random."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChangedPicture, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ChoiceParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call
from cnnstudio.layers.augmentation_layer import Augmentation
from cnnstudio.layers.plain_layer import seed_param


class RandomFlip(Augmentation):
    """`keras.layers.RandomFlip`."""

    type: ClassVar[str] = "RandomFlip"
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("mirror", "augment")
    drawing: ClassVar[Drawing] = ChangedPicture(change="flip")
    help: ClassVar[Message] = Message(
        "While training, mirrors pictures at random: left to right, upside down, or both."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        ChoiceParam(
            name="mode",
            default="horizontal_and_vertical",
            choices=("horizontal", "vertical", "horizontal_and_vertical"),
            help=Message("Along which axes pictures are mirrored."),
        ),
        seed_param(),
    )

    def drawing_for(self, args: Arguments) -> Drawing | None:
        mode = args.text("mode")
        if mode == "horizontal":
            return ChangedPicture(change="flip_across")
        return ChangedPicture(change="flip_down" if mode == "vertical" else "flip")

    def describe(self, args: Arguments) -> str:
        return args.text("mode").replace("_and_", " + ")

    def transforms(self, args: Arguments) -> tuple[Call, ...]:
        mode = args.text("mode")
        across, down = (
            Call("v2.RandomHorizontalFlip", Params(p=0.5)),
            Call("v2.RandomVerticalFlip", Params(p=0.5)),
        )
        return (across,) if mode == "horizontal" else (down,) if mode == "vertical" else (across, down)

    def difference(self, args: Arguments) -> str:
        both = args.text("mode") == "horizontal_and_vertical"
        return "each is drawn by itself, not both or none" if both else ""
