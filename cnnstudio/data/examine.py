"""One image file looked at: decoded to its end, and told what it is or why it cannot be used.

A look at the header (Pillow's `verify`) passes truncated JPEGs, so every byte is decoded. Nothing on disk is changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cnnstudio.core.message import Message
from cnnstudio.data.decode import Shape, decode_file
from cnnstudio.data.miniature import SIDE, is_blank, miniature
from cnnstudio.data.picture import (
    SIXTEEN_BIT_MODES,
    PictureError,
    finding,
    format_of,
    format_of_name,
    is_animated,
    load_picture,
    open_picture,
    orientation,
    out_of_memory,
    read_bytes,
)
from cnnstudio.data.problem import Problem
from cnnstudio.data.settings import Resize

_CLEAR = 4 * SIDE
"""Pixels of a side that a JPEG is decoded to at least, so that its miniature is that of a PNG."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one good file is. `format`: of its content. `miniature`: by `cnnstudio.data.miniature`."""

    width: int
    height: int
    mode: str
    format: str
    miniature: bytes
    bytes: int
    digest: str
    traits: tuple[str, ...]


_FAILURES = (PictureError, ValueError, OSError, MemoryError)
"""All that can be raised by a file: a kind of pixels that no conversion takes raises one of Python's own."""


def examine(root: Path, path: str) -> Facts | Problem:
    """Decodes the file at `path`, relative to `root`; a Problem when it cannot be used. Never raises."""
    try:
        content = read_bytes(root / path)
        return _facts(open_picture(content), content)
    except _FAILURES as error:
        return why_unusable(error, path)


def decode_or_say(
    folder: str, path: str, shape: Shape, resize: Resize, out: NDArray[np.uint8]
) -> Problem | None:
    """Decodes the file at `folder + path` into `out`, at `shape`; the same Problem as of `examine` when that cannot be."""
    try:
        decode_file(folder + path, shape, resize, out)
    except _FAILURES as error:
        return why_unusable(error, path)
    return None


def why_unusable(error: Exception, path: str) -> Problem:
    """The Problem of a file that raised this when it was decoded."""
    if isinstance(error, PictureError):
        problem = error.problem
        found = finding(problem.severity, problem.code, problem.message, problem.hint, path)
        return replace(found, pictures=((path,),), remedies=("quarantine",), surplus=(path,))
    if isinstance(error, MemoryError):
        return replace(out_of_memory().problem, path=path)
    return finding(
        "error",
        "image.damaged",
        Message("The picture is damaged and cannot be decoded."),
        Message("Copy or download it again, or delete it."),
        path,
    )


def misnamed(path: str, facts: Facts) -> Problem | None:
    """That a file's name promises another format than it holds; None when it does not."""
    if format_of_name(path) == facts.format:
        return None
    return Problem(
        severity="warning",
        code="image.misnamed",
        path=path,
        message=Message(
            "The name ends in {suffix}, but the content is {format}. It is used all the same.",
            suffix=Path(path).suffix,
            format=facts.format,
        ),
        hint=Message("Rename it to .{suffix}; other programs may refuse it.", suffix=facts.format.lower()),
        pictures=((path,),),
    )


def _facts(picture: Image.Image, content: bytes) -> Facts:
    width, height = picture.size
    turned = load_picture(picture, smallest=(max(_CLEAR, width // 8), max(_CLEAR, height // 8)))
    kind = format_of(picture)
    if kind == "TIFF":  # Pillow turns these while it loads them
        width, height = turned.size
    turn = orientation(picture)
    if turn >= 5:  # the four that swap the axes
        width, height = height, width
    return Facts(
        width=width,
        height=height,
        mode=picture.mode,
        format=kind,
        bytes=len(content),
        digest=hashlib.blake2b(content, digest_size=16).hexdigest(),
        traits=_traits(picture, content, rotated=turn != 1, blank=is_blank(turned)),
        miniature=miniature(turned),
    )


def _traits(picture: Image.Image, content: bytes, *, rotated: bool, blank: bool) -> tuple[str, ...]:
    traits = []
    if _is_sixteen_bit(picture, content):
        traits.append("16-bit")
    if picture.has_transparency_data and picture.mode not in SIXTEEN_BIT_MODES:
        traits.append("alpha")
    if picture.mode == "CMYK":
        traits.append("cmyk")
    if picture.mode in ("P", "PA"):
        traits.append("palette")
    if rotated:
        traits.append("rotated")
    if blank:
        traits.append("blank")
    if is_animated(picture):
        traits.append("animated")
    return tuple(traits)


def _is_sixteen_bit(picture: Image.Image, content: bytes) -> bool:
    if picture.mode in SIXTEEN_BIT_MODES:
        return True
    if picture.format == "PNG":
        return content[24:25] == b"\x10"  # bit depth in the IHDR chunk
    if picture.format == "TIFF":
        bits = getattr(picture, "tag_v2", {}).get(258, (8,))
        return 16 in (bits if isinstance(bits, tuple) else (bits,))
    return False
