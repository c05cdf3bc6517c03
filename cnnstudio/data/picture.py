"""The border to Pillow: bytes to one decoded picture, and every way that can fail as a Problem.

Pillow's warnings and log lines end here. Pictures are judged by their content, never by their name.
Limits: a file of at most 1 GiB, a picture of at most 100 million pixels, 8 or 16 bits a channel.
"""

from __future__ import annotations

import io
import logging
import os
import re
import stat
import threading
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from cnnstudio.core.message import Message
from cnnstudio.data.problem import Problem, Severity
from cnnstudio.data.suffixes import FORMAT_OF_SUFFIX

MAX_FILE_BYTES = 1 << 30
MAX_PIXELS = 100_000_000

_FORMATS = tuple(dict.fromkeys(FORMAT_OF_SUFFIX.values()))
SIXTEEN_BIT_MODES = ("I;16", "I;16B", "I;16L", "I;16N")
_MODES = ("1", "L", "LA", "La", "P", "PA", "RGB", "RGBX", "RGBA", "RGBa", "CMYK", "YCbCr", *SIXTEEN_BIT_MODES)
_ORIENTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_EXIF_KEYS = ("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif")
BIG = 16_000_000
"""Pixels of a picture that is decoded while no other of its kind is."""
_one_big_at_a_time = threading.Lock()

# What a file that Pillow does not open often is, told by its first bytes.
_OTHER_CONTENT = (
    (re.compile(rb"....ftyp(heic|heix|heif|hevc|mif1|msf1)", re.DOTALL), "a HEIC picture"),
    (re.compile(rb"....ftyp(avif|avis)", re.DOTALL), "an AVIF picture"),
    (re.compile(rb"....ftyp", re.DOTALL), "a video"),
    (re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE), "a web page"),
    (
        re.compile(
            rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype svg[^>]*>\s*)?<svg", re.DOTALL | re.IGNORECASE
        ),
        "an SVG drawing",
    ),
    (re.compile(rb"8BPS"), "a Photoshop file"),
    (re.compile(rb"%PDF"), "a PDF document"),
    (re.compile(rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51"), "a JPEG 2000 picture"),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive"),
)

_WARNING_FILTER = ("ignore", None, Warning, re.compile(r"PIL(\.|$)"), 0)
logging.getLogger("PIL").addHandler(logging.NullHandler())


class PictureError(Exception):
    """A file that does not become a picture; `problem` says why, with a path of `""`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem.message))
        self.problem = problem


def finding(severity: Severity, code: str, message: Message, hint: Message, path: str = "") -> Problem:
    """A Problem, shortly written."""
    return Problem(severity=severity, code=code, path=path, message=message, hint=hint)


def _error(code: str, message: Message, hint: Message) -> PictureError:
    return PictureError(finding("error", code, message, hint))


def silence_pillow() -> None:
    """Keeps Pillow's warnings from standard error. Cheap; called at each public entry, as tests reset filters."""
    if _WARNING_FILTER not in warnings.filters:
        warnings.filterwarnings("ignore", module=_WARNING_FILTER[3].pattern)


def read_bytes(path: Path | str) -> bytes:
    """The file's content. Raises PictureError when it is unreadable, empty, huge, or no regular file."""
    try:
        status = os.stat(path)  # noqa: PTH116 - making a Path takes longer than reading a small file
        if not stat.S_ISREG(status.st_mode):
            raise _error(
                "file.special",
                Message("This is no regular file (a folder, pipe or device)."),
                Message("Remove it from the data folder."),
            )
        if status.st_size > MAX_FILE_BYTES:
            raise _error(
                "file.huge",
                Message(
                    "The file has {size} MiB; at most {limit} MiB are read.",
                    size=status.st_size >> 20,
                    limit=MAX_FILE_BYTES >> 20,
                ),
                Message("Save a smaller copy of the picture."),
            )
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            content = file.readall()
    except OSError as error:
        raise _error(
            "file.unreadable",
            Message("The file cannot be read: {reason}.", reason=reason_of(error)),
            Message("Check its permissions, and that it is not a broken link or on a drive that is gone."),
        ) from None
    except MemoryError:
        raise out_of_memory() from None
    if not content:
        raise _error(
            "file.empty",
            Message("The file is empty (0 bytes)."),
            Message("Copy or download it again, or delete it."),
        )
    return content


def reason_of(error: OSError) -> str:
    """The system's own words for an OSError, without numbers and paths."""
    return error.strerror or type(error).__name__


def open_picture(content: bytes) -> Image.Image:
    """The picture's header, not yet decoded. Raises PictureError when it is no picture or too large."""
    silence_pillow()
    try:
        picture = Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except MemoryError:
        raise out_of_memory() from None
    except Exception:  # noqa: BLE001 - a hostile header can fail anywhere inside Pillow
        raise _not_a_picture(content) from None
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(width, height)
    return picture


