"""Images read for training in one go: each file is read once and decoded to its place in memory.

A scan and a decoding after it would read and decode every file twice. What only people look at is left out here: sizes
and formats, copies, hints. What can be trained on, and what is wrong with a file that cannot, is as the scan says.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cnnstudio.data import plain_jpeg
from cnnstudio.data.decode import Shape, check_shape, room_for
from cnnstudio.data.examine import Facts, decode_or_say
from cnnstudio.data.image_folder import list_files, no_remarks, report_on
from cnnstudio.data.keeping.limits import Keeping, Limits, where_to_keep
from cnnstudio.data.listing import Listing
from cnnstudio.data.parallel import IsCancelled, Progress, Rounds, map_files, workers_for
from cnnstudio.data.problem import Cancelled, Problem
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings, Resize

Pixels = NDArray[np.uint8]
Numbers = NDArray[np.int64]

_UNTOLD = Facts(width=0, height=0, mode="", format="", miniature=b"", bytes=0, digest="", traits=())


class Shortcut(Protocol):
    """A faster way to decode some files, with the same pixels."""

    def __call__(
        self, root: Path, names: Sequence[str], shape: Shape, resize: Resize
    ) -> Iterator[tuple[Numbers, Pixels]]:
        """Begins to decode what it can, and gives positions in `names` and the pictures there, some at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What was read. `pixels`: uint8 (images, height, width, channels), in the order of `order`, positions in the report.

    The report says nothing of sizes, formats and copies.
    """

    report: DataReport
    order: NDArray[np.int32]
    pixels: Pixels
    keeping: Keeping


def take_in(
    path: Path,
    settings: DataSettings,
    shape: Shape,
    *,
    arranged: Callable[[DataReport], NDArray[np.int32]],
    limits: Limits | None = None,
    shortcut: Shortcut | None = None,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Intake | None:
    """The images at this shape, in the order `arranged` gives them; None when they are more than memory may keep.

    Raises DataError, for instance when the path cannot be read, and Cancelled. `progress(done, total)` counts files.
    """
    check_shape(*shape)
    rounds = Rounds(progress)
    listing = list_files(path, settings, progress=rounds.before if progress else None, cancelled=cancelled)
    names = [file.path for file in listing.files]
    bytes_each = int(np.prod(shape))
    keeping = where_to_keep(len(names) * bytes_each, limits)
    if keeping.where != "memory":
        return None
    begun = shortcut(listing.root, names, shape, settings.resize) if shortcut else iter(())
    report = report_on(path, listing, [_UNTOLD] * len(names), no_remarks)  # as if every file were good
    order = arranged(report)
    rows = _rows(names, report, order)
    pixels = room_for(len(names), *shape)
    problems = _decode(listing, names, rows, pixels, settings.resize, begun, rounds, cancelled)
    if problems:
        found = [problems.get(number, _UNTOLD) for number in range(len(names))]
        report = report_on(path, listing, found, no_remarks)
        order = arranged(report)
        pixels = pixels[rows[_positions(names, report)[order]]]
    pixels = pixels[: len(order)]
    return Intake(report=report, order=order, pixels=pixels, keeping=replace(keeping, size=pixels.nbytes))


def _positions(names: Sequence[str], report: DataReport) -> Numbers:
    """Where each image of the report is among the listed files, whose order it keeps."""
    listed = enumerate(names)
    found = (next(number for number, name in listed if name == image.path) for image in report.images)
    return np.fromiter(found, np.int64, len(report.images))


def _rows(names: Sequence[str], report: DataReport, order: NDArray[np.int32]) -> Numbers:
    """The row of each listed file: images in their order, and after them what is no image of the report."""
    rows = np.full(len(names), -1, np.int64)
    rows[_positions(names, report)[order]] = np.arange(len(order))
    others = np.flatnonzero(rows < 0)
    rows[others] = np.arange(len(order), len(names))
    return rows


def _decode(
    listing: Listing,
    names: Sequence[str],
    rows: Numbers,
    pixels: Pixels,
    resize: Resize,
    begun: Iterator[tuple[Numbers, Pixels]],
    rounds: Rounds,
    cancelled: IsCancelled | None,
) -> dict[int, Problem]:
    """Decodes every file to its row, and tells of those that cannot be decoded, by position, why."""
    done = np.zeros(len(names), np.bool_)
    for numbers, pictures in begun:
        if cancelled is not None and cancelled():
            raise Cancelled
        pixels[rows[numbers]] = pictures
        done[numbers] = True
        rounds.last(int(done.sum()), len(names))
    rest = np.flatnonzero(~done).tolist()
    before = len(names) - len(rest)

    def decode(number: int) -> Problem | None:
        return decode_or_say(folder, names[number], picture_shape, resize, pixels[row_of[number]])

    folder = os.path.join(listing.root, "")  # noqa: PTH118 - a Path for each of a million names is slow
    row_of = rows.tolist()
    height, width, channels = pixels.shape[1:]
    picture_shape = (height, width, channels)
    found = map_files(
        decode,
        rest,
        progress=lambda count, _total: rounds.last(before + count, len(names)),
        cancelled=cancelled,
        workers=workers_for(
            [listing.root / names[number] for number in rest], small_jpeg=plain_jpeg.SMALL_FILE
        ),
    )
    return {number: one for number, one in zip(rest, found, strict=True) if one is not None}
