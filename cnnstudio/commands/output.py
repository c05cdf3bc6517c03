"""Text, tables and JSON on standard output; remarks on standard error. Standard library only.

What a terminal cannot show becomes an escape, never an error.
"""

from __future__ import annotations

import json
import math
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from cnnstudio.core.message import NO_MESSAGE, Message


def make_streams_safe() -> None:
    """Let both streams print any character: one that the encoding lacks is shown as `\\uNNNN`."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def say(text: str = "") -> None:
    """A line on standard output."""
    sys.stdout.write(_printable(text) + "\n")


def say_json(document: object) -> None:
    """One JSON document on standard output."""
    text = json.dumps(_finite(document), ensure_ascii=not _is_unicode(), indent=2, allow_nan=False)
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")


def remark(text: str | Message, hint: Message = NO_MESSAGE, *, kind: str = "") -> None:
    """A line on standard error, and its cure below it."""
    head = f"{kind}: " if kind else ""
    lines = [f"{head}{text}"]
    if hint:
        lines.append(" " * len(head) + str(hint))
    sys.stderr.write(_printable("\n".join(lines)) + "\n")


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> str:
    """Columns padded to their widest cell; those numbered in `right` end flush. Wide characters count double."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(head))]
    flush = frozenset(right)
    shown = []
    for line in lines:
        cells = []
        for column, cell in enumerate(line):
            gap = " " * (widths[column] - width(cell))
            cells.append(gap + cell if column in flush else cell + gap)
        shown.append("  ".join(cells).rstrip())
    rule = "-" * min(sum(widths) + 2 * (len(widths) - 1), 100)
    return "\n".join([shown[0], rule, *shown[1:]])


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _finite(value: object) -> object:
    """JSON has no NaN and no infinity: null stands for them."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _printable(text: str) -> str:
    """Without control characters, which could drive the terminal."""
    return "".join(
        letter if letter in "\n\t" or letter.isprintable() or letter == "\u00a0" else f"\\x{ord(letter):02x}"
        for letter in text
    )


def _is_unicode() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "").startswith("utf")
