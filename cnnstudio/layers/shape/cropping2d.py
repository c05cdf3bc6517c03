"""Cropping2D: the edges of a picture cut off."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Border, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.border_layer import BorderLayer, BorderParam


class Cropping2D(BorderLayer):
    """`keras.layers.Cropping2D`."""

    type: ClassVar[str] = "Cropping2D"
    prefix: ClassVar[str] = "crop"
    order: ClassVar[int] = 40
    keywords: ClassVar[tuple[str, ...]] = ("cut", "trim", "border")
    drawing: ClassVar[Drawing] = Border(rank=2, cut=True)
    help: ClassVar[Message] = Message("Cuts rows and columns off the edges of a picture.")
    rank: ClassVar[int] = 2
    param: ClassVar[str] = "cropping"
    sign: ClassVar[int] = -1
    params: ClassVar[tuple[ParamSpec, ...]] = (
        BorderParam(
            name="cropping",
            rank=2,
            default=0,
            help=Message("Pixels cut on every side, per axis, or before and after."),
        ),
    )
