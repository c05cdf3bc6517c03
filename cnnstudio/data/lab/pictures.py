"""Pictures to lay a filter over: read from a file, or drawn by the program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnstudio.core.message import Message
from cnnstudio.data.picture import (
    PictureError,
    load_picture,
    open_picture,
    out_of_memory,
    read_bytes,
    to_channels,
)
from cnnstudio.data.problem import DataError, printable
from cnnstudio.data.report import is_grey

LONGEST_SIDE = 512
"""Pixels; a larger picture is shown reduced."""

Channels = Literal["all", "grey", "red", "green", "blue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabPicture:
    """`pixels`: uint8, shape (height, width), or (height, width, 3) of a coloured one. `width`, `height`: of the file."""

    name: str
    pixels: NDArray[np.uint8]
    width: int
    height: int

    @property
    def is_coloured(self) -> bool:
        return self.pixels.ndim == 3

    @property
    def is_reduced(self) -> bool:
        return (self.height, self.width) != self.pixels.shape[:2]

    def channels(self, which: Channels) -> NDArray[np.uint8]:
        """All of them, one, or the luma (ITU-R 601-2). A grey picture has nothing to choose."""
        if not self.is_coloured or which == "all":
            return self.pixels
        if which == "grey":
            return np.asarray(Image.fromarray(self.pixels).convert("L"))
        return np.ascontiguousarray(self.pixels[:, :, ("red", "green", "blue").index(which)])


def read_picture(path: Path, name: str = "") -> LabPicture:
    """A picture file, upright, as the decoding rule of `cnnstudio.data.decode` reads it. Raises DataError.

    `name` is what it is called in place of the file's name.
    """
    name = printable(name or path.name)
    try:
        picture = load_picture(open_picture(read_bytes(path)))
        size = picture.size
        picture = to_channels(picture, 1 if is_grey(picture.mode) else 3)
        longest = max(size)
        if longest > LONGEST_SIDE:
            width, height = (max(1, round(side * LONGEST_SIDE / longest)) for side in size)
            picture = picture.resize((width, height), Image.Resampling.BILINEAR)
        pixels = np.array(picture, dtype=np.uint8)
    except PictureError as error:
        problem = error.problem
    except MemoryError:
        problem = out_of_memory().problem
    else:
        return LabPicture(name=name, pixels=pixels, width=size[0], height=size[1])
    message = Message("{name}: {problem}", name=name, problem=problem.message)
    raise DataError(problem.code, message, problem.hint)


def drawn_pattern(side: int = 96) -> LabPicture:
    """Edges in every direction, a ramp, rings, a lattice and single points. Grey, 0 to 255."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float64)
    half = side / 2
    pixels = np.full((side, side), 64.0)
    upper, left = y < half, x < half
    rings = np.hypot(x - side / 4, y - side / 4)
    pixels[upper & left] = (127.5 + 127.5 * np.cos(rings**2 / side * 1.1))[upper & left]
    pixels[upper & ~left] = ((x - half) / (half - 1) * 255)[upper & ~left]
    inner = np.abs(x - side / 4) + np.abs(y - 3 * side / 4) < side / 5
    pixels[~upper & left & inner] = 224
    box = ~upper & ~left
    pixels[box] = 128
    lattice = box & (y < 3 * side / 4)
    pixels[lattice] = np.where((x // 4 + y // 4) % 2 == 0, 224, 32)[lattice]
    low = side * 7 // 8
    for place in range(side // 2 + 6, side - 6, 12):
        pixels[low, place] = 255
        pixels[low, place + 5] = 0
    return LabPicture(name="", pixels=np.rint(pixels).clip(0, 255).astype(np.uint8), width=side, height=side)
