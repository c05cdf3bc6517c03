"""Dropout: some values become zero while training."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import DisturbedValues, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.plain_layer import PlainLayer, seed_param


class Dropout(PlainLayer):
    """`keras.layers.Dropout`. Srivastava et al. 2014."""

    type: ClassVar[str] = "Dropout"
    category: ClassVar[str] = "regularisation"
    prefix: ClassVar[str] = "dropout"
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("overfitting",)
    drawing: ClassVar[Drawing] = DisturbedValues(by="drop")
    help: ClassVar[Message] = Message(
        "While training, sets a random part of the values to zero and scales up the rest, so that no unit can "
        "rely on one other alone. It does nothing when the network is used."
    )
    always: ClassVar[tuple[str, ...]] = ("rate",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="rate",
            default=0.5,
            minimum=0,
            maximum=1,
            help=Message("The part of the values set to zero."),
        ),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        return f"{args.number('rate'):g}"

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("nn.Dropout", Params(p=args.number("rate"))),)
