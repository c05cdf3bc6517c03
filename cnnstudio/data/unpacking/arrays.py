"""Arrays of images and what they show, checked and brought to one form before they are written as files.

Limits: a million images, 4 GiB of pixels, and half of the free memory.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.core.task import Task
from cnnstudio.data.problem import DataError
from cnnstudio.data.report import Part
from cnnstudio.data.tables.meaning import MOST_LABELS

MOST_IMAGES = 1_000_000
MOST_BYTES = 4 << 30
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayPart:
    """Images of one part, `""` when there is no other.

    `images`: uint8, (images, height, width), or (images, height, width, 3 or 4). `labels`: class numbers, int,
    (images,); else targets, float, (images, names).
    """

    part: Part
    images: NDArray[np.uint8]
    labels: NDArray[np.number[Any]]

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrays:
    """All images of a file. `names`: of the classes, labels or numbers."""

    task: Task
    names: tuple[str, ...]
    parts: tuple[ArrayPart, ...]

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)


def check_extent(where: str, images: int, size: int) -> None:
    """Raises DataError when so many images, or so many bytes of pixels, are too many. Call it before they are read."""
    if images > MOST_IMAGES or size > MOST_BYTES:
        raise DataError(
            "arrays.huge",
            Message(
                "{path} says that it holds {count} images in {size} MiB of pixels.",
                path=where,
                count=f"{images:,}",
                size=f"{size >> 20:,}",
            ),
            Message(
                "At most {images} images and {size} MiB are unpacked; save a smaller part of it, or folders of images.",
                images=f"{MOST_IMAGES:,}",
                size=f"{MOST_BYTES >> 20:,}",
            ),
        )
    free = psutil.virtual_memory().available
    if size > _HALF * free:
        raise DataError(
            "arrays.memory",
            Message(
                "{path} needs {needed} MiB of memory; {free} MiB are free.",
                path=where,
                needed=f"{size >> 20:,}",
                free=f"{free >> 20:,}",
            ),
            Message("Close other programs, or save a smaller part of it."),
        )


def check_counts(where: str, images: int, labels: int) -> None:
    """Raises DataError when there is not one label for each image, or no image at all."""
    if images != labels:
        raise DataError(
            "arrays.counts",
            Message(
                "{path} holds {images} images, but labels for {labels}.",
                path=where,
                images=images,
                labels=labels,
            ),
            Message("Each image needs one label, in the same order; copy or download both again."),
        )
    if not images:
        raise DataError(
            "arrays.empty", Message("{path} holds no images.", path=where), Message("Choose another file.")
        )


def class_names(labels: Sequence[NDArray[np.number[Any]]], names: Sequence[str] = ()) -> tuple[str, ...]:
    """A name for each class number up to the largest: `names` where they reach, else the numbers. Raises DataError."""
    lowest = min((int(part.min()) for part in labels if len(part)), default=0)
    highest = max((int(part.max()) for part in labels if len(part)), default=0)
    if lowest < 0 or highest >= 100 * MOST_LABELS:
        raise DataError(
            "arrays.labels",
            Message("The class numbers go from {low} to {high}.", low=lowest, high=highest),
            Message("Number the classes 0, 1, 2 and so on."),
        )
    return tuple(names[number] if number < len(names) else str(number) for number in range(highest + 1))


def as_pixels(images: NDArray[np.generic], where: str) -> NDArray[np.uint8]:
    """Images of any usual kind of array as uint8, (images, height, width) or (images, height, width, 3 or 4).

    Numbers from 0 to 1 become 0 to 255; 16 bits become 8. Grey may have an axis of 1, colours may come first, flat
    squares are grey. Raises DataError for all else.
    """
    return _as_bytes(_in_order(images, where), where)


def _in_order(images: NDArray[np.generic], where: str) -> NDArray[np.generic]:
    shape = images.shape
    if images.ndim == 2 and (side := math.isqrt(shape[1])) >= 8 and side * side == shape[1]:
        return images.reshape(-1, side, side)
    if images.ndim == 4 and shape[3] == 1:
        return images[..., 0]
    if images.ndim == 3 or (images.ndim == 4 and shape[3] in (3, 4)):
        if 0 not in shape[1:]:
            return images
    elif images.ndim == 4 and shape[1] in (1, 3, 4) and 0 not in shape:
        moved = np.moveaxis(images, 1, 3)
        return moved[..., 0] if shape[1] == 1 else moved
    raise DataError(
        "arrays.shape",
        Message(
            "The images in {path} have the shape {shape}.", path=where, shape=" × ".join(map(str, shape))
        ),
        Message("Images have the shape images × height × width, or images × height × width × 3."),
    )


def _as_bytes(images: NDArray[np.generic], where: str) -> NDArray[np.uint8]:
    if images.dtype == np.uint8:
        return images.astype(np.uint8, copy=False)
    if images.dtype == np.bool_:
        return images.astype(np.uint8) * np.uint8(255)
    if images.dtype == np.uint16 and images.size and int(images.max()) > 255:
        return ((images.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if images.dtype.kind in "iuf" and images.size:
        numbers = images.astype(np.float32, copy=False)
        low, high = float(numbers.min()), float(numbers.max())
        if low >= 0 and high <= 255:  # false for NaN too
            factor = np.float32(255 if images.dtype.kind == "f" and high <= 1 else 1)
            pixels: NDArray[np.uint8] = np.rint(numbers * factor).astype(np.uint8)
            return pixels
        said = Message(
            "The pixels in {path} go from {low} to {high}.", path=where, low=f"{low:g}", high=f"{high:g}"
        )
    else:
        said = Message("The pixels in {path} are of the kind {kind}.", path=where, kind=str(images.dtype))
    raise DataError(
        "arrays.pixels", said, Message("Save them as bytes from 0 to 255, or as numbers from 0 to 1.")
    )
