"""UpSampling1D: a sequence made larger by repeating values."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, Enlarged
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec, SizeParam
from cnnstudio.layers.up_sampling_layer import UpSampling


class UpSampling1D(UpSampling):
    """`keras.layers.UpSampling1D`."""

    type: ClassVar[str] = "UpSampling1D"
    order: ClassVar[int] = 55
    drawing: ClassVar[Drawing] = Enlarged(rank=1)
    help: ClassVar[Message] = Message("Repeats each value of a sequence, so that it gets larger.")
    rank: ClassVar[int] = 1
    params: ClassVar[tuple[ParamSpec, ...]] = (
        SizeParam(name="size", rank=1, default=(2,) * 1, help=Message("How many times larger, per axis.")),
    )
