"""UpSampling2D: a picture made larger by repeating or blending pixels."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, Enlarged
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ChoiceParam, ParamSpec, SizeParam
from cnnstudio.layers.up_sampling_layer import UpSampling


class UpSampling2D(UpSampling):
    """`keras.layers.UpSampling2D`; `bilinear` equals PyTorch's with `align_corners=False`."""

    type: ClassVar[str] = "UpSampling2D"
    order: ClassVar[int] = 50
    drawing: ClassVar[Drawing] = Enlarged(rank=2)
    help: ClassVar[Message] = Message("Makes a picture larger: repeats every pixel, or blends between them.")
    rank: ClassVar[int] = 2
    params: ClassVar[tuple[ParamSpec, ...]] = (
        SizeParam(name="size", rank=2, default=(2, 2), help=Message("How many times larger, per axis.")),
        ChoiceParam(
            name="interpolation",
            default="nearest",
            choices=("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
            help=Message("'nearest' repeats pixels, the others blend."),
        ),
    )

    def drawing_for(self, args: Arguments) -> Drawing | None:
        return Enlarged(rank=2, blended=args.text("interpolation") != "nearest")
