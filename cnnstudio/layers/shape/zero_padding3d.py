"""ZeroPadding3D: zeros around a volume."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Border, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.border_layer import BorderLayer, BorderParam


class ZeroPadding3D(BorderLayer):
    """`keras.layers.ZeroPadding3D`."""

    type: ClassVar[str] = "ZeroPadding3D"
    prefix: ClassVar[str] = "pad"
    order: ClassVar[int] = 36
    keywords: ClassVar[tuple[str, ...]] = ("padding", "border", "margin")
    drawing: ClassVar[Drawing] = Border(rank=3)
    help: ClassVar[Message] = Message(
        "Puts zeros around a volume, so that the windows behind it reach the edge."
    )
    rank: ClassVar[int] = 3
    param: ClassVar[str] = "padding"
    sign: ClassVar[int] = 1
    params: ClassVar[tuple[ParamSpec, ...]] = (
        BorderParam(
            name="padding", rank=3, help=Message("Zeros on every side, per axis, or before and after.")
        ),
    )
