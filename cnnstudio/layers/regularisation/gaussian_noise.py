"""GaussianNoise: random noise is added while training."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import DisturbedValues, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shapes
from cnnstudio.layers.plain_layer import PlainLayer, seed_param


class GaussianNoise(PlainLayer):
    """`keras.layers.GaussianNoise`."""

    type: ClassVar[str] = "GaussianNoise"
    category: ClassVar[str] = "regularisation"
    prefix: ClassVar[str] = "noise"
    order: ClassVar[int] = 20
    keywords: ClassVar[tuple[str, ...]] = ("overfitting", "random")
    drawing: ClassVar[Drawing] = DisturbedValues(by="add_noise")
    help: ClassVar[Message] = Message(
        "While training, adds random noise of mean 0 to every value, so that the network does not learn details by heart."
    )
    always: ClassVar[tuple[str, ...]] = ("stddev",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="stddev",
            default=0.1,
            minimum=0,
            maximum=1,
            help=Message("The standard deviation of the noise."),
        ),
        seed_param(),
    )

    def describe(self, args: Arguments) -> str:
        return f"{args.number('stddev'):g}"

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return (Call("custom.GaussianNoise", Params(stddev=args.number("stddev"))),)
