"""Normalization: the mean of the data taken off, its spread made 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.core.drawings import Drawing, StandardisedData
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, ParamSpec
from cnnstudio.core.params import Params, Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import require_channels

_MOST_NUMBERS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersParam(ParamSpec):
    """A number, or one per channel, none below `minimum`."""

    minimum: float = -math.inf

    def normalise(self, value: Value) -> Value:
        numbers = value if isinstance(value, tuple) else (value,)
        for number in numbers:
            if (
                isinstance(number, bool)
                or not isinstance(number, (int, float))
                or not math.isfinite(number)
                or number < self.minimum
            ):
                numbers = ()
        if not 0 < len(numbers) <= _MOST_NUMBERS:
            least = Message("")
            if self.minimum > -math.inf:
                least = Message(" of {low} or more", low=self.minimum)
            raise self.refuse(Message("it must be a number{least}, or one per channel.", least=least), value)
        return value


class Normalization(PlainLayer):
    """`keras.layers.Normalization` along the channels: (x - mean) / sqrt(variance).

    Without given numbers, mean 0 and variance 1 are weights that stay as they are until someone sets them.
    """

    type: ClassVar[str] = "Normalization"
    category: ClassVar[str] = "augmentation"
    prefix: ClassVar[str] = "normalize"
    order: ClassVar[int] = 5
    keywords: ClassVar[tuple[str, ...]] = ("standardise", "mean", "variance", "imagenet", "scale")
    drawing: ClassVar[Drawing] = StandardisedData()
    help: ClassVar[Message] = Message(
        "Takes the mean of the data off each channel and divides by its standard deviation. Give the mean and the "
        "variance of your pictures, one number or one per channel; without them nothing changes."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        NumbersParam(
            name="mean",
            optional=True,
            help=Message("The mean of the data: one number, or one per channel."),
        ),
        NumbersParam(
            name="variance",
            optional=True,
            minimum=0,
            help=Message("The variance of the data, the square of its standard deviation; as many numbers."),
        ),
        BoolParam(
            name="invert",
            default=False,
            advanced=True,
            help=Message("Whether it goes the other way: times the deviation, plus the mean."),
        ),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        channels = require_channels(self.type, inputs[0])
        mean, variance = args["mean"], args["variance"]
        if (mean is None) != (variance is None):
            raise ShapeError(
                Message("Mean and variance go together; one of them is missing."),
                code="param.conflict",
                hint=Message("Give both, or neither."),
                param="variance" if variance is None else "mean",
            )
        for name, numbers in (("mean", mean), ("variance", variance)):
            if isinstance(numbers, tuple) and len(numbers) not in (1, channels):
                raise ShapeError(
                    Message(
                        "{param} has {count} numbers, the input {channels} channels.",
                        param=name,
                        count=len(numbers),
                        channels=channels,
                    ),
                    code="param.conflict",
                    hint=Message("Give one number, or one per channel."),
                    param=name,
                )
        if isinstance(mean, tuple) != isinstance(variance, tuple) or (
            isinstance(mean, tuple) and isinstance(variance, tuple) and len(mean) != len(variance)
        ):
            raise ShapeError(
                Message("Mean and variance must hold as many numbers as each other."),
                code="param.conflict",
                hint=Message("Give one number for each, or one per channel for each."),
                param="variance",
            )
        return inputs[0]

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        if args["mean"] is not None:
            return ()
        shape = (require_channels(self.type, inputs[0]),)
        return (
            Weight("mean", shape, trainable=False),
            Weight("variance", shape, trainable=False),
            Weight("count", (), trainable=False),
        )

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        arguments: dict[str, Value] = {"channels": require_channels(self.type, inputs[0])}
        if args["mean"] is not None:
            arguments |= {"mean": args["mean"], "variance": args["variance"]}
        if args.flag("invert"):
            arguments["invert"] = True
        return (Call("custom.Normalization", Params(arguments)),)
