"""Which images of a data set are copies of one another, and what that spoils."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.data.alike import alike_groups
from cnnstudio.data.miniature import BYTES
from cnnstudio.data.problem import Problem, Remedy, Severity
from cnnstudio.data.report import ImageEntry

Group = tuple[str, ...]
Groups = tuple[Group, ...]


def duplicate_groups(images: Sequence[ImageEntry]) -> Groups:
    """Groups of paths whose files are equal byte for byte, in the order of their first member."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for image in images:
        groups[image.digest].append(image.path)
    return tuple(tuple(paths) for paths in groups.values() if len(paths) > 1)


def groups_alike(
    images: Sequence[ImageEntry],
    miniatures: Sequence[bytes],
    *,
    cancelled: Callable[[], bool] | None = None,
) -> Groups:
    """Groups of paths whose images look alike or are equal; `miniatures`: one for each image. Raises Cancelled."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for number, image in enumerate(images):
        members[image.digest].append(number)
    different = list(members.values())
    pixels = np.frombuffer(b"".join(miniatures[numbers[0]] for numbers in different), np.uint8)
    found = alike_groups(pixels.reshape(-1, BYTES), cancelled=cancelled)
    together = {number for group in found for number in group}
    groups = [sorted(number for one in group for number in different[one]) for group in found]
    groups += [numbers for one, numbers in enumerate(different) if len(numbers) > 1 and one not in together]
    return tuple(tuple(images[number].path for number in group) for group in sorted(groups))


def copy_problems(images: Sequence[ImageEntry], duplicates: Groups, alike: Groups) -> list[Problem]:
    """What copies spoil: labels that contradict each other, validation images that were trained on."""
    known = _Known(images)
    near = tuple(group for group in alike if known.is_near(group))
    return [*_equal(known, duplicates), *_near(known, near)]


class _Known:
    """What is asked of the members of groups."""

    def __init__(self, images: Sequence[ImageEntry]) -> None:
        self.images = {image.path: image for image in images}
        self.targets = bool(images and images[0].target)
        self.fixed = any(image.part for image in images)

    def is_near(self, group: Group) -> bool:
        """Whether there are different files among a group."""
        return len({self.images[path].digest for path in group}) > 1

    def in_conflict(self, groups: Groups) -> Groups:
        """Groups whose members are in different classes, or of which different things are told."""
        return tuple(group for group in groups if len({self._learned(path) for path in group}) > 1)

    def across(self, groups: Groups) -> Groups:
        """Groups whose members are in different parts."""
        return tuple(group for group in groups if len({self.images[path].part for path in group}) > 1)

    def to_train_on(self, groups: Groups) -> Group:
        """Of groups across parts, the members that give: those in train, or in validation when none is."""
        given: list[str] = []
        for group in groups:
            parts = {self.images[path].part for path in group}
            giving = "train" if "train" in parts else "validation"
            given += [path for path in group if self.images[path].part == giving]
        return tuple(given)

    def but_the_best(self, groups: Groups) -> Group:
        """All members of groups but the one of the most pixels, the first of several."""
        return tuple(path for group in groups for path in group if path != self._best(group))

    @property
    def for_copies(self) -> tuple[Remedy, ...]:
        """What helps against copies in one class."""
        return ("quarantine",) if self.fixed else ("keep_alike", "quarantine")

    def _best(self, group: Group) -> str:
        return max(group, key=lambda path: self.images[path].width * self.images[path].height)

    def _learned(self, path: str) -> tuple[object, ...]:
        image = self.images[path]
        return image.class_index, image.target


def _equal(known: _Known, groups: Groups) -> list[Problem]:
    conflicts, across = known.in_conflict(groups), known.across(groups)
    rest = tuple(group for group in groups if group not in conflicts and group not in across)
    problems = []
    if conflicts:
        problems.append(
            _copies(
                "warning",
                "duplicate.classes",
                "Equal images of which different things are told: {count}, for example {first} and {second}."
                if known.targets
                else "Images that are in more than one class: {count}, for example {first} and {second}.",
                Message("Keep each image once, with what is right.")
                if known.targets
                else Message("Keep each image in its right class only."),
                conflicts,
                _all(conflicts),
                ("quarantine",),
            )
        )
    if across:
        problems.append(
            _copies(
                "warning",
                "duplicate.parts",
                "Images that are in more than one of train, validation and test: {count}, for example {first}.",
                Message("Remove them from train; otherwise the accuracy looks better than it is."),
                across,
                known.to_train_on(across),
                ("quarantine",),
            )
        )
    if rest:
        problems.append(
            _copies(
                "hint",
                "duplicate.same_class",
                "Images that occur more than once in their class: {count}."
                if not known.targets
                else "Images that occur more than once: {count}.",
                Message("Copies in both training and validation make the accuracy look better than it is."),
                rest,
                known.but_the_best(rest),
                known.for_copies,
            )
        )
    return problems


def _near(known: _Known, groups: Groups) -> list[Problem]:
    conflicts, across = known.in_conflict(groups), known.across(groups)
    rest = tuple(group for group in groups if group not in conflicts and group not in across)
    problems = []
    if conflicts:
        problems.append(
            _copies(
                "warning",
                "alike.classes",
                "Images that look alike although different things are told of them: {count}, for example {first} and {second}.",
                Message("Look at them, and leave out those that are told wrongly."),
                conflicts,
                _all(conflicts),
                ("quarantine",),
            )
        )
    if across:
        problems.append(
            _copies(
                "warning",
                "alike.parts",
                "Images that look alike are in more than one of train, validation and test: {count}, for example {first} and {second}.",
                Message("Leave them out of train; otherwise the accuracy looks better than it is."),
                across,
                known.to_train_on(across),
                ("quarantine",),
            )
        )
    if rest:
        problems.append(
            _copies(
                "hint",
                "alike.same_class",
                "Images that look alike, as copies saved again do: {count}, for example {first} and {second}.",
                Message("Copies in both training and validation make the accuracy look better than it is."),
                rest,
                known.but_the_best(rest),
                known.for_copies,
            )
        )
    return problems


def _copies(
    severity: Severity,
    code: str,
    sentence: str,
    hint: Message,
    groups: Groups,
    surplus: Group,
    remedies: tuple[Remedy, ...],
) -> Problem:
    return Problem(
        severity=severity,
        code=code,
        path=groups[0][0],
        message=Message(sentence, count=len(groups), first=groups[0][0], second=groups[0][1]),
        hint=hint,
        pictures=groups,
        remedies=remedies,
        surplus=surplus,
    )


def _all(groups: Groups) -> Group:
    return tuple(path for group in groups for path in group)
