"""A run that ran out of memory: how it says so, and the batch size to try instead. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message

OUT_OF_MEMORY = Message("There is not enough memory for this network with these images.")
KILLED = Message("killed; the system probably ran out of memory")
"""How an engine ended that the system killed."""


def is_about_memory(message: Message) -> bool:
    """Whether a run's failure, or the end of its engine, is for want of memory."""
    return message == OUT_OF_MEMORY or message.values.get("reason") == KILLED


def batch_size_to_try(failed: int, largest: int | None) -> int:
    """The largest power of two below the batch size that failed and within what is forecast to fit; 0: none.

    Without a forecast (`largest` None) it is at most half of what failed.
    """
    most = min(failed - 1, failed // 2 if largest is None else largest)
    return 1 << (most.bit_length() - 1) if most > 0 else 0
