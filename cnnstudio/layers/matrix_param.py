"""A small matrix as a parameter: rows of numbers, as text that a person types. Standard library only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import TextParam
from cnnstudio.core.params import Value

Matrix = tuple[tuple[float, ...], ...]
"""Rows of equal length."""

LARGEST_SIDE = 31
"""Rows and columns at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixParam(TextParam):
    """Rows parted by `;`, numbers by spaces, fractions such as 1/9 allowed; lists of numbers are read too."""

    def normalise(self, value: Value) -> Value:
        text = _joined(value) if isinstance(value, tuple) else value
        if isinstance(text, str) and len(text) <= self.maximum_length:
            rows = _rows(text) or ((),)
            lengths = {len(row) for row in rows}
            if len(lengths) == 1 and max(len(rows), *lengths) <= LARGEST_SIDE and min(lengths) > 0:
                return text
        raise self.refuse(
            Message("it must be rows of as many numbers each, as in -1 0 1; -2 0 2; -1 0 1."), value
        )


def matrix_of(text: str) -> Matrix:
    """The numbers of a MatrixParam's value."""
    return _rows(text) or ((0.0,),)


def _joined(rows: tuple[Value, ...]) -> str:
    return "; ".join(
        " ".join(map(str, row))
        if isinstance(row, tuple) and not any(isinstance(n, (bool, tuple)) for n in row)
        else "?"
        for row in rows
    )


def _rows(text: str) -> Matrix | None:
    try:
        rows = tuple(tuple(_number(word) for word in row.split()) for row in text.split(";"))
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return rows if all(math.isfinite(number) for row in rows for number in row) else None


def _number(word: str) -> float:
    if len(word) > 40 or "e" in word.lower():  # a huge power would take the exact fraction long
        return float(word)
    return float(Fraction(word))
