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


def product_line(terms: Sequence[Term], *, names: Sequence[str] | None = None) -> str:
    """Products with signs between them, in one line; with `names`, these in place of the values."""
    parts = [
        f"{_sign(term, first=number == 0)}{_product(term, names[number] if names is not None else None)}"
        for number, term in enumerate(terms)
    ]
    return " ".join(parts)


def written(rows: Sequence[Sequence[Term]], factor: Fraction, result: float) -> str:
    """The whole sum: a line for each row of the kernel, products below each other, the factor in front, the result behind."""
    products = [[_product(term) for term in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*products, strict=True)]
    lines = [
        " ".join(
            f"{MINUS if term.weight < 0 else '+' if number or place else ' '} {product:>{width}}"
            for place, (term, product, width) in enumerate(zip(row, row_products, widths, strict=True))
        )
        for number, (row, row_products) in enumerate(zip(rows, products, strict=True))
    ]
    if len(lines) == 1:
        lines[0] = lines[0].lstrip()
    if factor != 1:
        front = f"{number_text(factor)} {TIMES} ("
        indent = " " * len(front)
        lines = [f"{indent if number else front}{line}" for number, line in enumerate(lines)]
        lines[-1] += ")"
    return "\n".join(lines) + f" = {number_text(result)}"


def _sign(term: Term, *, first: bool) -> str:
    if first:
        return MINUS if term.weight < 0 else ""
    return f"{MINUS} " if term.weight < 0 else "+ "


def _product(term: Term, name: str | None = None) -> str:
    value = name if name is not None else number_text(term.value)
    if value.startswith(MINUS):
        value = f"({value})"
    return f"{number_text(abs(term.weight))}{TIMES}{value}"
