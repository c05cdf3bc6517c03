"""Which images train, which validate, which test: stratified, seeded, the same on every machine.

Each class, or each set of labels, is ordered by a hash of (seed, key) and cut; no random generator is involved, so neither the
machine nor a library's version changes a split. With paths as keys, adding images moves few of the others.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.data.problem import DataError
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings

Indices = NDArray[np.int32]
_RARE = 5
"""Images with the same set of labels below which they are not split alike by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Three disjoint sets of image indices, each ascending, together all images."""

    train: Indices
    validation: Indices
    test: Indices


def split(
    labels: Sequence[int] | NDArray[np.integer],
    *,
    validation_split: float,
    seed: int,
    test_split: float = 0.0,
    keys: Sequence[str] | None = None,
) -> Split:
    """Splits images by class. `labels`: class index of each image; `keys`: a stable name of each (default: its number).

    A class of n images gives round(n * fraction) of them, at least 1 and never all: every class with 2 images is in
    train and validation, with 3 in test too (when its fraction is not 0). Raises DataError for bad fractions.
    """
    _check_fractions(validation_split, test_split)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, label in enumerate(np.asarray(labels).tolist()):
        members[label].append(index)
    train: list[int] = []
    validation: list[int] = []
    test: list[int] = []
    for indices in members.values():
        names = {index: str(index) if keys is None else keys[index] for index in indices}
        indices.sort(key=lambda index: (_hash(f"{seed}:{names[index]}"), index))
        count = len(indices)
        for_validation = _share(count, validation_split, spare=1)
        for_test = _share(count, test_split, spare=1 + for_validation)
        validation += indices[:for_validation]
        test += indices[for_validation : for_validation + for_test]
        train += indices[for_validation + for_test :]
    return Split(train=_sorted(train), validation=_sorted(validation), test=_sorted(test))


def split_report(report: DataReport, settings: DataSettings) -> Split:
    """The split of scanned images: their own parts where they have them, the settings' fractions otherwise.

    Where there are train and test but no validation part, the validation images are taken from train. Images with
    several labels are split by their sets of labels, sets of fewer than 5 images together; numbers are not looked at.
    """
    keys = [image.path for image in report.images]
    strata = _strata(report)
    if report.layout == "classes":
        return split(
            strata,
            validation_split=settings.validation_split,
            seed=settings.seed,
            test_split=settings.test_split,
            keys=keys,
        )
    parts: defaultdict[str, list[int]] = defaultdict(list)
    for index, image in enumerate(report.images):
        parts[image.part].append(index)
    train, validation = _sorted(parts["train"]), _sorted(parts["validation"])
    if not len(validation):
        inner = split(
            strata[train],
            validation_split=settings.validation_split,
            seed=settings.seed,
            keys=[keys[index] for index in train],
        )
        train, validation = train[inner.train], train[inner.validation]
    return Split(train=train, validation=validation, test=_sorted(parts["test"]))


def _strata(report: DataReport) -> Indices:
    """A number for each image; images of the same number are split alike."""
    if report.task != "multi_label":
        return report.labels
    counts = Counter(image.target for image in report.images)
    frequent = sorted(target for target, count in counts.items() if count >= _RARE)
    numbers = {target: number for number, target in enumerate(frequent, 1)}
    return np.array([numbers.get(image.target, 0) for image in report.images], np.int32)


def _share(count: int, fraction: float, *, spare: int) -> int:
    """How many of `count` images a fraction takes while `spare` remain for the others."""
    if fraction == 0 or count <= spare:
        return 0
    return min(max(1, math.floor(count * fraction + 0.5)), count - spare)


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest()


def _sorted(indices: list[int]) -> Indices:
    return np.array(sorted(indices), dtype=np.int32)


def _check_fractions(validation_split: float, test_split: float) -> None:
    for name, value in (("validation", validation_split), ("test", test_split)):
        if not 0 <= value < 1:
            raise DataError(
                "split.fraction",
                Message("The {name} share of the images is {value}.", name=name, value=value),
                Message("Use a number from 0 to below 1; 0.2 is usual."),
            )
    if validation_split + test_split >= 1:
        raise DataError(
            "split.fraction",
            Message(
                "Validation and test together take {value} of the images.",
                value=validation_split + test_split,
            ),
            Message("Leave some to train on: their shares must add up to less than 1."),
        )
