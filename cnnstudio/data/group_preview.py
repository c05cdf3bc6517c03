"""What a pattern of file names makes of the images of a report: how many groups, and a few names with theirs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cnnstudio.core.message import Message
from cnnstudio.data.grouping import group_names
from cnnstudio.data.parallel import IsCancelled
from cnnstudio.data.problem import Cancelled, DataError

LIMIT_SECONDS = 5.0
"""A pattern costs at most a tenth of a millisecond a name: only very many long names come near it."""
EXAMPLES = 3
_AT_ONCE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPreview:
    """`names`: of the first groups. `least` and `most`: images of a group. `alone`: images that the pattern does not fit.

    `examples`: up to three paths, as much of each as the pattern looks at, with the group, None where each stands alone.
    """

    groups: int
    least: int
    most: int
    alone: int
    names: tuple[str, ...]
    examples: tuple[tuple[str, str | None], ...]


def preview_groups(
    paths: Sequence[str], pattern: str, *, cancelled: IsCancelled | None = None, limit: float = LIMIT_SECONDS
) -> GroupPreview:
    """Groups paths by a pattern that is not empty. Raises DataError for one that is none, or takes longer than `limit`
    seconds, and Cancelled.
    """
    end = time.monotonic() + limit
    found: list[str | None] = group_names((), pattern)
    for start in range(0, len(paths), _AT_ONCE):
        if cancelled is not None and cancelled():
            raise Cancelled
        if time.monotonic() > end:
            raise DataError(
                "group.slow",
                Message("The pattern {pattern} takes too long on these names.", pattern=pattern),
                Message("Use fewer signs: the part in round brackets and what is beside it will do."),
            )
        found += group_names(paths[start : start + _AT_ONCE], pattern)
    counts = Counter(name for name in found if name is not None)
    pieces = pattern.count("/") + 1
    return GroupPreview(
        groups=len(counts),
        least=min(counts.values(), default=0),
        most=max(counts.values(), default=0),
        alone=len(found) - counts.total(),
        names=tuple(list(counts)[:4]),
        examples=tuple(
            ("/".join(paths[number].rsplit("/", pieces)[-pieces:]), found[number])
            for number in _telling(found)
        ),
    )


def _telling(found: Sequence[str | None]) -> list[int]:
    """Positions that show most: two images of one group, then others' first, then what stands alone."""
    first: dict[str, int] = {}
    pair: list[int] = []
    for number, name in enumerate(found):
        if name is not None and first.setdefault(name, number) != number and not pair:
            pair = [first[name], number]
    others = [number for number in first.values() if number not in pair]
    alone = [number for number, name in enumerate(found) if name is None]
    return sorted((pair + others + alone)[:EXAMPLES])
