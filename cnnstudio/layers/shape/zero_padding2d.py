"""ZeroPadding2D: zeros around a picture."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Border, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.border_layer import BorderLayer, BorderParam


class ZeroPadding2D(BorderLayer):
    """`keras.layers.ZeroPadding2D`."""

    type: ClassVar[str] = "ZeroPadding2D"
    prefix: ClassVar[str] = "pad"
    order: ClassVar[int] = 30
    keywords: ClassVar[tuple[str, ...]] = ("padding", "border", "margin")
    drawing: ClassVar[Drawing] = Border(rank=2)
    help: ClassVar[Message] = Message(
        "Puts zeros around a picture, so that the windows behind it reach the edge."
    )
    rank: ClassVar[int] = 2
    param: ClassVar[str] = "padding"
    sign: ClassVar[int] = 1
    params: ClassVar[tuple[ParamSpec, ...]] = (
        BorderParam(
            name="padding", rank=2, help=Message("Zeros on every side, per axis, or before and after.")
        ),
    )
