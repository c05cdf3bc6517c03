"""Cropping1D: the ends of a sequence cut off."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Border, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.border_layer import BorderLayer, BorderParam


class Cropping1D(BorderLayer):
    """`keras.layers.Cropping1D`."""

    type: ClassVar[str] = "Cropping1D"
    prefix: ClassVar[str] = "crop"
    order: ClassVar[int] = 45
    keywords: ClassVar[tuple[str, ...]] = ("cut", "trim", "border")
    drawing: ClassVar[Drawing] = Border(rank=1, cut=True)
    help: ClassVar[Message] = Message("Cuts values off the ends of a sequence.")
    rank: ClassVar[int] = 1
    param: ClassVar[str] = "cropping"
    sign: ClassVar[int] = -1
    params: ClassVar[tuple[ParamSpec, ...]] = (
        BorderParam(
            name="cropping",
            rank=1,
            help=Message("Values cut on every side, per axis, or before and after."),
        ),
    )
