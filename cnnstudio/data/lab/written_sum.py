"""A value of the output as the sum that it is, with the user's numbers: `−1·52 + 0·55 + 1·60 = 8`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cnnstudio.data.lab.filtering import Term

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MIDDLE DOT}"


def number_text(value: float | Fraction) -> str:
    """Four digits behind the point at most: `52`, `−13.5`, `0.3333`; a fraction as it is written: `1/9`."""
    if isinstance(value, Fraction):
        return str(value).replace("-", MINUS)
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", MINUS)


def product_line(terms: Sequence[Term], *, first: bool, names: Sequence[str] | None = None) -> str:
    """One row of the kernel's products, signs between them; with `names`, these in place of the values."""
    parts = []
    for number, term in enumerate(terms):
        value = names[number] if names is not None else number_text(term.value)
        if value.startswith(MINUS):
            value = f"({value})"
        product = f"{number_text(abs(term.weight))}{TIMES}{value}"
        if first and not number:
            parts.append(f"{MINUS if term.weight < 0 else ''}{product}")
        else:
            parts.append(f"{MINUS if term.weight < 0 else '+'} {product}")
    return " ".join(parts)


def written(rows: Sequence[Sequence[Term]], factor: Fraction, result: float) -> str:
    """The whole sum, a line for each row of the kernel, the factor in front and the result at the end."""
    lines = [product_line(row, first=number == 0) for number, row in enumerate(rows)]
    if factor != 1:
        front = f"{number_text(factor)} {TIMES} ("
        indent = " " * len(front)
        lines = [f"{indent if number else front}{line}" for number, line in enumerate(lines)]
        lines[-1] += ")"
    return "\n".join(lines) + f" = {number_text(result)}"
