"""Arrays of images as PNG files: a folder for each class, or one folder and a table of their labels or numbers."""

from __future__ import annotations

import csv
import json
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnstudio.data.listing import Listing, list_folder
from cnnstudio.data.parallel import IsCancelled, Progress
from cnnstudio.data.problem import Cancelled
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources.table import TableOfImages
from cnnstudio.data.table_settings import TableSettings
from cnnstudio.data.unpacking.arrays import ArrayPart, Arrays

_TABLE = "targets.csv"
_TARGETS = ".targets.json"
"""What the table's targets are called, and what task they belong to."""
_TELL_EVERY = 256
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|__macosx|@eadir|__pycache__)(\..*)?", re.IGNORECASE)
_COLOURS = {0: 0, 3: 2, 4: 6}
"""PNG's colour types of arrays with that many channels, 0 for none."""


def write_arrays(
    arrays: Arrays, folder: Path, *, progress: Progress | None = None, cancelled: IsCancelled | None = None
) -> None:
    """Writes every image into `folder`, which must be empty. `progress` counts images. Raises Cancelled and OSError."""
    parts = len(arrays.parts) > 1
    names = folder_names(arrays.names)
    done, total = 0, len(arrays)
    rows: list[tuple[object, ...]] = []
    for part in arrays.parts:
        top = folder / part.part if parts else folder
        for number, path in enumerate(_places(arrays, part, top, names)):
            if done % _TELL_EVERY == 0:
                if cancelled is not None and cancelled():
                    raise Cancelled
                if progress is not None:
                    progress(done, total)
            path.write_bytes(png(part.images[number]))
            done += 1
            if arrays.task != "classification":
                values = part.labels[number].tolist()
                rows.append((path.relative_to(folder).as_posix(), part.part or "train", *map(repr, values)))
    if arrays.task != "classification":
        with (folder / _TABLE).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("file", "part", *(f"target {number}" for number in range(len(arrays.names)))))
            writer.writerows(rows)
        told = {"task": arrays.task, "names": list(arrays.names)}
        (folder / _TARGETS).write_text(json.dumps(told), "utf-8")
    if progress is not None:
        progress(total, total)


def listing_of_unpacked(folder: Path, *, cancelled: IsCancelled | None = None) -> Listing:
    """What `write_arrays` put into `folder`. Raises DataError, and Cancelled."""
    if not (folder / _TABLE).is_file():
        return list_folder(folder, cancelled=cancelled)
    told = json.loads((folder / _TARGETS).read_text("utf-8"))
    targets = tuple(f"target {number}" for number in range(len(told["names"])))
    table = TableSettings(
        path_column="file",
        split_column="part",
        label_columns=targets,
        delimiter=",",
        header=True,
        task="regression",
    )
    listing = TableOfImages().listing(folder / _TABLE, DataSettings(table=table), cancelled=cancelled)
    listing.problems = [problem for problem in listing.problems if problem.severity == "error"]
    return replace(listing, target_names=tuple(told["names"]), task=told["task"])


def folder_names(names: Sequence[str]) -> list[str]:
    """A name for each class's folder that every system takes, all of them different."""
    found: list[str] = []
    for number, name in enumerate(names):
        fit = _UNFIT.sub("_", name).strip().rstrip(".")[:80]
        if not fit or fit.startswith(".") or _DEVICES.fullmatch(fit):
            fit = f"class {number} {fit.lstrip('.')}".strip()
        taken = {one.casefold() for one in found}
        again, count = fit, 1
        while again.casefold() in taken:
            count += 1
            again = f"{fit} ({count})"
        found.append(again)
    return found


def png(image: NDArray[np.uint8]) -> bytes:
    """A PNG file of an image, uint8 (height, width) or (height, width, 3 or 4), compressed a little."""
    height, width = image.shape[:2]
    channels = image.shape[2] if image.ndim == 3 else 0
    rows = np.zeros((height, 1 + width * max(1, channels)), np.uint8)  # each row begins with its filter: none
    rows[:, 1:] = image.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOURS[channels], 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 1))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _places(arrays: Arrays, part: ArrayPart, top: Path, names: Sequence[str]) -> Iterator[Path]:
    """The path of each image of a part; folders are made as they are wanted."""
    made: set[str] = set()
    for number in range(len(part)):
        inner = names[int(part.labels[number])] if arrays.task == "classification" else "images"
        if inner not in made:
            (top / inner).mkdir(parents=True, exist_ok=True)
            made.add(inner)
        yield top / inner / f"{number:06}.png"
