"""No collections of garbage where many objects are made and none of them is garbage: each would look through all again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_holds = 0


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


def is_held() -> bool:
    """Whether somebody is in `no_collections`."""
    return _holds > 0
