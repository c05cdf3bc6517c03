"""RandomContrast: the contrast varies at random."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChangedPicture, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call
from cnnstudio.layers.augmentation_layer import (
    Augmentation,
    RangeParam,
    bounds,
    value_range_param,
)
from cnnstudio.layers.plain_layer import seed_param


class RandomContrast(Augmentation):
    """`keras.layers.RandomContrast`."""

    type: ClassVar[str] = "RandomContrast"
    order: ClassVar[int] = 50
    keywords: ClassVar[tuple[str, ...]] = ("augment",)
    drawing: ClassVar[Drawing] = ChangedPicture(change="contrast")
    help: ClassVar[Message] = Message(
        "While training, makes the contrast of pictures stronger at random; with two numbers weaker, too."
    )
    always: ClassVar[tuple[str, ...]] = ("factor",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        RangeParam(
            name="factor",
            default=0.1,
            minimum=0,
            maximum=1,
            help=Message(
                "How much stronger at most. Of two numbers: how much weaker, and how much stronger."
            ),
        ),
        value_range_param(),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        low, high = bounds(args["factor"], minimum=0.0)
        return f"\u00d7{1 - low:g} to {1 + high:g}"

    def transforms(self, args: Arguments) -> tuple[Call, ...]:
        low, high = bounds(args["factor"], minimum=0.0)
        strengths = sorted((round(1 - low, 6), round(1 + high, 6)))
        return (Call("v2.ColorJitter", Params(contrast=strengths)),)

    def difference(self, args: Arguments) -> str:
        return "the mean is the grey picture's, not each channel's"
