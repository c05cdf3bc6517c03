"""UpSampling3D: a volume made larger by repeating values."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, Enlarged
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec, SizeParam
from cnnstudio.layers.up_sampling_layer import UpSampling


class UpSampling3D(UpSampling):
    """`keras.layers.UpSampling3D`."""

    type: ClassVar[str] = "UpSampling3D"
    order: ClassVar[int] = 56
    drawing: ClassVar[Drawing] = Enlarged(rank=3)
    help: ClassVar[Message] = Message("Repeats each value of a volume, so that it gets larger.")
    rank: ClassVar[int] = 3
    params: ClassVar[tuple[ParamSpec, ...]] = (
        SizeParam(name="size", rank=3, default=(2,) * 3, help=Message("How many times larger, per axis.")),
    )
