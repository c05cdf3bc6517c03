"""How a command ends badly: an exit code, a sentence, a cure. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import NO_MESSAGE, Message

DONE = 0
ENDED_BADLY = 1
"""The network has errors, or training, measuring or exporting failed."""
BAD_USAGE = 2
"""Wrong arguments, or input that cannot be read."""
INTERRUPTED = 130
"""Ended by Ctrl-C; what was done so far is kept."""


class CommandError(Exception):
    """A command that cannot be done. `code` is the exit code."""

    def __init__(self, message: Message, *, hint: Message = NO_MESSAGE, code: int = ENDED_BADLY) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint
        self.code = code


class InputError(CommandError):
    """Arguments or files that cannot be used."""

    def __init__(self, message: Message, *, hint: Message = NO_MESSAGE) -> None:
        super().__init__(message, hint=hint, code=BAD_USAGE)
