"""No collections of garbage where many objects are made and none of them is garbage: each would look through all again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_holds = 0
_leaves_out = False


@contextmanager
def no_collections() -> Iterator[None]:
    """Collect nothing in here, by Python's own accord or by who asks `is_held` first."""
    global _holds  # noqa: PLW0603 - there is one collector in a process
    enabled = gc.isenabled()
    gc.disable()
    _holds += 1
    try:
        yield
    finally:
        _holds -= 1
        if enabled:
            gc.enable()


def leave_out() -> None:
    """No collection looks through what there is now, as it stays until the end."""
    global _leaves_out  # noqa: PLW0603 - there is one collector in a process
    gc.freeze()
    _leaves_out = True


@contextmanager
def long_lived() -> Iterator[None]:
    """`no_collections` for much that stays for long and has no cycles: where anything is left out, this is too.

    It is freed when nobody wants it any more, as ever; but looking through it even once takes frames.
    """
    with no_collections():
        yield
        if _leaves_out:
            gc.freeze()


def is_held() -> bool:
    """Whether somebody is in `no_collections`."""
    return _holds > 0
