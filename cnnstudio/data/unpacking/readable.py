"""What every reader of files says when a file cannot be opened, or does not fit into the memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cnnstudio.core.message import Message
from cnnstudio.data.picture import reason_of
from cnnstudio.data.problem import DataError


@contextmanager
def readable(shown: str) -> Iterator[None]:
    """Inside this, an OSError or MemoryError becomes a DataError with the cure; `shown` is the path to name."""
    try:
        yield
    except OSError as error:
        raise DataError(
            "source.unreadable",
            Message("{path} cannot be read: {reason}.", path=shown, reason=reason_of(error)),
            Message("Choose it again; perhaps it was moved, or may not be read."),
        ) from None
    except MemoryError:
        raise DataError(
            "arrays.memory",
            Message("{path} does not fit into the free memory.", path=shown),
            Message("Close other programs."),
        ) from None
