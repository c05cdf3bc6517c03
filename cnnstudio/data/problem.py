"""What can be wrong with data, as values: a problem in a report, an error for the caller, a wish to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cnnstudio.core.message import Message

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about one file or folder.

    `error`: the file or folder is left out. `warning`: it is used, but look at it. `hint`: it is used as the
    message says. `path` is relative to the data folder with forward slashes, `""` for the folder itself.
    `code` is stable and meant for programs; `message` says what happened, `hint` how to cure it.
    """

    severity: Severity
    code: str
    path: str
    message: Message
    hint: Message


class DataError(ValueError):
    """Data that cannot be used at all. `str()` is the English message followed by its cure."""

    def __init__(self, code: str, message: Message, hint: Message) -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class Cancelled(Exception):  # noqa: N818 - it is a wish that was granted, not an error
    """The caller's `cancelled()` answered true; nothing was kept."""


def printable(text: str) -> str:
    """`text` fit for every screen and file: bytes of a broken file name (lone surrogates) become `\\xNN`."""
    raw = text.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "backslashreplace")
