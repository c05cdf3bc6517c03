"""ZeroPadding1D: zeros around a sequence."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Border, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.border_layer import BorderLayer, BorderParam


class ZeroPadding1D(BorderLayer):
    """`keras.layers.ZeroPadding1D`."""

    type: ClassVar[str] = "ZeroPadding1D"
    prefix: ClassVar[str] = "pad"
    order: ClassVar[int] = 35
    keywords: ClassVar[tuple[str, ...]] = ("padding", "border", "margin")
    drawing: ClassVar[Drawing] = Border(rank=1)
    help: ClassVar[Message] = Message(
        "Puts zeros to both ends of a sequence, so that the windows behind it reach the edge."
    )
    rank: ClassVar[int] = 1
    param: ClassVar[str] = "padding"
    sign: ClassVar[int] = 1
    params: ClassVar[tuple[ParamSpec, ...]] = (
        BorderParam(
            name="padding", rank=1, help=Message("Zeros on every side, per axis, or before and after.")
        ),
    )
