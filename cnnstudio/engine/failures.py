"""What went wrong, in words for the user: every exception of training, measuring and exporting becomes one."""

from __future__ import annotations

import errno
import re

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.runs.backends import BACKENDS, not_installed
from cnnstudio.runs.out_of_memory import OUT_OF_MEMORY


class EngineError(Exception):
    """Something the engine cannot do: what happened, and the cure."""

    def __init__(self, message: Message, hint: Message = NO_MESSAGE) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class CancelledError(Exception):
    """The request was given up because somebody asked for it."""


def explain(error: BaseException) -> EngineError:
    """`error` in plain words. Errors that bring `message` and `hint` keep them."""
    message = getattr(error, "message", None)
    if isinstance(message, Message):
        hint = getattr(error, "hint", NO_MESSAGE)
        return EngineError(message, hint if isinstance(hint, Message) else NO_MESSAGE)
    if isinstance(error, ModuleNotFoundError) and error.name in BACKENDS:
        missing = not_installed(error.name)
        return EngineError(missing.message, missing.hint)
    if is_out_of_memory(error):
        return EngineError(
            OUT_OF_MEMORY,
            Message("Use a smaller batch size, a smaller input size, or fewer filters."),
        )
    if isinstance(error, OSError):
        return _system(error)
    return EngineError(
        Message("It failed unexpectedly: {reason}", reason=first_line(error)),
        Message("The details are in train.log, or in the log of the program."),
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a backend ran out of main or GPU memory."""
    if isinstance(error, MemoryError) or type(error).__name__ in (
        "ResourceExhaustedError",
        "OutOfMemoryError",
    ):
        return True
    text = str(error).lower()
    return (
        "resource_exhausted" in text
        or "out of memory" in text
        or "oom when allocating" in text
        or "can't allocate memory" in text
    )


def first_line(error: BaseException) -> str:
    """The first sentence of an error, without the markup of Keras and the traces of TensorFlow."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    text = re.sub(r"^Exception encountered when calling [^\n]*\n+", "", text)
    return text.splitlines()[0][:300] if text else type(error).__name__


def _system(error: OSError) -> EngineError:
    where = str(error.filename or "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EngineError(
            Message("The disk is full."), Message("Free some space; then resume the run, or start it again.")
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EngineError(
            Message("{path} cannot be written: you have no permission.", path=where),
            Message("Choose a folder that you may write to."),
        )
    reason = error.strerror or first_line(error)
    if not where:
        return EngineError(Message("A file cannot be read or written: {reason}.", reason=reason))
    return EngineError(Message("{path}: {reason}.", path=where, reason=reason))
