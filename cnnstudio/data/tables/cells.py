"""What is written in one cell: nothing, a yes or no, a number. Standard library only."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable

_MISSING = frozenset(("", "nan", "na", "n/a", "#n/a", "<na>", "null", "nil", "?"))
_FLAGS = {"0": 0.0, "1": 1.0, "0.0": 0.0, "1.0": 1.0, "false": 0.0, "true": 1.0, "no": 0.0, "yes": 1.0}
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d{1,18}([.,]0*)?")
_MOST = 3.4e38
"""Larger numbers are none in float32."""


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing is known."""
    return cell.casefold() in _MISSING


def flag_in(cell: str) -> float | None:
    """1 or 0 for 1, 0, true, false, yes or no; None for all else."""
    return _FLAGS.get(cell.casefold())


def is_flag(cell: str) -> bool:
    """Whether a cell says yes or no."""
    return cell.casefold() in _FLAGS


def nearly_all(fits: Callable[[str], object], cells: Iterable[str]) -> bool:
    """Whether the cells that hold something fit, but for one in twenty, or one of eight or more."""
    known = [cell for cell in cells if not is_missing(cell)]
    misses = sum(not fits(cell) for cell in known)
    return bool(known) and misses <= max(0.05 * len(known), 1 if len(known) >= 8 else 0)


def is_number(cell: str) -> bool:
    """Whether a cell holds a number that float32 knows."""
    return number_in(cell) is not None


def number_in(cell: str) -> float | None:
    """The number in a cell, with a decimal point or comma; None where there is none or it is beyond float32."""
    if not _NUMBER.fullmatch(cell):
        return None
    value = float(cell.replace(",", "."))
    return value if math.isfinite(value) and abs(value) <= _MOST else None


def whole_in(cell: str) -> int | None:
    """The whole number in a cell, `2` and `2.0` alike; None where there is none."""
    return int(re.split("[.,]", cell)[0]) if _WHOLE.fullmatch(cell) else None
