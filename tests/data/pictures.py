"""Writes image files of every kind, good and bad, for the tests of data."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image


def noise(width: int = 12, height: int = 8, *, channels: int = 3, seed: int = 0) -> np.ndarray:
    shape = (height, width) if channels == 1 else (height, width, channels)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def smooth(generator: np.random.Generator, width: int, height: int, mode: str) -> Image.Image:
    """A picture as a photograph is, more or less noisy."""
    small = Image.fromarray(generator.integers(0, 256, (6, 6, 3), np.uint8))
    wide = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.int16)
    noisy = wide + generator.normal(0, generator.integers(0, 50), (height, width, 3))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).convert(mode)


def save(path: Path, picture: Image.Image | np.ndarray | None = None, **options: object) -> Path:
    """Writes a picture (random colours by default, different for each name); the format follows the suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if picture is None:
        picture = noise(seed=zlib.crc32(str(path.name).encode("utf-8", "surrogateescape")))
    if isinstance(picture, np.ndarray):
        picture = Image.fromarray(picture)
    picture.save(path, **options)
    return path


def two_classes(root: Path, each: int = 3) -> Path:
    """A good folder: cat and dog with `each` PNG images that all differ."""
    for label, name in enumerate(("cat", "dog")):
        for number in range(each):
            save(root / name / f"{number}.png", noise(seed=100 * label + number))
    return root


def jpeg_bytes(width: int = 64, height: int = 48, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(noise(width, height)).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def bomb_bytes(width: int, height: int) -> bytes:
    """A tiny PNG whose header promises width×height pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def with_orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = value
    return exif
