"""RandomZoom: pictures are enlarged and shrunk at random."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChangedPicture, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FactorParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call
from cnnstudio.layers.augmentation_layer import (
    Augmentation,
    bounds,
    factor_text,
    filled,
    filling_difference,
    filling_params,
)
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

    def transforms(self, args: Arguments) -> tuple[Call, ...]:
        if args["width_factor"] is not None:
            return ()  # RandomAffine scales height and width alike
        low, high = bounds(args["height_factor"])
        fill, names = filled(args)
        # Keras's factor says how much more is seen, torchvision's scale how large things get.
        if low <= -1:
            return ()  # a single pixel, enlarged without end
        scale = (round(1 / (1 + high), 6), round(1 / (1 + low), 6))
        return (Call("v2.RandomAffine", Params(degrees=0, scale=scale, **fill), names=names),)

    def difference(self, args: Arguments) -> str:
        if args["width_factor"] is not None:
            return "RandomAffine scales height and width alike"
        return filling_difference(args)
