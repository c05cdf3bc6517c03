"""The order that people expect of names: `img2` before `img10`, capitals beside small letters; the same on every machine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_ONE_NUMBER = re.compile(r"([^0-9]*)([0-9]+)([^0-9]*)")


def natural_key(name: str) -> tuple[object, ...]:
    """Sort key: digits compare as numbers, letters without case; ties by the exact name."""
    parts = re.split(r"(\d+)", unicodedata.normalize("NFC", name).casefold())
    return (*((index % 2, int(part) if index % 2 else part) for index, part in enumerate(parts)), (2, name))


def in_natural_order(names: Iterable[str]) -> list[str]:
    """The names sorted by `natural_key`, which is slow for a million of them: most folders number their files once."""
    known = list(names)
    if all(map(str.isascii, known)):
        found = [_ONE_NUMBER.fullmatch(name.lower()) for name in known]
        split = [one.groups() for one in found if one is not None]
        if len(split) == len(known):
            keys = [
                (before, int(number), after, name)
                for (before, number, after), name in zip(split, known, strict=True)
            ]
            return [key[-1] for key in sorted(keys)]
    return sorted(known, key=natural_key)
