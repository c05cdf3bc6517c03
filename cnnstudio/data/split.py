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
from cnnstudio.data.grouping import group_names
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
    groups: Sequence[int] | None = None,
) -> Split:
    """Splits images by class. `labels`: class index of each image; `keys`: a stable name of each (default: its number).

    A class of n images gives round(n * fraction) of them, at least 1 and never all: every class with 2 images is in
    train and validation, with 3 in test too (when its fraction is not 0). `groups`: a number for each image; images of
    one number stay together, with the class that most of them have, and parts are as near to their shares as whole
    groups allow. Raises DataError for bad fractions.
    """
    _check_fractions(validation_split, test_split)
    names = [str(index) for index in range(len(labels))] if keys is None else keys
    train: list[int] = []
    validation: list[int] = []
    test: list[int] = []
    for found in _units(np.asarray(labels).tolist(), groups).values():
        units = _in_order(found, [f"{seed}:{_first_name(unit, names)}" for unit in found])
        count = sum(map(len, units))
        for_validation = _share(count, validation_split, spare=1)
        for_test = _share(count, test_split, spare=1 + for_validation)
        validation += _taken(units, for_validation)
        test += _taken(units, for_test)
        train += [index for unit in units for index in unit]
    return Split(train=_sorted(train), validation=_sorted(validation), test=_sorted(test))


def _units(labels: list[int], groups: Sequence[int] | None) -> dict[int, list[list[int]]]:
    """For each label the sets of images that stay together; by themselves where there are no groups."""
    together: defaultdict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(range(len(labels)) if groups is None else groups):
        together[group].append(index)
    units: defaultdict[int, list[list[int]]] = defaultdict(list)
    for unit in together.values():
        if len(unit) == 1:  # nearly always
            units[labels[unit[0]]].append(unit)
            continue
        counts = Counter(labels[index] for index in unit)
        units[min(counts, key=lambda label: (-counts[label], label))].append(unit)
    return units


def _first_name(unit: list[int], names: Sequence[str]) -> str:
    return names[unit[0]] if len(unit) == 1 else min(names[index] for index in unit)


def _taken(units: list[list[int]], wanted: int) -> list[int]:
    """Takes whole units from the front, one never, as near to `wanted` images as they allow, and gives these images."""
    chosen: list[int] = []
    total = 0
    for number, unit in enumerate(units):
        if total >= wanted or len(chosen) == len(units) - 1:
            break
        if 2 * total + len(unit) <= 2 * wanted:
            chosen.append(number)
            total += len(unit)
    if wanted and not chosen and len(units) > 1:
        chosen = [min(range(len(units)), key=lambda number: len(units[number]))]
    taken = [index for number in chosen for index in units[number]]
    kept = set(chosen)
    units[:] = [unit for number, unit in enumerate(units) if number not in kept]
    return taken


def kept_together(report: DataReport, settings: DataSettings) -> list[int] | None:
    """A number for each image; images of one number are to stay in one part. None when each stands alone."""
    if not settings.group_by and not settings.keep_alike:
        return None
    paths = [image.path for image in report.images]
    groups = list(range(len(paths)))
    first: dict[str, int] = {}
    for index, name in enumerate(group_names(paths, settings.group_by)):
        if name is not None:
            groups[index] = first.setdefault(name, index)
    if settings.keep_alike:
        place = {path: index for index, path in enumerate(paths)}
        for alike in report.alike:
            numbers = {_root(groups, place[path]) for path in alike}
            for number in numbers:
                groups[number] = min(numbers)
    return [_root(groups, index) for index in range(len(groups))]


def _root(groups: list[int], index: int) -> int:
    while groups[index] != index:
        groups[index] = groups[groups[index]]
        index = groups[index]
    return index


def split_report(report: DataReport, settings: DataSettings) -> Split:
    """The split of scanned images: their own parts where they have them, the settings' fractions otherwise.

    Where there are train and test but no validation part, the validation images are taken from train. Images with
    several labels are split by their sets of labels, sets of fewer than 5 images together; numbers are not looked at.
    Fixed parts stay as they are, whatever the groups.
    """
    keys = [image.path for image in report.images]
    strata = _strata(report) if settings.stratified else np.zeros(len(keys), np.int32)
    groups = kept_together(report, settings)
    if report.layout == "classes":
        return split(
            strata,
            validation_split=settings.validation_split,
            seed=settings.seed,
            test_split=settings.test_split,
            keys=keys,
            groups=groups,
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
            groups=None if groups is None else [groups[index] for index in train],
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


def _in_order(units: list[list[int]], names: list[str]) -> list[list[int]]:
    """The units by the hashes of their names; of equal ones that with the lowest image first, as they are handed in.

    Sorted by NumPy, which lets other threads work meanwhile.
    """
    hashes = np.frombuffer(b"".join(map(_hash, names)), ">u8").astype(np.uint64)
    return [units[number] for number in np.argsort(hashes, kind="stable").tolist()]


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest()


def _sorted(indices: list[int]) -> Indices:
    return np.sort(np.array(indices, dtype=np.int32))


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
