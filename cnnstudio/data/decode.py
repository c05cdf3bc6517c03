"""The one decoding rule that training, evaluation and prediction share, and its array of many images.

A file becomes `uint8` of shape (height, width, channels) like this:
1. the first frame or page is decoded to its end; a truncated file is an error, never a half-grey image;
   a JPEG more than twice as large as needed on both sides is decoded at 1/2, 1/4 or 1/8;
2. it is turned upright as its EXIF orientation says;
3. 16 bits become 8 by `round(value / 257)`; palettes are looked up; transparency is laid on white; CMYK becomes
   RGB; with `channels=1` colour becomes grey (ITU-R 601-2 luma), with `channels=3` grey is repeated;
4. it is resized to (height, width), bilinear with antialias, by one of three rules: `stretch` does not keep the aspect
   ratio; `crop` keeps it and takes the middle of what fills the size; `pad` keeps it and puts the whole image in the
   middle, on black. An image that has that size already is not touched.
Values stay 0 to 255: scaling is the network's business (a Rescaling layer) or the engine's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import psutil
from numpy.typing import NDArray
from PIL import Image

from cnnstudio.core.message import Message
from cnnstudio.data import plain_jpeg
from cnnstudio.data.parallel import IsCancelled, Progress, map_files, workers_for
from cnnstudio.data.picture import (
    BIG,
    PictureError,
    finding,
    load_picture,
    open_picture,
    orientation,
    out_of_memory,
    read_bytes,
    to_channels,
)
from cnnstudio.data.problem import DataError, Problem, printable
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import Resize

Shape: TypeAlias = tuple[int, int, int]
"""Height, width, channels."""

_MOST_OF_MEMORY = 0.8
ALIGNMENT = 64
"""Bytes at whose multiples a backend's memory begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageArray:
    """Decoded images in memory.

    `pixels`: uint8, shape (images, height, width, channels). `labels`: int32, shape (images,). `indices`: int32,
    position of each image in the list that was asked for. `problems`: files that broke since the scan; they are
    left out, so the arrays are shorter by their number.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int32]
    indices: NDArray[np.int32]
    problems: tuple[Problem, ...]


def decode(
    path: Path, *, height: int, width: int, channels: int, resize: Resize = "stretch"
) -> NDArray[np.uint8]:
    """One file as uint8 of shape (height, width, channels), by the rule above. Raises DataError."""
    check_shape(height, width, channels)
    try:
        return decode_file(path, (height, width, channels), resize)
    except PictureError as error:
        problem = error.problem
        message = Message("{path}: {problem}", path=printable(str(path)), problem=problem.message)
        raise DataError(problem.code, message, problem.hint) from None


def check_shape(height: int, width: int, channels: int) -> None:
    """Raises DataError when images cannot be brought to this shape."""
    if channels not in (1, 3):
        raise DataError(
            "shape.channels",
            Message(
                "The network's input has {channels} channels; images have 1 (grey) or 3 (RGB).",
                channels=channels,
            ),
            Message("Give the Input a shape of [height, width, 1] or [height, width, 3]."),
        )
    if height < 1 or width < 1:
        raise DataError(
            "shape.size",
            Message("Images cannot be resized to {width}×{height}.", width=width, height=height),
            Message("Give the Input a height and a width of 1 or more."),
        )


def load_images(
    source: DataReport | Sequence[Path],
    *,
    height: int,
    width: int,
    channels: int,
    resize: Resize = "stretch",
    labels: Sequence[int] | NDArray[np.integer] | None = None,
    indices: Sequence[int] | NDArray[np.integer] | None = None,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
    workers: int | None = None,
) -> ImageArray:
    """Decodes the images of a report, or a list of paths with `labels` (0 when absent), into memory.

    `indices` picks some of them, in that order (a Split's part). `progress(done, total)` counts images. Raises
    DataError when they do not fit into the free memory, and Cancelled.
    """
    check_shape(height, width, channels)
    if isinstance(source, DataReport):
        names = [image.path for image in source.images]
        paths = [source.root / name for name in names]
        all_labels = source.labels
    else:
        paths = list(source)
        names = [str(path) for path in paths]
        all_labels = np.zeros(len(paths), np.int32) if labels is None else np.asarray(labels, np.int32)
    wanted = np.arange(len(paths), dtype=np.int32) if indices is None else np.asarray(indices, np.int32)
    pixels = room_for(len(wanted), height, width, channels)

    def place(position: int) -> Problem | None:
        number = int(wanted[position])
        try:
            decode_file(paths[number], (height, width, channels), resize, pixels[position])
        except PictureError as error:
            problem = error.problem
            return finding(problem.severity, problem.code, problem.message, problem.hint, names[number])
        return None

    results = map_files(
        place,
        range(len(wanted)),
        progress=progress,
        cancelled=cancelled,
        workers=workers or workers_for(paths, small_jpeg=plain_jpeg.SMALL_FILE),
    )
    problems = tuple(result for result in results if result is not None)
    if problems:
        good = np.fromiter((result is None for result in results), np.bool_, len(results))
        pixels, wanted = pixels[good], wanted[good]
    return ImageArray(pixels=pixels, labels=all_labels[wanted], indices=wanted, problems=problems)


def room_for(count: int, height: int, width: int, channels: int) -> NDArray[np.uint8]:
    """Memory for so many images, uint8 (count, height, width, channels), not yet written. Raises DataError.

    It begins where a backend's memory would, so that one can use it as it is.
    """
    needed = count * height * width * channels
    free = psutil.virtual_memory().available
    if needed <= _MOST_OF_MEMORY * free:
        try:
            return aligned(needed).reshape(count, height, width, channels)
        except MemoryError:
            pass
    raise DataError(
        "memory.images",
        Message(
            "{count} images of {width}×{height}×{channels} need {needed} GB of memory; {free} GB are free.",
            count=count,
            width=width,
            height=height,
            channels=channels,
            needed=_gigabytes(needed),
            free=_gigabytes(free),
        ),
        Message("Use a smaller input size or fewer images, or close other programs."),
    )


def aligned(size: int) -> NDArray[np.uint8]:
    """Bytes of memory, not yet written, that begin where a backend's memory would. Raises MemoryError."""
    memory = np.empty(size + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + size]


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f}"


