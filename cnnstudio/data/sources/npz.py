"""NumPy's `.npz` files: `x_train` and `y_train`, `train_images` and `train_labels`, `images` and `labels`, and so on.

Nothing is unpickled: arrays of Python objects are refused, with the cure. What an array's header promises is checked
before it is read.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.core.task import Task
from cnnstudio.data.listing import PARTS
from cnnstudio.data.natural_order import in_natural_order
from cnnstudio.data.problem import DataError, printable
from cnnstudio.data.report import Part
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources.array_reader import ArrayReader
from cnnstudio.data.unpacking.arrays import (
    ArrayPart,
    Arrays,
    as_pixels,
    check_counts,
    check_extent,
    class_names,
)
from cnnstudio.data.unpacking.readable import readable

_IMAGES = ("x", "images", "image", "imgs", "data")
_LABELS = ("y", "labels", "label", "targets", "target", "classes")
_NAMES = ("class_names", "label_names", "target_names", "names")
_MOST_CLASSES = 1000
_LONGEST = 4000
"""Bytes of a class's name."""
Array = NDArray[np.generic]


class NpzFile(ArrayReader):
    """The settings' `task` says whether whole numbers are classes or numbers to learn; else they are classes."""

    name: ClassVar[str] = "npz"
    what: ClassVar[Message] = Message("arrays of NumPy (.npz)")
    suffixes: ClassVar[tuple[str, ...]] = (".npz",)
    order: ClassVar[int] = 22

    def recognises(self, path: Path) -> bool:
        return path.suffix.lower() == ".npz" and os.path.isfile(path)  # noqa: PTH113 - never raises

    def files(self, path: Path, settings: DataSettings) -> list[Path]:  # noqa: ARG002 - nothing to settle
        return [path]

    def arrays(self, path: Path, settings: DataSettings) -> Arrays:
        shown = printable(str(path))
        with readable(shown):
            try:
                with zipfile.ZipFile(path) as bundle:
                    present = [
                        name.removesuffix(".npy") for name in bundle.namelist() if name.endswith(".npy")
                    ]
                    pairs = _pairs(present, shown)
                    wanted = [name for _, images, labels in pairs for name in (images, labels)]
                    _check([_header(bundle, name, shown) for name in wanted], shown)
                    read = {name: _array(bundle, name) for name in wanted}
                    names = next((_class_names(bundle, name) for name in _NAMES if name in present), ())
            except (
                zipfile.BadZipFile,
                zlib.error,
                EOFError,
                ValueError,
                KeyError,
                NotImplementedError,
                RuntimeError,
            ) as error:
                if isinstance(error, DataError):
                    raise
                raise DataError(
                    "npz.damaged",
                    Message(
                        "{path} cannot be read as an .npz file: {reason}.",
                        path=shown,
                        reason=str(error)[:200],
                    ),
                    Message("Copy or download it again, or save it anew with numpy.savez."),
                ) from None
        return _told(pairs, read, names, settings.table.task, shown)


Header = tuple[tuple[int, ...], np.dtype[np.generic]]


def _header(bundle: zipfile.ZipFile, name: str, shown: str) -> Header:
    """Shape and kind of an array, from its first bytes. Raises DataError for Python objects."""
    with bundle.open(f"{name}.npy") as stream:
        version = np.lib.format.read_magic(stream)
        read = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, _, kind = read(stream)
    if kind.hasobject:
        raise DataError(
            "npz.objects",
            Message(
                "{path} holds Python objects ({name}), which are pickled: reading them could run foreign code.",
                path=shown,
                name=name,
            ),
            Message(
                "Save it again with arrays of numbers: images of one size as one array, labels as whole numbers."
            ),
        )
    return shape, kind


def _check(headers: Sequence[Header], shown: str) -> None:
    images = size = 0
    for shape, kind in headers:
        images += shape[0] if len(shape) > 1 else 0
        count = 1
        for side in shape:
            count *= side
        size += count * kind.itemsize
    check_extent(shown, images, size)


def _array(bundle: zipfile.ZipFile, name: str) -> Array:
    with bundle.open(f"{name}.npy") as stream:
        found: Array = np.lib.format.read_array(stream, allow_pickle=False)
        return found


def _class_names(bundle: zipfile.ZipFile, name: str) -> tuple[str, ...]:
    """The names of the classes; none where the array holds something else."""
    try:
        shape, kind = _header(bundle, name, "")
    except DataError:
        return ()
    fits = kind.kind in "US" and len(shape) == 1 and shape[0] <= _MOST_CLASSES and kind.itemsize <= _LONGEST
    return _texts(_array(bundle, name)) if fits else ()


def _texts(array: Array) -> tuple[str, ...]:
    return tuple(
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in array.tolist()
    )


