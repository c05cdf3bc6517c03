"""Dropout: some values become zero while training."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, LayerSpec, Shape, Shapes
from cnnstudio.layers.arguments import keras_arguments


class Dropout(LayerSpec):
    """`keras.layers.Dropout`. Srivastava et al. 2014."""

    type: ClassVar[str] = "Dropout"
    category: ClassVar[str] = "regularisation"
    prefix: ClassVar[str] = "dropout"
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("overfitting",)
    help: ClassVar[Message] = Message(
        "While training, sets a random part of the values to zero and scales up the rest, so that no unit can "
        "rely on one other alone. It does nothing when the network is used."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="rate",
            default=0.5,
            minimum=0,
            maximum=1,
            help=Message("The part of the values set to zero."),
        ),
        IntParam(
            name="seed",
            minimum=0,
            optional=True,
            advanced=True,
            help=Message("The same seed gives the same random values."),
        ),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        return inputs[0]

    def describe(self, args: Arguments) -> str:
        return f"{args.number('rate'):g}"

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call("layers.Dropout", keras_arguments(self, args, always=("rate",))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("nn.Dropout", Params(p=args.number("rate"))),)
