"""What the layers that vary pictures while training have in common. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ChoiceParam, FactorParam, FloatParam, ParamSpec
from cnnstudio.core.params import Params, Value
from cnnstudio.core.spec import Call, Remark, Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import require_rank


class Augmentation(PlainLayer):
    """Base of RandomFlip and the others: pictures in, pictures of the same shape out.

    PyTorch has no such layers: there, the transforms of the data vary pictures.
    """

    category: ClassVar[str] = "augmentation"
    prefix: ClassVar[str] = "augment"

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], 2)
        return inputs[0]

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return ()

    def torch_remark(self, inputs: Shapes, args: Arguments) -> Remark | None:
        calls, difference = self.transforms(args), self.difference(args)
        sentence = f"{self.type} is no part of the network in PyTorch but of the data's transforms"
        if calls:
            told = f". Unlike in Keras, {difference}" if difference else ""
            return Remark(f"{sentence} (torchvision.transforms.v2){told}:", calls)
        told = f": {difference}" if difference else ""
        return Remark(f"{sentence}. torchvision.transforms.v2 has no class for it{told}.")

    def transforms(self, args: Arguments) -> tuple[Call, ...]:
        """The transforms of torchvision that do the same with the same numbers; none where it has no class for it."""
        return ()

    def difference(self, args: Arguments) -> str:
        """What those transforms do otherwise, or why there are none; empty where there is nothing to say."""
        return ""


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


def bounds(value: Value, *, minimum: float = -1.0) -> tuple[float, float]:
    """The lowest and highest number that Keras draws for a factor: of one number, what lies that far round 0.

    Of one number, what lies below `minimum` is cut off: layers without negative factors draw from 0 on.
    """
    if isinstance(value, tuple):
        low, high = sorted(cast("tuple[float, float]", value))
        return float(low), float(high)
    high = abs(float(cast("float", value)))
    return max(-high, minimum) + 0.0, high


def filled(args: Arguments) -> tuple[Params, Params]:
    """What fills the corners and how pixels are blended, as arguments and names of torchvision's transforms."""
    mode = args.text("interpolation").upper()
    fill = Params(fill=args.number("fill_value")) if args.text("fill_mode") == "constant" else Params()
    return fill, Params(interpolation=f"v2.InterpolationMode.{mode}")


def filling_difference(args: Arguments) -> str:
    """Torchvision fills what comes in from outside with one value alone."""
    mode = args.text("fill_mode")
    return "" if mode == "constant" else f"what comes in from outside is filled with one value, not '{mode}'"


def factor_text(value: Value) -> str:
    """`±0.1`, or `0.1 to 0.3`."""
    if isinstance(value, tuple):
        return f"{value[0]:g} to {value[1]:g}"
    return "" if value is None else f"±{abs(cast('float', value)):g}"
