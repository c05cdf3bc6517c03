"""Decoding the images of a report into the place where they are kept. The result is the same in each of the three."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
import PIL
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.data import plain_jpeg
from cnnstudio.data.decode import Shape, check_shape, decode_file, load_images
from cnnstudio.data.keeping import pixel_file
from cnnstudio.data.keeping.limits import Keeping, Limits, cache_folder, disk_full, where_to_keep
from cnnstudio.data.keeping.pixels import DecodedPixels, MappedPixels, StoredPixels
from cnnstudio.data.parallel import IsCancelled, Progress, map_files, worker_count, workers_for
from cnnstudio.data.picture import PictureError, finding, reason_of
from cnnstudio.data.problem import DataError, Problem, printable
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import Resize

Pixels: TypeAlias = NDArray[np.uint8] | StoredPixels

_RULE = 1
"""Goes up when `cnnstudio.data.decode` makes other pixels of the same file: files of the old rule are not used then."""
_SETTLED = 2.0
"""Seconds after which a file that was written is taken to stay as its time of change says."""
_AGAIN_AHEAD = 2
"""Batches that each thread decodes ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptImages:
    """Decoded images, wherever they are kept. Fields as of `cnnstudio.data.decode.ImageArray`."""

    pixels: Pixels
    labels: NDArray[np.int32]
    indices: NDArray[np.int32]
    problems: tuple[Problem, ...]
    keeping: Keeping


def keep_images(
    report: DataReport,
    shape: Shape,
    *,
    resize: Resize = "stretch",
    indices: NDArray[np.int32],
    limits: Limits | None = None,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
    base: Path | None = None,
) -> KeptImages:
    """Decodes these images of a report into memory or a file, or prepares to decode them whenever they are wanted.

    A file holds all images of the report, so that another split finds it again. Raises DataError and Cancelled.
    """
    check_shape(*shape)
    size = len(indices) * int(np.prod(shape))
    keeping = where_to_keep(size, limits, base=base, held=max(size, pixel_file.used(base)))
    if keeping.where == "memory":
        height, width, channels = shape
        loaded = load_images(
            report,
            height=height,
            width=width,
            channels=channels,
            resize=resize,
            indices=indices,
            progress=progress,
            cancelled=cancelled,
        )
        return KeptImages(
            pixels=loaded.pixels,
            labels=loaded.labels,
            indices=loaded.indices,
            problems=loaded.problems,
            keeping=keeping,
        )
    if keeping.where == "file":
        found = _in_file(report, shape, resize, keeping, limits, base, progress, cancelled)
        if isinstance(found, pixel_file.PixelFile):
            return _of_file(report, shape, resize, found, indices, keeping)
        keeping = found
    return _decoded_again(report, shape, resize, indices, keeping)


def _in_file(
    report: DataReport,
    shape: Shape,
    resize: Resize,
    keeping: Keeping,
    limits: Limits | None,
    base: Path | None,
    progress: Progress | None,
    cancelled: IsCancelled | None,
) -> pixel_file.PixelFile | Keeping:
    """The file of all images of the report, found or made; a Keeping that says why there is none."""
    paths = _paths(report)
    whole = (len(paths), *shape)
    key, newest = _key(report, paths, shape, resize)
    found = pixel_file.find(key, whole, base)
    if found is not None:
        return found
    room = where_to_keep(int(np.prod(whole)), limits, base=base, held=pixel_file.used(base))
    if room.where == "nowhere":
        return room

    def fill(write: pixel_file.Write) -> tuple[list[int], bool]:
        began = time.time()

        def place(position: int) -> bool:
            try:
                write(position, decode_file(paths[position], shape, resize))
            except PictureError:
                return False
            return True

        good = map_files(
            place,
            range(len(paths)),
            progress=progress,
            cancelled=cancelled,
            workers=workers_for([Path(path) for path in paths], small_jpeg=plain_jpeg.SMALL_FILE),
        )
        settled = newest < began - _SETTLED and _key(report, paths, shape, resize)[0] == key
        return [position for position, fine in enumerate(good) if not fine], settled

    try:
        return pixel_file.make(key, whole, fill, limit=keeping.limit, base=base)
    except pixel_file.RoomError:
        why = Message("other files of images, which are in the making, leave no room for theirs.")
    except OSError as error:
        why = disk_full(cache_folder() if base is None else base, reason_of(error))
    return replace(keeping, where="nowhere", why=why)


def _of_file(
    report: DataReport,
    shape: Shape,
    resize: Resize,
    file: pixel_file.PixelFile,
    indices: NDArray[np.int32],
    keeping: Keeping,
) -> KeptImages:
    wanted = indices
    problems: list[Problem] = []
    if file.broken:
        wanted = indices[~np.isin(indices, file.broken)]
        for position in sorted(set(file.broken) & set(indices.tolist())):
            problems += _problem_of(report, position, shape, resize)
    return KeptImages(
        pixels=MappedPixels(file.images, wanted.astype(np.int64)),
        labels=report.labels[wanted],
        indices=wanted,
        problems=tuple(problems),
        keeping=keeping,
    )


def _problem_of(report: DataReport, position: int, shape: Shape, resize: Resize) -> list[Problem]:
    """Why a file does not become a picture."""
    name = report.images[position].path
    try:
        decode_file(report.root / name, shape, resize)
    except PictureError as error:
        found = error.problem
        return [finding(found.severity, found.code, found.message, found.hint, name)]
    return []


def _decoded_again(
    report: DataReport, shape: Shape, resize: Resize, indices: NDArray[np.int32], keeping: Keeping
) -> KeptImages:
    paths = _paths(report)
    decode = partial(_decode_or_say, report.root, paths, shape, resize)
    return KeptImages(
        pixels=DecodedPixels(decode, shape, indices.astype(np.int64), worker_count() * _AGAIN_AHEAD),
        labels=report.labels[indices],
        indices=indices,
        problems=(),
        keeping=keeping,
    )


def _decode_or_say(
    root: Path, paths: Sequence[str], shape: Shape, resize: Resize, row: int
) -> NDArray[np.uint8]:
    """One image; a file that broke since the scan is named."""
    try:
        return decode_file(paths[row], shape, resize)
    except PictureError as error:
        name = os.path.relpath(paths[row], root)
        raise DataError(
            error.problem.code,
            Message(
                "{path} cannot be read any more: {problem}",
                path=printable(name),
                problem=error.problem.message,
            ),
            Message("Put it back or leave it out, then resume the run."),
        ) from None


def _paths(report: DataReport) -> list[str]:
    root = os.fspath(report.root)
    return [os.path.join(root, image.path) for image in report.images]  # noqa: PTH118 - may be a million


def _key(report: DataReport, paths: Sequence[str], shape: Shape, resize: Resize) -> tuple[str, float]:
    """A name for the images as they are on the disk now and as they are decoded, and when the newest was changed."""
    digest = hashlib.blake2b(
        repr((_RULE, PIL.__version__, plain_jpeg.VERSION, shape, resize)).encode(), digest_size=16
    )
    newest = 0.0
    for path, image in zip(paths, report.images, strict=True):
        size, changed = _status(path)
        newest = max(newest, changed / 1e9)
        digest.update(f"{path}\0{size}\0{changed}\0{image.digest}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest(), newest


def _status(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path for each of a million names is slow
    except OSError:
        return -1, 0
    return status.st_size, status.st_mtime_ns
