"""What is in a data folder: classes, images, problems, statistics, as one frozen value. No file is touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.task import Task
from cnnstudio.data.problem import Problem, printable

Part = Literal["", "train", "validation", "test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageEntry:
    """One usable image. `path` is relative to the root, with forward slashes.

    `width`, `height`: pixels, upright. `mode`: Pillow's mode of the file. `format`: what the content is.
    `part`: the part a folder layout fixes, `""` when the split is up to the settings. `digest`: of the file's bytes.
    `traits`: what decoding has to deal with, of `16-bit`, `alpha`, `animated`, `blank`, `cmyk`, `palette`, `rotated`.
    `target`: one number for each of the report's `target_names`, empty for classification; `class_index` counts there
    alone.
    """

    path: str
    class_index: int
    part: Part
    width: int
    height: int
    mode: str
    format: str
    bytes: int
    digest: str
    traits: tuple[str, ...]
    target: tuple[float, ...] = ()


class Images(tuple[ImageEntry, ...]):  # noqa: SLOT001 - what is remembered needs a place
    """The usable images. What is told of all of them is worked out once: each takes a look at every image.

    Reports that differ in nothing but their problems, as after another split, share it.
    """

    @cached_property
    def labels(self) -> NDArray[np.int32]:
        found = np.fromiter((image.class_index for image in self), np.int32, len(self))
        found.setflags(write=False)
        return found

    @cached_property
    def sizes(self) -> tuple[tuple[int, int, int], ...]:
        counts = Counter((image.width, image.height) for image in self)
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple((width, height, count) for (width, height), count in ordered)

    @cached_property
    def modes(self) -> Mapping[str, int]:
        return _counted(image.mode for image in self)

    @cached_property
    def formats(self) -> Mapping[str, int]:
        return _counted(image.format for image in self)

    @cached_property
    def typical_side(self) -> float:
        """The median of the images' shorter sides in pixels; 0 when there are none."""
        return median(min(image.width, image.height) for image in self) if self else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCount:
    """A class and the number of its usable images, in all and by part (all zero without fixed parts)."""

    name: str
    count: int
    train: int = 0
    validation: int = 0
    test: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReport:
    """The result of a scan. `images` are good: each one was decoded to its last byte.

    `layout`: `parts` where each image's part is fixed (root/train/class/…), else `classes`. `error` says why it cannot
    be trained on, None when it can. `duplicates`: groups of paths whose files are equal byte for byte.
    `alike`: groups of paths whose images look alike (`cnnstudio.data.alike`), such copies among them; each image is in
    one group at most.
    `task`: what can be learned. `target_names`: names of the labels (`multi_label`: each target is 1 or 0) or of the
    numbers (`regression`), empty for classification.
    """

    root: Path
    layout: Literal["classes", "parts"]
    classes: tuple[ClassCount, ...]
    images: tuple[ImageEntry, ...]
    problems: tuple[Problem, ...]
    duplicates: tuple[tuple[str, ...], ...]
    error: Problem | None
    task: Task = "classification"
    target_names: tuple[str, ...] = ()
    source: Path | None = None
    """What was chosen, where it is not `root` itself: a table, or a file whose images were unpacked into `root`."""
    alike: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.images, Images):
            object.__setattr__(self, "images", Images(self.images))

    @property
    def _all(self) -> Images:
        assert isinstance(self.images, Images)
        return self.images

    def look_over(self) -> None:
        """Work out now what is told of all images, so that it is there at once when it is asked for."""
        images = self._all
        _ = images.labels, images.sizes, images.modes, images.formats, images.typical_side

    @property
    def trainable(self) -> bool:
        """Whether a network can be trained on the images; of classes there must be two."""
        return self.error is None

    @property
    def class_names(self) -> tuple[str, ...]:
        """Class names in the order of class indices (natural order)."""
        return tuple(entry.name for entry in self.classes)

    @property
    def told(self) -> tuple[str, ...]:
        """What the values at a network's end stand for: the classes, or the target names."""
        return self.class_names if self.task == "classification" else self.target_names

    @property
    def labels(self) -> NDArray[np.int32]:
        """Class index of each image, shape (images,); read-only."""
        return self._all.labels

    @property
    def targets(self) -> NDArray[np.float32] | None:
        """Targets of each image, shape (images, target names); None for classification."""
        if self.task == "classification":
            return None
        targets = np.array([image.target for image in self.images], np.float32)
        return targets.reshape(len(self.images), len(self.target_names))

    @property
    def sizes(self) -> tuple[tuple[int, int, int], ...]:
        """(width, height, number of images), the most frequent first."""
        return self._all.sizes

    @property
    def typical_side(self) -> float:
        """The median of the images' shorter sides in pixels; 0 when there are none."""
        return self._all.typical_side

    @property
    def modes(self) -> dict[str, int]:
        """Number of images by Pillow mode (`L` grey, `RGB`, `P` palette, …), the most frequent first."""
        return dict(self._all.modes)

    @property
    def formats(self) -> dict[str, int]:
        """Number of images by file format, the most frequent first."""
        return dict(self._all.formats)

    @property
    def suggested_channels(self) -> int:
        """1 when every image is grey, else 3."""
        return 1 if self.images and all(map(is_grey, self._all.modes)) else 3

    def to_json(self) -> dict[str, object]:
        """The report as plain JSON values, without the list of good images."""
        return {
            "path": printable(str(self.source or self.root)),
            "trainable": self.trainable,
            "error": None if self.error is None else _problem_json(self.error),
            "layout": self.layout,
            "task": self.task,
            "images": len(self.images),
            "classes": [self._class_json(entry) for entry in self.classes],
            "targets": [self._target_json(number) for number in range(len(self.target_names))],
            "sizes": [{"width": w, "height": h, "count": count} for w, h, count in self.sizes],
            "modes": self.modes,
            "formats": self.formats,
            "suggested_channels": self.suggested_channels,
            "problems": [_problem_json(problem) for problem in self.problems],
            "duplicates": _printable(self.duplicates),
            "alike": _printable(self.alike),
        }

    def _target_json(self, number: int) -> dict[str, object]:
        """A label with the number of images that have it; a number with its range and mean."""
        values = [image.target[number] for image in self.images]
        told: dict[str, object] = {"name": self.target_names[number]}
        if self.task == "multi_label":
            return told | {"count": round(sum(values))}
        if not values:
            return told
        return told | {"min": min(values), "max": max(values), "mean": sum(values) / len(values)}

    def _class_json(self, entry: ClassCount) -> dict[str, object]:
        values: dict[str, object] = {"name": entry.name, "count": entry.count}
        if self.layout == "parts":
            values |= {"train": entry.train, "validation": entry.validation, "test": entry.test}
        return values


def worst_first(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Errors, then warnings, then hints, each in their order."""
    rank = {"error": 0, "warning": 1, "hint": 2}
    return tuple(sorted(problems, key=lambda problem: rank[problem.severity]))


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def is_grey(mode: str) -> bool:
    """Whether a Pillow mode has no colours."""
    return mode in ("1", "L", "LA", "La") or mode.startswith("I;16")


def _printable(groups: Iterable[Iterable[str]]) -> list[list[str]]:
    return [[printable(path) for path in group] for group in groups]


def _problem_json(problem: Problem) -> dict[str, object]:
    return {
        "severity": problem.severity,
        "code": problem.code,
        "path": printable(problem.path),
        "message": str(problem.message),
        "hint": str(problem.hint),
        "pictures": _printable(problem.pictures),
        "remedies": list(problem.remedies),
        "surplus": [printable(path) for path in problem.surplus],
    }
