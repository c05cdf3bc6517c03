"""RandomTranslation: pictures are shifted at random."""

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


class RandomTranslation(Augmentation):
    """`keras.layers.RandomTranslation`."""

    type: ClassVar[str] = "RandomTranslation"
    order: ClassVar[int] = 40
    keywords: ClassVar[tuple[str, ...]] = ("shift", "move", "augment")
    drawing: ClassVar[Drawing] = ChangedPicture(change="translation")
    help: ClassVar[Message] = Message("While training, shifts pictures up, down and sideways at random.")
    always: ClassVar[tuple[str, ...]] = ("height_factor", "width_factor")
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FactorParam(
            name="height_factor",
            default=0.1,
            minimum=-1,
            maximum=1,
            help=Message("How far up and down, as a part of the height."),
        ),
        FactorParam(
            name="width_factor",
            default=0.1,
            minimum=-1,
            maximum=1,
            help=Message("How far sideways, as a part of the width."),
        ),
        *filling_params(),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        return f"{factor_text(args['height_factor'])} × {factor_text(args['width_factor'])}"

    def transforms(self, args: Arguments) -> tuple[Call, ...]:
        height, width = bounds(args["height_factor"]), bounds(args["width_factor"])
        if height[0] != -height[1] or width[0] != -width[1]:
            return ()  # RandomAffine shifts as far to one side as to the other
        fill, names = filled(args)
        return (
            Call("v2.RandomAffine", Params(degrees=0, translate=(width[1], height[1]), **fill), names=names),
        )

    def difference(self, args: Arguments) -> str:
        return filling_difference(args) if self.transforms(args) else "RandomAffine shifts as far either way"
