"""What the layers that vary pictures while training have in common. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ChoiceParam, FactorParam, FloatParam, ParamSpec
from cnnstudio.core.params import Value
from cnnstudio.core.spec import Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import require_rank


class Augmentation(PlainLayer):
    """Base of RandomFlip and the others: pictures in, pictures of the same shape out; PyTorch has no such layers."""

    category: ClassVar[str] = "augmentation"
    prefix: ClassVar[str] = "augment"

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], 2)
        return inputs[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeParam(FactorParam):
    """A number, or `[low, high]`, of which Keras checks only that it overlaps the allowed range."""

    def normalise(self, value: Value) -> Value:
        if isinstance(value, tuple):
            low, high = FactorParam(name=self.name).normalise(value), self.maximum
            pair = cast("tuple[float, float]", low)
            if pair[0] <= high and pair[1] >= self.minimum:
                return value
        return FactorParam.normalise(self, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairParam(FactorParam):
    """Two numbers."""

    def normalise(self, value: Value) -> Value:
        if not isinstance(value, tuple):
            raise self.refuse(Message("it must be two numbers."), value)
        return FactorParam.normalise(self, value)


def value_range_param() -> ParamSpec:
    """Black and white."""
    return PairParam(
        name="value_range",
        default=(0, 255),
        help=Message("The values of black and white: 0, 1 behind a Rescaling."),
    )


def filling_params() -> tuple[ParamSpec, ...]:
    """What fills the corners when a picture moves, and how pixels are blended."""
    return (
        ChoiceParam(
            name="fill_mode",
            default="reflect",
            choices=("reflect", "constant", "wrap", "nearest"),
            advanced=True,
            help=Message("What fills the parts that come in from outside."),
        ),
        ChoiceParam(
            name="interpolation",
            default="bilinear",
            choices=("nearest", "bilinear"),
            advanced=True,
            help=Message("Whether pixels are blended or repeated."),
        ),
        FloatParam(
            name="fill_value",
            default=0.0,
            advanced=True,
            help=Message("The value that 'constant' fills with."),
        ),
    )


def factor_text(value: Value) -> str:
    """`±0.1`, or `0.1 to 0.3`."""
    if isinstance(value, tuple):
        return f"{value[0]:g} to {value[1]:g}"
    return "" if value is None else f"±{abs(cast('float', value)):g}"