def load_picture(picture: Image.Image, smallest: tuple[int, int] | None = None) -> Image.Image:
    """Decodes the first frame and turns it upright (EXIF). Raises PictureError when any byte is missing.

    `smallest` (width, height as stored) lets a JPEG decode at 1/2, 1/4 or 1/8 of its size, never below
    `smallest`; all of the file is still read, so damage is still found. Big pictures decode one at a time.
    """
    if picture.size[0] * picture.size[1] > BIG:
        with _one_big_at_a_time:
            return _load(picture, smallest)
    return _load(picture, smallest)


def _load(picture: Image.Image, smallest: tuple[int, int] | None) -> Image.Image:
    try:
        if smallest is not None and picture.format in ("JPEG", "MPO"):
            picture.draft(None, smallest)
        picture.load()
    except MemoryError:
        raise out_of_memory() from None
    except Exception as error:  # noqa: BLE001 - damaged data can fail anywhere inside Pillow
        raise _damaged(error) from None
    if picture.mode not in _MODES:
        raise _error(
            "image.mode",
            Message(
                "The picture has pixels of kind {mode}, whose range of values is not known.",
                mode=picture.mode,
            ),
            Message("Save it with 8 or 16 bits a channel, in grey or RGB."),
        )
    turn = _ORIENTATIONS.get(orientation(picture))
    return picture if turn is None else picture.transpose(turn)


def orientation(picture: Image.Image) -> int:
    """EXIF orientation, 1 (upright) to 8; 1 when absent or damaged. TIFF is turned by Pillow itself: 1."""
    if picture.format == "TIFF" or not any(key in picture.info for key in _EXIF_KEYS):
        return 1
    try:
        value = picture.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001 - damaged EXIF can fail anywhere; the pixels are good
        return 1
    return value if value in _ORIENTATIONS else 1


def is_animated(picture: Image.Image) -> bool:
    """Whether there is a second frame. Call it when the first one is no longer needed."""
    if picture.format in ("JPEG", "MPO"):  # MPO's further frames are previews
        return False
    try:
        return bool(getattr(picture, "is_animated", False))
    except Exception:  # noqa: BLE001 - what follows a good first frame may be damaged
        return False


def format_of(picture: Image.Image) -> str:
    """`PNG`, `JPEG`, `BMP`, `GIF`, `WEBP` or `TIFF`."""
    return "JPEG" if picture.format == "MPO" else str(picture.format)


def format_of_name(name: str) -> str | None:
    """The format that a file name promises, None when it is no picture's name."""
    return FORMAT_OF_SUFFIX.get(os.path.splitext(name)[1].lower())  # noqa: PTH122 - a Path for each name is slow


def to_channels(picture: Image.Image, channels: int) -> Image.Image:
    """The picture in mode `L` (1 channel) or `RGB` (3): alpha on white, CMYK and palettes converted.

    16-bit grey becomes `round(value / 257)`: 0 to 0, 65535 to 255. Of 16-bit colour Pillow keeps the high byte,
    which is the same within one level. Grey is repeated over three channels; colour becomes ITU-R 601-2 luma.
    """
    if picture.mode in SIXTEEN_BIT_MODES:
        values = np.asarray(picture).astype(np.uint32)
        picture = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    elif picture.has_transparency_data:
        rgba = picture.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(white, rgba)
    elif picture.mode in ("CMYK", "YCbCr"):
        picture = picture.convert("RGB")
    wanted = "L" if channels == 1 else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _too_many_pixels(width: int = 0, height: int = 0) -> PictureError:
    hint = Message("If it is a real picture, save a smaller copy; if it came from a stranger, delete it.")
    limit = MAX_PIXELS // 1_000_000
    if not width:
        return _error(
            "image.bomb",
            Message("The picture unpacks to more than {limit} million pixels.", limit=limit),
            hint,
        )
    return _error(
        "image.bomb",
        Message(
            "The picture unpacks to {width}×{height} pixels; at most {limit} million are read.",
            width=width,
            height=height,
            limit=limit,
        ),
        hint,
    )


def out_of_memory() -> PictureError:
    """That a picture needs more memory than there is."""
    return _error(
        "image.memory",
        Message("There is not enough memory to decode this picture."),
        Message("Close other programs, or save a smaller copy of the picture."),
    )


def _not_a_picture(content: bytes) -> PictureError:
    for pattern, words in _OTHER_CONTENT:
        if pattern.match(content[:1024]):
            return _error(
                "image.other",
                Message("The file is named like a picture but holds {content}.", content=words),
                Message("Save it as PNG or JPEG, or delete it."),
            )
    return _error(
        "image.not_image",
        Message("The content is no PNG, JPEG, BMP, GIF, WebP or TIFF picture, or its beginning is damaged."),
        Message("Open it in a picture viewer and save it as PNG or JPEG, or delete it."),
    )


def _damaged(error: Exception) -> PictureError:
    words = str(error).lower()
    if (
        "truncated" in words
        or "end of file" in words
        or "unexpected end" in words
        or isinstance(error, EOFError)
    ):
        return _error(
            "image.truncated",
            Message("The file is cut off: part of the picture is missing."),
            Message("Copy or download it again, or delete it."),
        )
    return _error(
        "image.damaged",
        Message("The picture is damaged and cannot be decoded."),
        Message("Copy or download it again, or delete it."),
    )
