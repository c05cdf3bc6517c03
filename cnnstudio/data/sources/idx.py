"""IDX files as MNIST, Fashion-MNIST and EMNIST come in, also gzipped: `train-images-idx3-ubyte` and its companions.

The format: two zero bytes, a code of the numbers' kind, the number of axes, each axis as 4 bytes (high first), the
numbers. Source: http://yann.lecun.com/exdb/mnist/. Of labels all kinds of whole numbers are read, of images bytes.
"""

from __future__ import annotations

import gzip
import os
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.data.problem import DataError, printable
from cnnstudio.data.report import Part
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources.array_reader import ArrayReader
from cnnstudio.data.unpacking.arrays import ArrayPart, Arrays, check_counts, check_extent, class_names
from cnnstudio.data.unpacking.readable import readable

_NAME = re.compile(
    r"(?P<set>.*?)(?P<part>train|t10k|test|val|valid|validation)[-_.](?P<kind>images|labels)[-_.]idx\d[-_.]ubyte(\.gz)?",
    re.IGNORECASE,
)
_PARTS: dict[str, Part] = {"train": "train", "t10k": "test", "test": "test"}
_KINDS = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4"}
_AGAIN = Message("Copy or download the file again.")


@dataclass(frozen=True, slots=True)
class _Pair:
    part: Part
    images: Path
    labels: Path


class IdxFiles(ArrayReader):
    """A folder with pairs of images and labels, or one of these files: then all of its set."""

    name: ClassVar[str] = "idx"
    what: ClassVar[Message] = Message("IDX files as of MNIST (…-idx3-ubyte, also .gz)")
    suffixes: ClassVar[tuple[str, ...]] = ("-ubyte", "-ubyte.gz", ".ubyte")
    order: ClassVar[int] = 20

    def recognises(self, path: Path) -> bool:
        if _NAME.fullmatch(path.name) and os.path.isfile(path):  # noqa: PTH113 - never raises
            return True
        return any(_NAME.fullmatch(name) for name in _names(path))

    def files(self, path: Path, settings: DataSettings) -> list[Path]:  # noqa: ARG002 - nothing to settle
        return [file for pair in _pairs(path) for file in (pair.images, pair.labels)]

    def arrays(self, path: Path, settings: DataSettings) -> Arrays:  # noqa: ARG002 - nothing to settle
        parts: list[tuple[Part, NDArray[np.uint8], NDArray[np.int64]]] = []
        for pair in _pairs(path):
            images = read_idx(pair.images, axes=3)
            labels = read_idx(pair.labels, axes=1)
            check_counts(printable(str(pair.images)), len(images), len(labels))
            parts.append((pair.part, images.astype(np.uint8, copy=False), labels.astype(np.int64)))
        return Arrays(
            task="classification",
            names=class_names([labels for _, _, labels in parts]),
            parts=tuple(ArrayPart(part=part, images=images, labels=labels) for part, images, labels in parts),
        )


def read_idx(path: Path, *, axes: int) -> NDArray[np.generic]:
    """The array in an IDX file, gzipped or not, of so many axes. Raises DataError."""
    shown = printable(str(path))
    with readable(shown):
        try:
            if _first_bytes(path) == b"\x1f\x8b":
                with gzip.open(path) as unzipped:
                    return _read(cast("IO[bytes]", unzipped), shown, axes)
            with path.open("rb") as stream:
                return _read(stream, shown, axes)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise _wrong(
                "idx.damaged", Message("{path} is damaged: it cannot be unzipped to its end.", path=shown)
            ) from None


def _read(stream: IO[bytes], shown: str, axes: int) -> NDArray[np.generic]:
    header = stream.read(4)
    if len(header) < 4 or header[:2] != b"\0\0" or header[2] not in (*_KINDS, 0x0D, 0x0E):
        raise _wrong(
            "idx.magic", Message("{path} is no IDX file: it does not begin as one does.", path=shown)
        )
    if header[3] != axes or header[2] not in _KINDS or (axes == 3 and header[2] != 0x08):
        raise DataError(
            "idx.kind",
            Message(
                "{path} holds numbers of kind {kind} along {axes} axes.",
                path=shown,
                kind=header[2],
                axes=header[3],
            ),
            Message(
                "Images are bytes along 3 axes, labels whole numbers along 1; perhaps the files are mixed up."
            ),
        )
    sizes = stream.read(4 * axes)
    if len(sizes) < 4 * axes:
        raise _wrong("idx.truncated", Message("{path} is cut off within its header.", path=shown))
    shape = struct.unpack(f">{axes}I", sizes)
    kind = np.dtype(_KINDS[header[2]])
    needed = kind.itemsize
    for size in shape:
        needed *= size
    check_extent(shown, shape[0], needed)
    if 0 in shape[1:]:
        raise _wrong("idx.shape", Message("{path} holds images without pixels.", path=shown))
    content = stream.read(needed + 1)
    if len(content) != needed:
        message = (
            "{path} is cut off: {count} of {needed} bytes are there."
            if len(content) < needed
            else "{path} goes on behind the {needed} bytes that its header promises."
        )
        raise _wrong("idx.truncated", Message(message, path=shown, count=len(content), needed=needed))
    return np.frombuffer(content, kind).reshape(shape)


def _pairs(path: Path) -> list[_Pair]:
    """The files of one set, train before test. Raises DataError when labels are missing, or sets are several."""
    chosen = _NAME.fullmatch(path.name) if path.is_file() else None
    folder = path.parent if chosen else path
    found: dict[str, dict[tuple[str, str], Path]] = {}
    for name in _names(folder):
        if match := _NAME.fullmatch(name):
            part = _PARTS.get(match["part"].lower(), "validation")
            found.setdefault(match["set"], {}).setdefault((part, match["kind"].lower()), folder / name)
    if chosen:
        found = {chosen["set"]: found.get(chosen["set"], {})}
    if len(found) > 1:
        raise DataError(
            "idx.several",
            Message(
                "{path} holds several sets of IDX files: {names}.",
                path=printable(str(folder)),
                names=", ".join(sorted(printable(name.rstrip("-_. ")) or "(no name)" for name in found)),
            ),
            Message("Choose the file with the images of one of them."),
        )
    files = next(iter(found.values()), {})
    parts: tuple[Part, ...] = ("train", "validation", "test")
    pairs = []
    for part in parts:
        images, labels = files.get((part, "images")), files.get((part, "labels"))
        if images is None and labels is None:
            continue
        if images is None or labels is None:
            present = images or labels
            assert present is not None
            name = present.name
            missing = name.replace("images", "labels").replace("idx3", "idx1")
            if images is None:
                missing = name.replace("labels", "images").replace("idx1", "idx3")
            raise DataError(
                "idx.partner",
                Message(
                    "Beside {name} there is no {missing}.", name=printable(name), missing=printable(missing)
                ),
                Message("Put both files into one folder."),
            )
        pairs.append(_Pair(part, images, labels))
    if len(pairs) == 1:
        return [_Pair("", pairs[0].images, pairs[0].labels)]
    return pairs


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names alone
    except (OSError, ValueError):
        return []


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(2)


def _wrong(code: str, message: Message) -> DataError:
    return DataError(code, message, _AGAIN)
