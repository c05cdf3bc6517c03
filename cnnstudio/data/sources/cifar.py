"""CIFAR-10 and CIFAR-100 in their binary version: records of one or two labels and 3072 bytes, red, green and blue planes.

The version for Python is pickled, and reading a pickle can run what its author wants: it is refused, with the cure.
Source: https://www.cs.toronto.edu/~kriz/cifar.html.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.data.natural_order import in_natural_order
from cnnstudio.data.problem import DataError, printable
from cnnstudio.data.report import Part
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources.array_reader import ArrayReader
from cnnstudio.data.unpacking.arrays import ArrayPart, Arrays, check_extent, class_names
from cnnstudio.data.unpacking.readable import readable

_PIXELS = 3 * 32 * 32
_TEN = re.compile(r"(data_batch_\d+|test_batch)\.bin")
_HUNDRED = re.compile(r"(train|test)\.bin")
_PICKLED = re.compile(r"data_batch_\d+|test_batch|batches\.meta")
_NAMES_OF_TEN = "batches.meta.txt"
_NAMES_OF_HUNDRED = "fine_label_names.txt"


class CifarBatches(ArrayReader):
    """The folder of the binary version, or one of its files: then all of it. Of CIFAR-100 the hundred fine classes."""

    name: ClassVar[str] = "cifar"
    what: ClassVar[Message] = Message("CIFAR's binary batches (.bin)")
    suffixes: ClassVar[tuple[str, ...]] = (".bin",)
    order: ClassVar[int] = 21

    def recognises(self, path: Path) -> bool:
        names = _listed(_folder(path))
        if os.path.isfile(path) and path.name not in names:  # noqa: PTH113 - never raises
            return False
        return any(map(_TEN.fullmatch, names)) or _is_hundred(names) or _is_pickled(names)

    def files(self, path: Path, settings: DataSettings) -> list[Path]:  # noqa: ARG002 - nothing to settle
        folder = _folder(path)
        names = _listed(folder)
        form = _HUNDRED if _is_hundred(names) else _TEN
        found = in_natural_order(name for name in names if form.fullmatch(name))
        if not found:
            raise DataError(
                "cifar.pickled",
                Message(
                    "{path} holds CIFAR's version for Python, whose files are pickled: reading them could run foreign code.",
                    path=printable(str(folder)),
                ),
                Message(
                    "Download the binary version (cifar-10-binary.tar.gz or cifar-100-binary.tar.gz) and choose its folder."
                ),
            )
        meta = [name for name in (_NAMES_OF_TEN, _NAMES_OF_HUNDRED) if name in names]
        return [folder / name for name in (*found, *meta)]

    def arrays(self, path: Path, settings: DataSettings) -> Arrays:
        files = self.files(path, settings)
        hundred = _is_hundred([file.name for file in files])
        batches = [file for file in files if file.suffix == ".bin"]
        size = sum(file.stat().st_size for file in batches)
        check_extent(printable(str(batches[0].parent)), size // _PIXELS, size)
        kinds: dict[Part, list[Path]] = {"train": [], "test": []}
        for file in batches:
            kinds["test" if file.name.startswith("test") else "train"].append(file)
        several = all(kinds.values())
        parts = [
            _part(part if several else "", [_records(file, labels=2 if hundred else 1) for file in found])
            for part, found in kinds.items()
            if found
        ]
        names = _read_names(batches[0].parent / (_NAMES_OF_HUNDRED if hundred else _NAMES_OF_TEN))
        return Arrays(
            task="classification",
            names=class_names([part.labels for part in parts], names),
            parts=tuple(parts),
        )


def _part(part: Part, records: list[NDArray[np.uint8]]) -> ArrayPart:
    """Records of bytes, (images, labels and 3072), as images and the last of their labels."""
    joined = np.concatenate(records)
    planes = joined[:, -_PIXELS:].reshape(-1, 3, 32, 32)
    return ArrayPart(
        part=part,
        images=np.ascontiguousarray(np.moveaxis(planes, 1, 3)),
        labels=joined[:, -_PIXELS - 1].astype(np.int64),
    )


def _records(file: Path, *, labels: int) -> NDArray[np.uint8]:
    with readable(printable(str(file))):
        content = file.read_bytes()
    length = labels + _PIXELS
    if not content or len(content) % length:
        raise DataError(
            "cifar.length",
            Message(
                "{path} has {size} bytes, which is no whole number of records of {length}.",
                path=printable(str(file)),
                size=len(content),
                length=length,
            ),
            Message("It is cut off or no CIFAR batch; copy or download it again."),
        )
    return np.frombuffer(content, np.uint8).reshape(-1, length)


def _read_names(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        return []


def _is_hundred(names: list[str]) -> bool:
    return _NAMES_OF_HUNDRED in names and any(map(_HUNDRED.fullmatch, names))


def _is_pickled(names: list[str]) -> bool:
    """Whether these are the files of the version for Python: all its names at once, or CIFAR-100's four."""
    ten = sum(bool(_PICKLED.fullmatch(name)) for name in names) >= 3
    return ten or {"train", "test", "meta"} <= set(names)


def _folder(path: Path) -> Path:
    return path.parent if os.path.isfile(path) else path  # noqa: PTH113 - never raises


def _listed(folder: Path) -> list[str]:
    """Names of the files, not folders, that could be CIFAR's."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names alone
    except (OSError, ValueError):
        return []
    forms = (_TEN, _HUNDRED, _PICKLED, re.compile(r"train|test|meta|.*\.txt"))
    return [
        name
        for name in names
        if any(form.fullmatch(name) for form in forms) and os.path.isfile(folder / name)  # noqa: PTH113 - as above
    ]
