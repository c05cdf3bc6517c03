"""GaussianDropout: values are multiplied with noise while training."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import DisturbedValues, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.plain_layer import PlainLayer, seed_param


class GaussianDropout(PlainLayer):
    """`keras.layers.GaussianDropout`: noise of mean 1 and variance rate / (1 - rate). Srivastava et al. 2014."""

    type: ClassVar[str] = "GaussianDropout"
    category: ClassVar[str] = "regularisation"
    prefix: ClassVar[str] = "dropout"
    order: ClassVar[int] = 25
    keywords: ClassVar[tuple[str, ...]] = ("overfitting", "noise", "random")
    drawing: ClassVar[Drawing] = DisturbedValues(by="multiply_noise")
    help: ClassVar[Message] = Message(
        "While training, multiplies every value with random noise around 1, as strong as dropout at this rate."
    )
    always: ClassVar[tuple[str, ...]] = ("rate",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="rate",
            default=0.5,
            minimum=0,
            maximum=1,
            open_maximum=True,
            help=Message("How strong the noise is, as the rate of a dropout."),
        ),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        return f"{args.number('rate'):g}"

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("custom.GaussianDropout", Params(p=args.number("rate"))),)
