"""Which images belong together by their names: a simple pattern with one captured part. Standard library only.

`patient_*_*.png` puts patient_12_left.png and patient_12_right.png together: the first `*` is the group's name. Signs:
`*` any characters, as few as will do; `#` digits, as many as there are; `?` one character; round brackets around one
`*`, `#` or `?` make it the group's name: `*_(#).jpg`. Without `/` the pattern is of the file's name; with it, of as many
folders before the name as it has: `(*)/*` groups by folder. Capital and small letters are different.

Such a pattern never steps back over what a sign before has taken, so the time is at most in proportion to the square of
a name's length, whatever the pattern.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from cnnstudio.core.message import Message
from cnnstudio.data.problem import DataError

_SIGNS = re.compile(r"\(([*#?])\)|([*#?])|([()])|([^*#?()]+)")
_MOST = 200


def check_pattern(pattern: str) -> None:
    """Raises DataError with the cure when a pattern cannot be understood. An empty one groups nothing."""
    if pattern:
        _compiled(pattern)


def group_names(paths: Sequence[str], pattern: str) -> list[str | None]:
    """The name of each path's group; None where the pattern does not fit, or is empty. Raises DataError.

    `paths`: with forward slashes.
    """
    if not pattern:
        return [None] * len(paths)
    compiled = _compiled(pattern)
    pieces = pattern.count("/") + 1
    names: list[str | None] = []
    for path in paths:
        end = "/".join(path.rsplit("/", pieces)[-pieces:])
        match = compiled.fullmatch(unicodedata.normalize("NFC", end))
        names.append(match["group"] if match else None)
    return names


@lru_cache(maxsize=16)
def _compiled(pattern: str) -> re.Pattern[str]:
    tokens = [match.groups() for match in _SIGNS.finditer(unicodedata.normalize("NFC", pattern))]
    if len(pattern) > _MOST or any(stray for _, _, stray, _ in tokens):
        raise _wrong(pattern)
    named = [number for number, (captured, _, _, _) in enumerate(tokens) if captured]
    plain = [number for number, (_, sign, _, _) in enumerate(tokens) if sign in ("*", "#")]
    if len(named) > 1 or not (named or plain):
        raise _wrong(pattern)
    group = (named or plain)[0]
    pieces: list[str] = []
    opened = ""
    for number, (captured, sign, _, literal) in enumerate(tokens):
        sign = captured or sign
        if sign == "*":  # an atomic group to the next `*`: it takes the first place that fits, and keeps it
            pieces.append(opened and ")")
            opened = "(?>"
            pieces.append("(?>")
            pieces.append("(?P<group>[^/]*?)" if number == group else "[^/]*?")
        else:
            body = {"#": "[0-9]++", "?": "[^/]"}.get(sign or "", re.escape(literal or ""))
            pieces.append(f"(?P<group>{body})" if number == group else body)
    return re.compile("".join(pieces) + (r"\Z)" if opened else ""), re.DOTALL)


def _wrong(pattern: str) -> DataError:
    return DataError(
        "settings.group_by",
        Message("The pattern {pattern} names no group of images.", pattern=pattern[:_MOST]),
        Message(
            "Write the files' names with * for any characters and # for digits; round brackets around one of them make it the group's name: patient_(*)_*.png."
        ),
    )