def _pairs(names: Sequence[str], shown: str) -> list[tuple[Part, str, str]]:
    """(part, name of the images, name of their labels). Raises DataError when there are none."""
    found: dict[tuple[Part, str], str] = {}
    for name in names:
        kind, part = _meaning(name)
        if kind:
            found.setdefault((part, kind), name)
    parts: tuple[Part, ...] = ("train", "validation", "test", "")
    pairs = [
        (part, found[part, "images"], found[part, "labels"])
        for part in parts
        if (part, "images") in found and (part, "labels") in found
    ]
    if len(pairs) > 1:
        pairs = [pair for pair in pairs if pair[0]]  # what has no part is all of it once more
    if not pairs:
        raise DataError(
            "npz.names",
            Message("{path} holds the arrays {names}.", path=shown, names=", ".join(names[:12]) or "–"),
            Message("Name them x_train, y_train, x_test and y_test, or images and labels."),
        )
    return [("", *pairs[0][1:])] if len(pairs) == 1 else pairs


def _meaning(name: str) -> tuple[str, Part]:
    """`images` or `labels`, and the part, that an array's name means; `""` where it means neither."""
    words = name.casefold().replace("-", "_").split("_")
    part: Part = ""
    for word in words[:]:
        if word in PARTS and len(words) > 1:
            part = PARTS[word]
            words.remove(word)
    rest = "_".join(words)
    return ("images" if rest in _IMAGES else "labels" if rest in _LABELS else ""), part


def _told(
    pairs: Sequence[tuple[Part, str, str]],
    read: Mapping[str, Array],
    names: tuple[str, ...],
    task: Task | None,
    shown: str,
) -> Arrays:
    for _, images, labels in pairs:
        shape = read[labels].shape
        check_counts(shown, len(read[images]) if read[images].ndim else 0, shape[0] if shape else 0)
    told = [_flat(read[name], shown) for _, _, name in pairs]
    columns = {part.shape[1:] for part in told}
    if len(columns) != 1:
        raise DataError(
            "npz.labels",
            Message("The labels of the parts in {path} have different shapes.", path=shown),
            Message("Save them all in the same way."),
        )
    task, found, known = _learned(told, names, task, shown)
    parts = tuple(
        ArrayPart(part=part, images=as_pixels(read[images], shown), labels=learned)
        for (part, images, _), learned in zip(pairs, found, strict=True)
    )
    return Arrays(task=task, names=known, parts=parts)


def _flat(labels: Array, shown: str) -> Array:
    """Labels as (images,) or (images, two or more)."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        return labels[:, 0]
    if labels.ndim not in (1, 2) or (labels.ndim == 2 and not labels.shape[1]):
        shape = " × ".join(map(str, labels.shape))
        raise DataError(
            "npz.labels",
            Message("The labels in {path} have the shape {shape}.", path=shown, shape=shape),
            Message("They need one number for each image, or one row of numbers."),
        )
    return labels


Learned = tuple[Task, Sequence[NDArray[np.number[Any]]], tuple[str, ...]]


def _learned(labels: list[Array], names: tuple[str, ...], task: Task | None, shown: str) -> Learned:
    """The task, what is to be learned of each part, and what it is called."""
    if all(part.dtype.kind in "US" for part in labels) and labels[0].ndim == 1:
        texts = [_texts(part) for part in labels]
        known = tuple(in_natural_order({text for part in texts for text in part}))
        number = {text: place for place, text in enumerate(known)}
        return (
            "classification",
            [np.array([number[text] for text in part], np.int64) for part in texts],
            known,
        )
    if any(part.dtype.kind not in "biuf" for part in labels):
        raise DataError(
            "npz.labels",
            Message("The labels in {path} are of the kind {kind}.", path=shown, kind=str(labels[0].dtype)),
            Message("Save them as whole numbers, as numbers, or as texts."),
        )
    numbers = [part.astype(np.float64) for part in labels]
    if labels[0].ndim == 1:
        known_numbers = [part[np.isfinite(part)] for part in numbers]
        whole = all(bool(np.all(part == np.rint(part))) for part in known_numbers)
        missing = sum(map(len, numbers)) - sum(map(len, known_numbers))
        if whole and missing and task != "regression":
            raise DataError(
                "npz.labels",
                Message(
                    "The labels of {count} images in {path} are no numbers (NaN).", count=missing, path=shown
                ),
                Message("Leave these images out, or give them a label."),
            )
        if whole and task != "regression":
            classes = [part.astype(np.int64) for part in numbers]
            return "classification", classes, class_names(classes, names)
        return "regression", [part[:, None] for part in numbers], ("value",)
    count = labels[0].shape[1]
    known = names if len(names) == count else tuple(str(number) for number in range(count))
    flags = all(bool(np.isin(part, (0, 1)).all()) for part in numbers)
    single = flags and all(bool((part.sum(axis=1) == 1).all()) for part in numbers)
    if single and task in (None, "classification"):
        return "classification", [part.argmax(axis=1).astype(np.int64) for part in numbers], known
    if flags and task in (None, "multi_label"):
        return "multi_label", numbers, known
    return "regression", numbers, known
