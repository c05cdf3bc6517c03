"""Cropping3D: the faces of a volume cut off."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Border, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.border_layer import BorderLayer, BorderParam


class Cropping3D(BorderLayer):
    """`keras.layers.Cropping3D`."""

    type: ClassVar[str] = "Cropping3D"
    prefix: ClassVar[str] = "crop"
    order: ClassVar[int] = 46
    keywords: ClassVar[tuple[str, ...]] = ("cut", "trim", "border")
    drawing: ClassVar[Drawing] = Border(rank=3, cut=True)
    help: ClassVar[Message] = Message("Cuts values off the faces of a volume.")
    rank: ClassVar[int] = 3
    param: ClassVar[str] = "cropping"
    sign: ClassVar[int] = -1
    params: ClassVar[tuple[ParamSpec, ...]] = (
        BorderParam(
            name="cropping",
            rank=3,
            help=Message("Values cut on every side, per axis, or before and after."),
        ),
    )
