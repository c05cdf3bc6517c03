"""What can be wrong with data, as values: a problem in a report, an error for the caller, a wish to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cnnstudio.core.message import Message

Severity = Literal["error", "warning", "hint"]
Remedy = Literal["quarantine", "keep_alike", "class_weights", "resize"]
"""What can be done about a problem in a project, without touching a file: leave images out, keep images that look
alike in one part of the split, weigh small classes more, choose how images are brought to the network's size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about a file, a folder or many images.

    `error`: the file or folder is left out. `warning`: it is used, but look at it. `hint`: it is used as the
    message says. `path` is relative to the data folder with forward slashes, `""` for the folder itself.
    `code` is stable and meant for programs; `message` says what happened, `hint` how to cure it.
    `pictures`: the images concerned; those that belong together, copies of one another say, stand together.
    `remedies`: what can be done about it, the best first. `surplus`: the images that `quarantine` leaves out.
    """

    severity: Severity
    code: str
    path: str
    message: Message
    hint: Message
    pictures: tuple[tuple[str, ...], ...] = ()
    remedies: tuple[Remedy, ...] = ()
    surplus: tuple[str, ...] = ()


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
