"""Rescaling: values times a number, plus a number."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, MovedRange
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import join


class Rescaling(PlainLayer):
    """`keras.layers.Rescaling`."""

    type: ClassVar[str] = "Rescaling"
    category: ClassVar[str] = "augmentation"
    prefix: ClassVar[str] = "rescale"
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("scale", "normalise", "255")
    drawing: ClassVar[Drawing] = MovedRange()
    help: ClassVar[Message] = Message(
        "Multiplies every value by a number and adds another: 1/255 brings pixels to the range 0 to 1."
    )
    always: ClassVar[tuple[str, ...]] = ("scale",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="scale",
            default=1 / 255,
            help=Message("What values are multiplied with: 0.00392157 is 1/255."),
        ),
        FloatParam(name="offset", default=0.0, help=Message("What is added after that.")),
    )

    def describe(self, args: Arguments) -> str:
        return join(
            f"×{args.number('scale'):.4g}", f"{offset:+g}" if (offset := args.number("offset")) else None
        )

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        scaled = Call("torch.mul", Params(other=args.number("scale")))
        offset = args.number("offset")
        return (scaled, Call("torch.add", Params(other=offset))) if offset else (scaled,)
