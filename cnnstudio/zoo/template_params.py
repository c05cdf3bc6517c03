"""Parameters that many templates share. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import BoolParam, FloatParam, IntParam, IntsParam, ParamSpec, is_int
from cnnstudio.core.params import Value

Blocks = tuple[tuple[int, int], ...]


def shape_parameter(*default: int) -> ParamSpec:
    """`input_shape`, common to all templates."""
    return IntsParam(
        name="input_shape",
        default=default,
        minimum_length=3,
        maximum_length=3,
        help=Message("Height, width and channels of one picture."),
    )


def classes_parameter(default: int) -> ParamSpec:
    """`classes`, common to all templates."""
    return IntParam(
        name="classes", default=default, help=Message("How many classes there are to tell apart.")
    )


def width_parameter(default: int) -> ParamSpec:
    """`width`: filters of the first convolution, on which those of all others depend."""
    return IntParam(
        name="width",
        default=default,
        help=Message("Filters of the first convolution; the others grow and shrink with them."),
    )


def scaled(filters: int, width: int, usual: int) -> int:
    """`filters` in a network whose width is not the `usual` one; at least 1."""
    return max(1, round(filters * width / usual))


def batch_norm_parameter() -> ParamSpec:
    """`batch_norm` behind every convolution."""
    return BoolParam(
        name="batch_norm", default=False, help=Message("Batch normalisation behind each convolution.")
    )


def dropout_parameter(default: float = 0.5) -> ParamSpec:
    """`dropout` between dense layers."""
    return FloatParam(
        name="dropout",
        default=default,
        minimum=0,
        maximum=1,
        help=Message("The part of the values dropped while training; 0 leaves Dropout out."),
    )


def dense_parameter(default: int) -> ParamSpec:
    """`units` of the dense layers before the last."""
    return IntParam(name="units", default=default, help=Message("Units of the dense layers before the last."))


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOfParam(ParamSpec):
    """One of a few whole numbers."""

    choices: tuple[int, ...]

    def normalise(self, value: Value) -> Value:
        if not is_int(value) or value not in self.choices:
            raise self.refuse(
                Message("it must be one of {choices}.", choices=", ".join(map(str, self.choices))), value
            )
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class BlocksParam(ParamSpec):
    """A list of `[number of convolutions, filters]`, one pair per block."""

    def normalise(self, value: Value) -> Value:
        pairs = value if isinstance(value, tuple) else ()
        fine = 1 <= len(pairs) <= 20 and all(
            isinstance(pair, tuple)
            and len(pair) == 2
            and all(is_int(number) and cast("int", number) >= 1 for number in pair)
            and cast("int", pair[0]) <= 100
            for pair in pairs
        )
        if not fine:
            raise self.refuse(
                Message(
                    "it must be a list of pairs: how many convolutions (at most 100), and how many filters."
                ),
                value,
            )
        return pairs
