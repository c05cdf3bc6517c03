"""The miniature of a picture, by which pictures that look alike are found. NumPy and Pillow.

16×16 grey values and 4×4 values of each colour difference (Cb, Cr), 288 bytes, whatever the picture's size and shape.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from cnnstudio.data.picture import SIXTEEN_BIT_MODES, to_channels

SIDE = 16
COLOUR_SIDE = 4
BYTES = SIDE * SIDE + 2 * COLOUR_SIDE * COLOUR_SIDE
_BLANK = 2
"""Levels of 255 within which a picture counts as one colour: JPEG leaves such traces."""
_NO_COLOUR = bytes([128]) * (2 * COLOUR_SIDE * COLOUR_SIDE)


def miniature(picture: Image.Image) -> bytes:
    """The miniature of a decoded, upright picture, BYTES long: grey row by row, then Cb, then Cr."""
    grey = picture.mode in ("1", "L", "LA", "La", *SIXTEEN_BIT_MODES)
    small = to_channels(picture, 1 if grey else 3).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    if grey:
        return small.tobytes() + _NO_COLOUR
    y, *colours = small.convert("YCbCr").split()
    side = (COLOUR_SIDE, COLOUR_SIDE)
    return y.tobytes() + b"".join(one.resize(side, Image.Resampling.BOX).tobytes() for one in colours)


def is_blank(picture: Image.Image) -> bool:
    """Whether a decoded picture shows one colour only."""
    if picture.mode in SIXTEEN_BIT_MODES:
        values = np.asarray(picture)
        return int(values.max()) - int(values.min()) <= _BLANK * 257
    extremes = to_channels(picture, 3).getextrema() if _is_coded(picture) else picture.getextrema()
    bands = [extremes] if isinstance(extremes[0], int | float) else extremes
    return all(most - least <= _BLANK for least, most in bands)


def _is_coded(picture: Image.Image) -> bool:
    """Whether equal values of the file are not equal colours, or unequal ones not unequal colours."""
    return picture.mode in ("P", "PA", "CMYK") or picture.has_transparency_data
