"""A kernel as a person writes it: a factor and rows of exact numbers. Standard library only."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from cnnstudio.layers.convolution.fixed_filter2d import KERNELS

Rows = tuple[tuple[Fraction, ...], ...]
"""Rows of equal length."""

_LARGEST_DENOMINATOR = 1000
_LONGEST_WORD = 16
_LARGEST = 10**6


@dataclass(frozen=True, slots=True)
class Kernel:
    """`factor` times `rows`; shape (K_h, K_w)."""

    rows: Rows
    factor: Fraction = Fraction(1)

    @property
    def size(self) -> tuple[int, int]:
        """K_h and K_w."""
        return len(self.rows), len(self.rows[0])

    @property
    def values(self) -> Rows:
        """The rows times the factor."""
        return tuple(tuple(self.factor * number for number in row) for row in self.rows)

    @property
    def total(self) -> Fraction:
        """The sum of all values: what a picture of ones becomes. 0 for filters that look for edges."""
        return self.factor * sum((sum(row, Fraction(0)) for row in self.rows), Fraction(0))

    def flipped(self) -> Kernel:
        """Upside down and mirrored, as a convolution takes it."""
        return replace(self, rows=tuple(row[::-1] for row in self.rows[::-1]))

    def dilated(self, dilation: int) -> Kernel:
        """The same with zeros between: a kernel of K_eff = dilation * (K - 1) + 1 that does the same undilated."""
        height, width = (dilation * (size - 1) + 1 for size in self.size)
        zero = Fraction(0)
        return replace(
            self,
            rows=tuple(
                tuple(
                    self.rows[y // dilation][x // dilation] if y % dilation == x % dilation == 0 else zero
                    for x in range(width)
                )
                for y in range(height)
            ),
        )

    def resized(self, height: int, width: int) -> Kernel:
        """Zeros added around, or outer values taken away, the middle kept."""
        down, across = (height - self.size[0]) // 2, (width - self.size[1]) // 2
        zero = Fraction(0)
        return replace(
            self,
            rows=tuple(
                tuple(
                    self.rows[y - down][x - across]
                    if 0 <= y - down < self.size[0] and 0 <= x - across < self.size[1]
                    else zero
                    for x in range(width)
                )
                for y in range(height)
            ),
        )

    def with_number(self, row: int, column: int, number: Fraction) -> Kernel:
        """The same with another number in one cell."""
        rows = [list(numbers) for numbers in self.rows]
        rows[row][column] = number
        return replace(self, rows=tuple(map(tuple, rows)))

    def text(self) -> str:
        """As the parameter `kernel` of FixedFilter2D takes it: `-1 0 1; -2 0 2; -1 0 1`."""
        return "; ".join(" ".join(map(str, row)) for row in self.values)


@cache
def classic(name: str) -> Kernel:
    """The filter of that name in FixedFilter2D, its factor in front: 1/16 times whole numbers. Raises KeyError."""
    numbers = [
        [Fraction(number).limit_denominator(_LARGEST_DENOMINATOR) for number in row] for row in KERNELS[name]
    ]
    denominator = math.lcm(*(number.denominator for row in numbers for number in row))
    return Kernel(
        tuple(tuple(number * denominator for number in row) for row in numbers), Fraction(1, denominator)
    )


def name_of(kernel: Kernel) -> str | None:
    """Which of FixedFilter2D's filters this is; None for one's own."""
    return next((name for name in KERNELS if classic(name).values == kernel.values), None)


def exact_number(word: str) -> Fraction:
    """`-2`, `0.5` or `1/9`, exactly. Raises ValueError for what is no number, or of more than a million."""
    word = word.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    if len(word) > _LONGEST_WORD or "e" in word.lower():
        raise ValueError(word)
    try:
        number = Fraction(word)
    except ZeroDivisionError:
        raise ValueError(word) from None
    if abs(number) > _LARGEST or number.denominator > _LARGEST:
        raise ValueError(word)
    return number


def exact_numbers(text: str) -> tuple[Fraction, ...]:
    """Numbers parted by spaces or semicolons. Raises ValueError when there is none or one is no number."""
    numbers = tuple(exact_number(word) for word in text.replace(";", " ").split())
    if not numbers:
        raise ValueError(text)
    return numbers
