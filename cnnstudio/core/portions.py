"""Work in portions: whoever does it may do something else after each, or nothing more at all. Standard library only."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Portions: TypeAlias = Generator[None, None, T]
"""Yields after every portion; returns the result. What is left half done leaves nothing behind that matters."""


def completed(work: Portions[T]) -> T:
    """The result, everything that is left of the work done at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


def finished(result: T) -> Portions[T]:
    """Work of which nothing is left but to take its result."""
    yield from ()
    return result
