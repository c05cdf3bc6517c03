"""Values as the user types them, and back. Raises ValueTextError with one plain sentence for what cannot be read."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QCoreApplication

from cnnstudio.core.params import Value

_SEPARATORS = re.compile(r"[\s,;×x*·]+")


class ValueTextError(Exception):
    """What was typed is not such a value; the text is for the user."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("ValueText", text)


def int_of(text: str) -> int:
    """A whole number."""
    try:
        return int(text.strip())
    except ValueError:
        raise ValueTextError(_tr("Type a whole number, such as 3.")) from None


def float_of(text: str) -> float:
    """A finite number; a decimal comma is understood."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        raise ValueTextError(_tr("Type a number, such as 0.5.")) from None
    if not math.isfinite(number):
        raise ValueTextError(_tr("Type a finite number."))
    return number


def ints_of(text: str, *, unknown_sizes: bool) -> tuple[int | None, ...]:
    """`28 × 28 × 1`, `28, 28, 1` or `28 28 1`; `?` is an unknown size where there can be one."""
    parts = [part for part in _SEPARATORS.split(text.strip().strip("()[]")) if part]
    numbers: list[int | None] = []
    for part in parts:
        if unknown_sizes and part in ("?", "None", "none", "null", "-"):
            numbers.append(None)
            continue
        try:
            numbers.append(int(part))
        except ValueError:
            example = "28 × 28 × 1"
            raise ValueTextError(
                _tr("Type whole numbers, such as {example}.").format(example=example)
            ) from None
    return tuple(numbers)


def axes_of(text: str, *, several: bool) -> Value:
    """The number of an axis, or several as `1, 2` where there may be."""
    parts = [part for part in _SEPARATORS.split(text.strip().strip("()[]")) if part]
    try:
        axes = [int(part) for part in parts]
    except ValueError:
        axes = []
    if len(axes) == 1:
        return axes[0]
    if axes and several:
        return tuple(axes)
    if several:
        raise ValueTextError(_tr("Type the number of an axis, such as -1, or several, such as 1, 2."))
    raise ValueTextError(_tr("Type the number of an axis, such as -1."))


def factor_of(text: str) -> Value:
    """A number, or several as `-0.1, 0.2`; how many there may be, the parameter says."""
    parts = [part for part in re.split(r"[\s,;]+", text.strip().strip("()[]")) if part]
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) == 1:
        return numbers[0]
    if len(numbers) > 1:
        return tuple(numbers)
    raise ValueTextError(_tr("Type a number such as 0.1, or two such as -0.1, 0.2."))


def number_text(value: float) -> str:
    """A float without digits it does not need: `0.001`, `1e-05`, `2`."""
    return f"{value:.10g}"


def value_text(value: Value) -> str:
    """Any value, short: for tooltips, defaults and parameters of unknown layers."""
    if value is None:
        return "None"
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, tuple):
        if all(isinstance(item, int) and not isinstance(item, bool) for item in value):
            return " × ".join(str(item) for item in value)
        return ", ".join(
            f"({value_text(item)})" if isinstance(item, tuple) else value_text(item) for item in value
        )
    return str(value)
