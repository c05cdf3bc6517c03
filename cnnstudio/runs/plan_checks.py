"""Whether single settings of a plan can be used, and the words for those that cannot. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.params import Params


class PlanError(Exception):
    """A setting that training cannot use. `field` is its name in the plan, `hint` the cure."""

    def __init__(self, message: Message, field: str, hint: Message = NO_MESSAGE) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field
        self.hint = hint


def error(name: str, expected: Message, value: object) -> PlanError:
    """The words for a value that cannot be used."""
    shown = "null" if value is None else repr(value) if isinstance(value, str) else str(value)
    return PlanError(
        Message("{param} is {value}; {expected}", param=name, value=shown[:60], expected=expected), name
    )


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """One of the choices. Raises PlanError."""
    if value not in choices:
        raise error(name, Message("it must be one of {choices}.", choices=", ".join(choices)), value)


def check_whole(name: str, value: object, low: int, high: int) -> None:
    """A whole number from `low` to `high`. Raises PlanError."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        expected = Message("it must be a whole number from {low} to {high}.", low=low, high=high)
        raise error(name, expected, value)


def check_number(
    name: str,
    value: object,
    *,
    low: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> float:
    """A finite number from `low` or greater than `above`, and less than `below`. Raises PlanError."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise error(name, Message("it must be a number."), value)
    if low is not None and below is not None and not low <= value < below:
        raise error(
            name, Message("it must be at least {low} and below {below}.", low=low, below=below), value
        )
    if above is not None and below is not None and not above < value < below:
        raise error(
            name, Message("it must be above {above} and below {below}.", above=above, below=below), value
        )
    if low is not None and value < low:
        raise error(name, Message("it must be {low} or more.", low=low), value)
    if above is not None and value <= above:
        raise error(name, Message("it must be a number above {above}.", above=above), value)
    return float(value)


def names_of(name: str, value: object) -> tuple[str, ...]:
    """A list of names; one name alone, as a command line has it, is a list of one. Raises PlanError."""
    if isinstance(value, str):
        value = (value,) if value else ()
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) and item for item in value):
        raise error(name, Message("it must be a list of names."), value)
    return tuple(value)


def class_weights_of(value: object) -> object:
    """`none`, `balanced`, or an object of a number for each class. Raises PlanError."""
    if value is None or value == "none":
        return "none"
    if value == "balanced":
        return value
    expected = Message("it must be none, balanced, or a number above 0 for each class by its name.")
    if not isinstance(value, Mapping):
        raise error("class_weights", expected, value)
    for weight in value.values():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)) or not 0 < weight < math.inf:
            raise error("class_weights", expected, weight)
    return Params({str(name): float(weight) for name, weight in value.items()})


def check_device(value: object) -> None:
    """The name of a device. Raises PlanError."""
    kind, _, number = value.partition(":") if isinstance(value, str) else ("", "", "")
    if value not in ("auto", "cpu", "gpu") and not (kind == "gpu" and number.isdecimal()):
        raise error("device", Message("it must be auto, cpu, gpu, or gpu:0, gpu:1 and so on."), value)
