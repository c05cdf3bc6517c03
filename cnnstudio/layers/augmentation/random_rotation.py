"""RandomRotation: pictures are turned at random."""

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
    factor_text,
    filled,
    filling_difference,
    filling_params,
)
from cnnstudio.layers.plain_layer import seed_param


class RandomRotation(Augmentation):
    """`keras.layers.RandomRotation`."""

    type: ClassVar[str] = "RandomRotation"
    order: ClassVar[int] = 20
    keywords: ClassVar[tuple[str, ...]] = ("turn", "augment")
    drawing: ClassVar[Drawing] = ChangedPicture(change="rotation")
    help: ClassVar[Message] = Message("While training, turns pictures by a random angle.")
    always: ClassVar[tuple[str, ...]] = ("factor",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        RangeParam(
            name="factor",
            default=0.1,
            minimum=-1,
            maximum=1,
            help=Message("The largest angle, as a part of a full turn: 0.1 is 36 degrees."),
        ),
        *filling_params(),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        return factor_text(args["factor"])

    def transforms(self, args: Arguments) -> tuple[Call, ...]:
        fill, names = filled(args)
        degrees = tuple(round(360 * bound, 6) for bound in bounds(args["factor"]))
        return (Call("v2.RandomRotation", Params(degrees=degrees, **fill), names=names),)

    def difference(self, args: Arguments) -> str:
        return filling_difference(args)
