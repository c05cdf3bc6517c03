"""What values a layer's parameter may take, and the sentence that says so when it may not. Standard library only.

A `ParamSpec` checks one value and returns it in normal form; the inspector picks an editor by the spec's class.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.params import Value, thaw
from cnnstudio.core.problems import ShapeError

LARGEST_SIZE = 2**31 - 1
"""The largest size or count accepted anywhere: what the framework's 32-bit sizes hold."""

Pads = tuple[tuple[int, int], ...]
"""Explicit padding, one `(before, after)` pair per spatial axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamSpec(ABC):
    """One parameter of a layer: its Keras argument name, its default, and what it accepts."""

    name: str
    default: Value = None
    help: Message = NO_MESSAGE
    optional: bool = False
    """Whether `null` (Keras's None) is accepted."""
    advanced: bool = False
    """Whether the inspector folds it away at first."""

    def check(self, value: Value) -> Value:
        """`value` in normal form. Raises ShapeError, code `param.…`, naming this parameter."""
        if value is None and self.optional:
            return None
        return self.normalise(value)

    @abstractmethod
    def normalise(self, value: Value) -> Value:
        """`value`, never the optional null, in normal form; raises ShapeError."""

    def shown(self, value: Value) -> str | Message:
        """A refused value in the sentence that refuses it."""
        return _plain(value)

    def refuse(self, expected: Message, value: Value) -> ShapeError:
        """The error for a value that is not `expected`."""
        shown = self.shown(value)
        if isinstance(shown, str) and len(shown) > 60:
            shown = shown[:57] + "…"
        return ShapeError(
            Message("{param} is {value}; {expected}", param=self.name, value=shown, expected=expected),
            code="param.value",
            param=self.name,
        )


def _plain(value: Value) -> str | Message:
    """A value as a person writes it: text in quotes, several numbers with commas, all else as in a project file."""
    if isinstance(value, tuple) and not value:
        return Message("empty")
    if isinstance(value, tuple) and all(is_int(item) or isinstance(item, float) for item in value):
        return ", ".join(map(_plain_one, value))
    return _plain_one(value)


def _plain_one(value: Value) -> str:
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.10g}"
    return json.dumps(thaw(value), ensure_ascii=False)


def is_int(value: object) -> bool:
    """Whether `value` is a whole number that is not a bool."""
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntParam(ParamSpec):
    """A whole number between `minimum` and `maximum`, both included."""

    minimum: int = 1
    maximum: int = LARGEST_SIZE

    def normalise(self, value: Value) -> Value:
        if is_int(value) and cast("int", value) > self.maximum >= LARGEST_SIZE:
            raise self.refuse(_TOO_LARGE, value)
        if not is_int(value) or not self.minimum <= cast("int", value) <= self.maximum:
            raise self.refuse(_range_text(Message("a whole number"), self.minimum, self.maximum), value)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatParam(ParamSpec):
    """A finite number between `minimum` and `maximum`, both included unless `open_maximum`."""

    minimum: float = -math.inf
    maximum: float = math.inf
    open_maximum: bool = False

    def normalise(self, value: Value) -> Value:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise self.refuse(self._range(), value)
        if not self.minimum <= value <= self.maximum or (self.open_maximum and value == self.maximum):
            raise self.refuse(self._range(), value)
        return float(value)

    def _range(self) -> Message:
        if self.open_maximum:
            return Message(
                "it must be a number, {low} or more and less than {high}.",
                low=self.minimum,
                high=self.maximum,
            )
        return _range_text(Message("a number"), self.minimum, self.maximum)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoolParam(ParamSpec):
    """True or false."""

    def normalise(self, value: Value) -> Value:
        if not isinstance(value, bool):
            raise self.refuse(Message("it must be true or false."), value)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceParam(ParamSpec):
    """One of a few words."""

    choices: tuple[str, ...] = ()

    def normalise(self, value: Value) -> Value:
        if not isinstance(value, str) or value not in self.choices:
            raise self.refuse(Message("it must be one of {choices}.", choices=", ".join(self.choices)), value)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeParam(ParamSpec):
    """One size per spatial axis; a single int stands for all axes. Normal form: a tuple of `rank` ints."""

    rank: int
    minimum: int = 1
    maximum: int = LARGEST_SIZE

    def normalise(self, value: Value) -> Value:
        sizes = value if isinstance(value, tuple) else (value,) * self.rank
        if len(sizes) != self.rank or not all(is_int(size) for size in sizes):
            several = Message("it must be a whole number, or {rank} of them.", rank=self.rank)
            raise self.refuse(several if self.rank > 1 else Message("it must be a whole number."), value)
        if any(cast("int", size) > self.maximum >= LARGEST_SIZE for size in sizes):
            raise self.refuse(_TOO_LARGE, value)
        if not all(self.minimum <= cast("int", size) <= self.maximum for size in sizes):
            raise self.refuse(_every(Message("every size"), self.minimum), value)
        return sizes

    def shown(self, value: Value) -> str | Message:
        if isinstance(value, tuple) and value and all(map(is_int, value)):
            alike = len(value) == self.rank and len(set(value)) == 1
            return str(value[0]) if alike else "×".join(map(str, value))
        return _plain(value)


