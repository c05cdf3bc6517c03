"""RandomErasing: a random rectangle of the picture is painted over."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChangedPicture, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.layers.augmentation_layer import (
    Augmentation,
    PairParam,
    RangeParam,
    factor_text,
    value_range_param,
)
from cnnstudio.layers.plain_layer import seed_param


class RandomErasing(Augmentation):
    """`keras.layers.RandomErasing`. Zhong et al. 2020."""

    type: ClassVar[str] = "RandomErasing"
    order: ClassVar[int] = 80
    keywords: ClassVar[tuple[str, ...]] = ("cutout", "occlusion", "augment")
    drawing: ClassVar[Drawing] = ChangedPicture(change="erasing")
    help: ClassVar[Message] = Message(
        "While training, paints over a random rectangle of some pictures, so that the network does not rely on one "
        "spot alone."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        RangeParam(
            name="factor",
            default=1.0,
            minimum=0,
            maximum=1,
            help=Message("The part of the pictures that it is done to."),
        ),
        PairParam(
            name="scale",
            default=(0.02, 0.33),
            minimum=0,
            maximum=1,
            help=Message("The smallest and largest part of the picture's area."),
        ),
        FloatParam(
            name="fill_value",
            optional=True,
            help=Message("What is painted; noise by default."),
        ),
        value_range_param(),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        return factor_text(args["factor"]).lstrip("±")
