"""Small RGB copies of image files for the window's walls of images. Never raises on a bad file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnstudio.core.message import Message
from cnnstudio.data.picture import PictureError, finding, load_picture, open_picture, read_bytes, to_channels
from cnnstudio.data.problem import Problem


def thumbnail(path: Path, size: int) -> tuple[NDArray[np.uint8] | None, Problem | None]:
    """(pixels, None), or (None, why not). Decoded by the rule of `cnnstudio.data.decode`, aspect ratio kept.

    Pixels: uint8, shape (height, width, 3), contiguous, the longer side at most `size`; smaller images are not enlarged.
    """
    try:
        picture = load_picture(open_picture(read_bytes(path)), (2 * size, 2 * size))
        picture = to_channels(picture, 3)
        longest = max(picture.size)
        if longest > size:
            width, height = (max(1, round(side * size / longest)) for side in picture.size)
            picture = picture.resize((width, height), Image.Resampling.BILINEAR)
        return np.array(picture, dtype=np.uint8), None
    except PictureError as error:
        return None, error.problem
    except MemoryError:
        return None, finding(
            "error",
            "image.memory",
            Message("There is not enough memory to decode this picture."),
            Message("Close other programs."),
        )
