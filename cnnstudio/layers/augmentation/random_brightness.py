"""RandomBrightness: the brightness varies at random."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChangedPicture, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.layers.augmentation_layer import Augmentation, RangeParam, factor_text, value_range_param
from cnnstudio.layers.plain_layer import seed_param


class RandomBrightness(Augmentation):
    """`keras.layers.RandomBrightness`."""

    type: ClassVar[str] = "RandomBrightness"
    order: ClassVar[int] = 60
    keywords: ClassVar[tuple[str, ...]] = ("light", "augment")
    drawing: ClassVar[Drawing] = ChangedPicture(change="brightness")
    help: ClassVar[Message] = Message("While training, makes pictures brighter or darker at random.")
    always: ClassVar[tuple[str, ...]] = ("factor",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        RangeParam(
            name="factor",
            default=0.1,
            minimum=-1,
            maximum=1,
            help=Message("How much brighter or darker at most."),
        ),
        value_range_param(),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        return factor_text(args["factor"])

    def difference(self, args: Arguments) -> str:
        return "ColorJitter multiplies, where this adds"