def decode_file(
    path: Path | str, shape: Shape, resize: Resize, out: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8]:
    """As `decode`, for a shape that was checked; into `out` where that is given. Raises PictureError."""
    content = read_bytes(path)
    try:
        pixels = _decoded_plainly(content, shape, out)
        if pixels is None:
            picture = open_picture(content)
            pixels = pixels_of(load_picture(picture, smallest_for(picture, shape)), shape, resize)
        elif pixels.shape != shape:
            pixels = pixels_of(_picture_of(pixels), shape, resize)
    except MemoryError:
        raise out_of_memory() from None
    if out is None:
        return pixels
    if pixels is not out:
        out[...] = pixels
    return out


def _decoded_plainly(content: bytes, shape: Shape, out: NDArray[np.uint8] | None) -> NDArray[np.uint8] | None:
    """The picture of a JPEG file that needs no care, at the size that it has; None where Pillow must look at it.

    It is `out` itself where that is of the same shape.
    """
    header = plain_jpeg.read_header(content)
    if header is None or header.height * header.width > BIG:
        return None
    return plain_jpeg.decode(content, header, (2 * shape[0], 2 * shape[1]), out)


def _picture_of(pixels: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def smallest_for(picture: Image.Image, shape: Shape) -> tuple[int, int]:
    """Width and height, as stored, below which a JPEG is not to be decoded: twice what is needed."""
    height, width, _ = shape
    return (2 * height, 2 * width) if orientation(picture) >= 5 else (2 * width, 2 * height)


def pixels_of(picture: Image.Image, shape: Shape, resize: Resize) -> NDArray[np.uint8]:
    """A decoded, upright picture as uint8 of the shape: rules 3 and 4 above. Raises MemoryError."""
    height, width, channels = shape
    picture = to_channels(picture, channels)
    if picture.size != (width, height):
        picture = _resized(picture, width, height, resize)
    return np.asarray(picture, dtype=np.uint8).reshape(height, width, channels)


def _resized(picture: Image.Image, width: int, height: int, rule: Resize) -> Image.Image:
    across, down = width / picture.width, height / picture.height
    if rule == "stretch" or across == down:
        return picture.resize((width, height), Image.Resampling.BILINEAR)
    if rule == "crop":
        scale = max(across, down)
        left = max(0.0, (picture.width - width / scale) / 2)  # rounding must not lead out of the picture
        top = max(0.0, (picture.height - height / scale) / 2)
        box = (left, top, picture.width - left, picture.height - top)
        return picture.resize((width, height), Image.Resampling.BILINEAR, box)
    scale = min(across, down)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    laid = Image.new(picture.mode, (width, height))
    inner = picture.resize(size, Image.Resampling.BILINEAR)
    laid.paste(inner, ((width - size[0]) // 2, (height - size[1]) // 2))
    return laid
