"""RandomErasing: a random rectangle of the picture is painted over."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import ChangedPicture, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call
from cnnstudio.layers.augmentation_layer import (
    Augmentation,
    PairParam,
    RangeParam,
    bounds,
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

    def transforms(self, args: Arguments) -> tuple[Call, ...]:
        low, high = bounds(args["factor"], minimum=0.0)
        value = args["fill_value"]
        arguments = Params(
            p=round(_mean_probability(low, high), 6),
            scale=bounds(args["scale"]),
            value="random" if value is None else value,
        )
        return (Call("v2.RandomErasing", arguments),)

    def difference(self, args: Arguments) -> str:
        told = "the probability is the same each time: the mean of those that Keras draws"
        white = bounds(args["value_range"])[1]
        if args["fill_value"] is None and white != 1:
            told += f"; noise is not multiplied by {white:g}"
        return told


def _mean_probability(low: float, high: float) -> float:
    """The mean of numbers drawn evenly from low to high, where those below 0 count as 0 and those above 1 as 1."""
    if low == high:
        return min(1.0, max(0.0, low))

    def area(number: float) -> float:
        return number - 0.5 if number > 1 else max(0.0, number) ** 2 / 2

    return (area(high) - area(low)) / (high - low)
