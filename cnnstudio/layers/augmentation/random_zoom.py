"""RandomZoom: pictures are enlarged and shrunk at random."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChangedPicture, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FactorParam, ParamSpec
from cnnstudio.layers.augmentation_layer import Augmentation, factor_text, filling_params
from cnnstudio.layers.plain_layer import seed_param


class RandomZoom(Augmentation):
    """`keras.layers.RandomZoom`."""

    type: ClassVar[str] = "RandomZoom"
    order: ClassVar[int] = 30
    keywords: ClassVar[tuple[str, ...]] = ("scale", "augment")
    drawing: ClassVar[Drawing] = ChangedPicture(change="zoom")
    help: ClassVar[Message] = Message("While training, zooms in and out of pictures at random.")
    always: ClassVar[tuple[str, ...]] = ("height_factor",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FactorParam(
            name="height_factor",
            default=0.1,
            minimum=-1,
            open_minimum=True,
            maximum=1,
            help=Message("How far pictures are zoomed: 0.1 is 10 % in or out."),
        ),
        FactorParam(
            name="width_factor",
            minimum=-1,
            open_minimum=True,
            maximum=1,
            optional=True,
            help=Message("The same for the width; as the height when empty."),
        ),
        *filling_params(),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        return factor_text(args["height_factor"])