PaddingMode = Literal["valid", "same", "full", "causal"]
"""`causal` is for one axis alone: all padding comes before, so no output sees a later input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaddingParam(ParamSpec):
    """`valid`, `same`, `full`, or explicit pixels. Normal form: the word, or a pair `(before, after)` per axis.

    Explicit: an int P (all sides), `[P_h, P_w]`, or `[[top, bottom], [left, right]]`.
    """

    rank: int
    default: Value = "valid"
    modes: tuple[str, ...] = ("valid", "same", "full")
    explicit: bool = True

    def normalise(self, value: Value) -> Value:
        if isinstance(value, str) and value in self.modes:
            return value
        if self.explicit and not isinstance(value, str):
            pads = self._pads(value)
            if pads is not None:
                return pads
        raise self.refuse(self._expected(value), value)

    def _expected(self, value: Value) -> Message:
        words = ", ".join(self.modes)
        if not self.explicit:
            return Message("it must be one of {modes}.", modes=words)
        pads = value if isinstance(value, tuple) else (value,)
        sides = [side for pad in pads for side in (pad if isinstance(pad, tuple) else (pad,))]
        if all(map(is_int, sides)) and any(cast("int", side) < 0 for side in sides):
            return Message("there cannot be fewer than 0 pixels on a side.")
        pixels = Message(
            "whole numbers of pixels, 0 or more: one for all sides, one per axis, or a pair per axis"
        )
        if not words:
            return Message("it must be {pixels}.", pixels=pixels)
        return Message("it must be {modes}, or {pixels}.", modes=words, pixels=pixels)

    def _pads(self, value: Value) -> Value | None:
        per_axis = value if isinstance(value, tuple) else (value,) * self.rank
        if len(per_axis) != self.rank:
            return None
        pairs: list[tuple[int, int]] = []
        for pad in per_axis:
            pair = pad if isinstance(pad, tuple) else (pad, pad)
            if len(pair) != 2 or not all(
                is_int(side) and 0 <= cast("int", side) <= LARGEST_SIZE for side in pair
            ):
                return None
            pairs.append(cast("tuple[int, int]", pair))
        return tuple(pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntsParam(ParamSpec):
    """A list of whole numbers, any length from `minimum_length` up; `null` items where `unknown_sizes`."""

    minimum: int = 1
    minimum_length: int = 0
    maximum_length: int = 8
    unknown_sizes: bool = False

    def normalise(self, value: Value) -> Value:
        items = value if isinstance(value, tuple) else (value,)
        if not self.minimum_length <= len(items) <= self.maximum_length:
            expected = Message(
                "it must have {low} to {high} numbers.", low=self.minimum_length, high=self.maximum_length
            )
            if self.minimum_length == self.maximum_length:
                expected = Message("it must be a list of {count} numbers.", count=self.minimum_length)
            raise self.refuse(expected, value)
        for item in items:
            if item is None and self.unknown_sizes:
                continue
            if is_int(item) and cast("int", item) > LARGEST_SIZE:
                raise self.refuse(_TOO_LARGE, value)
            if not is_int(item) or cast("int", item) < self.minimum:
                raise self.refuse(_every(Message("every number"), self.minimum), value)
        return items


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorParam(ParamSpec):
    """A number or a pair `[low, high]`, as Keras's augmentation layers take. Kept as written."""

    minimum: float = -math.inf
    maximum: float = math.inf
    open_minimum: bool = False

    def normalise(self, value: Value) -> Value:
        items = value if isinstance(value, tuple) else (value,)
        numbers = [float(i) for i in items if isinstance(i, (int, float)) and not isinstance(i, bool)]
        in_range = all(
            math.isfinite(n)
            and self.minimum <= n <= self.maximum
            and not (self.open_minimum and n == self.minimum)
            for n in numbers
        )
        if (
            len(numbers) != len(items)
            or not in_range
            or len(items) > 2
            or (isinstance(value, tuple) and len(items) < 2)
        ):
            what = Message("a number or a pair of numbers")
            if self.open_minimum:
                raise self.refuse(
                    Message(
                        "it must be {what}, more than {low} and at most {high}.",
                        what=what,
                        low=self.minimum,
                        high=self.maximum,
                    ),
                    value,
                )
            raise self.refuse(_range_text(what, self.minimum, self.maximum), value)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class TextParam(ParamSpec):
    """Free text."""

    maximum_length: int = 10_000

    def normalise(self, value: Value) -> Value:
        if not isinstance(value, str) or len(value) > self.maximum_length:
            raise self.refuse(Message("it must be text."), value)
        return value


_TOO_LARGE = Message("it must be {high} or less.", high=f"{LARGEST_SIZE:,}")


def _every(what: Message, low: int) -> Message:
    return Message("{what} must be a whole number, {low} or more.", what=what, low=low)


def _range_text(what: Message, low: float, high: float) -> Message:
    bounded_below, bounded_above = low > -math.inf, high < LARGEST_SIZE
    if bounded_below and bounded_above:
        return Message("it must be {what} from {low} to {high}.", what=what, low=low, high=high)
    if bounded_below:
        return Message("it must be {what}, {low} or more.", what=what, low=low)
    return Message("it must be {what}.", what=what)


@dataclass(frozen=True, slots=True)
class Arguments:
    """A layer's parameters, complete and in normal form, read by type."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def integer(self, name: str) -> int:
        return cast("int", self.values[name])

    def number(self, name: str) -> float:
        return cast("float", self.values[name])

    def flag(self, name: str) -> bool:
        return cast("bool", self.values[name])

    def text(self, name: str) -> str:
        return cast("str", self.values[name])

    def optional_text(self, name: str) -> str | None:
        return cast("str | None", self.values[name])

    def sizes(self, name: str) -> tuple[int, ...]:
        """A value of a SizeParam or IntsParam."""
        return cast("tuple[int, ...]", self.values[name])

    def optional_sizes(self, name: str) -> tuple[int, ...] | None:
        return cast("tuple[int, ...] | None", self.values[name])

    def padding(self, name: str = "padding") -> PaddingMode | Pads:
        """A value of a PaddingParam."""
        return cast("PaddingMode | Pads", self.values[name])
