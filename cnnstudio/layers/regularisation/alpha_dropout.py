"""AlphaDropout: dropout that keeps mean and variance, for SELU."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import DisturbedValues, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.plain_layer import PlainLayer, seed_param


class AlphaDropout(PlainLayer):
    """`keras.layers.AlphaDropout`. Klambauer et al. 2017."""

    type: ClassVar[str] = "AlphaDropout"
    category: ClassVar[str] = "regularisation"
    prefix: ClassVar[str] = "dropout"
    order: ClassVar[int] = 30
    keywords: ClassVar[tuple[str, ...]] = ("overfitting", "selu", "snn")
    drawing: ClassVar[Drawing] = DisturbedValues(by="alpha_drop")
    help: ClassVar[Message] = Message(
        "Dropout for networks with the activation selu: drops values to selu's lowest one and rescales, so that mean "
        "and variance stay as they were."
    )
    always: ClassVar[tuple[str, ...]] = ("rate",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="rate",
            default=0.1,
            minimum=0,
            maximum=1,
            open_maximum=True,
            help=Message("The part of the values that is dropped."),
        ),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        return f"{args.number('rate'):g}"

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("nn.AlphaDropout", Params(p=args.number("rate"))),)
