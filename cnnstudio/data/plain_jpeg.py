"""JPEG files that need no care, decoded by libjpeg-turbo's own interface: Pillow's pixels in three fifths of its time.

Most JPEG files are of this kind: Huffman coding, 8 bits, grey or colour in three channels, nothing that turns the
picture, and no damage. All others are left to Pillow, which says what is wrong. Python's lock is not held meanwhile.
Pictures that are decoded smaller than they are take as long as Pillow's.
What runs for each file is kept short: a picture that was just decoded left nothing of Python in the processor's caches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import simplejpeg
from numpy.typing import NDArray

VERSION = simplejpeg.__version__
"""Of what decodes here."""
SMALL_FILE = 1_200
"""Bytes of a file below which two threads are slower than one."""

_START = b"\xff\xd8"
_PIXELS = 0xDA
_FRAMES = frozenset([0xC0, 0xC1, 0xC2])
"""Baseline, extended and progressive, with Huffman coding."""
_HARMLESS = frozenset([0xC4, 0xDB, 0xDD, 0xE0, 0xE2, 0xEE, 0xFE])
"""Tables, JFIF, colour profile, Adobe's mark, comment."""
_COLOURS = {1: "GRAY", 3: "RGB"}


class Header(NamedTuple):
    """Of a plain JPEG file: pixels as stored, and 1 or 3 channels."""

    height: int
    width: int
    channels: int


def read_header(content: bytes) -> Header | None:
    """What a JPEG file that needs no care says of itself; None for any other content."""
    if not content.startswith(_START):
        return None
    at = 2
    header: Header | None = None
    try:
        while content[at] == 0xFF:
            kind = content[at + 1]
            if kind in _FRAMES and header is None and content[at + 4] == 8 and content[at + 9] in _COLOURS:
                height, width = content[at + 5 : at + 7], content[at + 7 : at + 9]
                header = Header(int.from_bytes(height, "big"), int.from_bytes(width, "big"), content[at + 9])
            elif kind not in _HARMLESS:
                return header if kind == _PIXELS and header and header.height and header.width else None
            at += 2 + (content[at + 2] << 8 | content[at + 3])
    except IndexError:
        pass
    return None


def decode(
    content: bytes, header: Header, smallest: tuple[int, int], out: NDArray[np.uint8] | None = None
) -> NDArray[np.uint8] | None:
    """The picture, uint8 (height, width, channels), in `out` if that has its shape; None where Pillow must have a look.

    It is decoded at 1/2, 1/4 or 1/8 of its size where that is not below `smallest` (height, width), as Pillow does.
    What `out` holds where None is returned is undefined. Raises MemoryError.
    """
    reduced = _reduced(header, smallest)
    shape = (*reduced, header.channels)
    if out is not None and (out.shape != shape or not out.flags.c_contiguous):
        out = None
    try:
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(
            content, _COLOURS[header.channels], min_height=reduced[0], min_width=reduced[1], buffer=out
        )
    except ValueError:  # damage, or what may be some
        return None
    if pixels.shape != shape:
        return None
    return pixels if out is None else out


def _reduced(header: Header, smallest: tuple[int, int]) -> tuple[int, int]:
    """Height and width at which a picture is decoded."""
    height, width, _ = header
    times = min(height // smallest[0], width // smallest[1])
    for part in (8, 4, 2):
        if times >= part:
            return -(-height // part), -(-width // part)
    return height, width
