"""The images of a report in groups to look at: by class, by label, or by ranges of the numbers to learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.data.report import DataReport

_RANGES = 10
_MOST_NUMBERS = 10
"""Numbers of an image whose ranges are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`members`: positions of its images in the report, ascending. `name`: a text of the data, or a sentence's part."""

    name: str | Message
    members: NDArray[np.int32]

    @property
    def count(self) -> int:
        """The number of its images."""
        return len(self.members)


def groups_of(report: DataReport) -> tuple[Group, ...]:
    """Classes in their order; labels, and the images without any; ten ranges of each number, empty ones too.

    An image with several labels is in several groups.
    """
    targets = report.targets
    if targets is None:
        labels = report.labels
        return tuple(
            Group(name=name, members=_where(labels == number))
            for number, name in enumerate(report.class_names)
        )
    if report.task == "multi_label":
        found = [
            Group(name=name, members=_where(targets[:, number] == 1))
            for number, name in enumerate(report.target_names)
        ]
        without = _where(targets.sum(axis=1) == 0)
        return (*found, Group(name=Message("no label"), members=without)) if len(without) else tuple(found)
    several = len(report.target_names) > 1
    return tuple(
        Group(name=f"{name}: {text}" if several else text, members=members)
        for number, name in enumerate(report.target_names[:_MOST_NUMBERS])
        for text, members in _ranges(targets[:, number])
    )


def told_of(report: DataReport, number: int) -> str:
    """What is to be learned of an image, in one line: its labels or numbers; empty for classes."""
    target = report.images[number].target
    if report.task == "multi_label":
        return ", ".join(name for name, told in zip(report.target_names, target, strict=True) if told)
    return "  ".join(f"{name} {value:.6g}" for name, value in zip(report.target_names, target, strict=True))


def _ranges(values: NDArray[np.float32]) -> list[tuple[str, NDArray[np.int32]]]:
    """Each value where they are few, else ranges of equal width. The last one holds its upper end too."""
    different = np.unique(values)
    if len(different) <= _RANGES:
        return [(f"{value:g}", _where(values == value)) for value in different.tolist()]
    edges = np.linspace(values.min(), values.max(), _RANGES + 1, dtype=np.float64)
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, _RANGES - 1)
    return [
        (f"{edges[number]:.4g} … {edges[number + 1]:.4g}", _where(place == number))
        for number in range(_RANGES)
    ]


def _where(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    return np.flatnonzero(mask).astype(np.int32)
