"""PNG files that are as most of their folder are, decoded by TensorFlow: Pillow's pixels in a fraction of its time.

Pillow needs Python for each file, which is most of the time where pictures are small. Here many are decoded at once,
without it. Only what both decode alike is taken: 8 bits, grey or RGB, nothing that turns a picture or makes it
transparent. All other files, damaged ones among them, are left to Pillow, which says what is wrong.
"""

from __future__ import annotations

import io
import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image

from cnnstudio.data.decode import Shape, pixels_of
from cnnstudio.data.parallel import worker_count
from cnnstudio.data.picture import (
    PictureError,
    format_of,
    open_picture,
    orientation,
    read_bytes,
)
from cnnstudio.data.settings import Resize
from cnnstudio.data.suffixes import FORMAT_OF_SUFFIX

FEW = 256
"""Files below which Pillow is done before TensorFlow has made its graph."""
_ASKED = 32
_MOST_FILE_BYTES = 16 * 2**20
"""Files are read whole, some at once."""
_FILES_A_CORE = 8
"""Files in hand at once: a core need not wait for the disk."""
_MOST_A_GROUP = 32
_GROUP_BYTES = 2**20
"""Pictures that one call decodes."""
_MOST_A_BATCH = 256
_BATCH_BYTES = 4 * 2**20
_AHEAD_BYTES = 64 * 2**20
"""Pictures that wait to be fetched."""
_HEAD = 512
"""Bytes of a file in which must be told what it is."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = {1: 0, 3: 2}
_PIXELS = 41
"""Where the pixels begin, at the earliest: after signature, header, and the length and name of their chunk."""
_HARMLESS_CHUNKS = frozenset(
    [b"gAMA", b"sRGB", b"cHRM", b"pHYs", b"iCCP", b"tIME", b"tEXt", b"zTXt", b"iTXt"]
)
_TURNING_TEXTS = (b"Raw", b"XML")
"""How texts begin that may hold an orientation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What most pictures of a folder are. `width`, `height`: pixels as stored; `channels`: 1 or 3."""

    width: int
    height: int
    channels: int


def decode_plain(
    root: Path,
    names: Sequence[str],
    shape: Shape,
    resize: Resize,
    *,
    known: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    """A `cnnstudio.data.intake.Shortcut`. `known`: the `files` of a signature of the data."""
    kind = _usual_kind([root / name for name in names[:: max(1, len(names) // _ASKED)]])
    if kind is None:
        return iter(())
    suffixes = tuple(suffix for suffix, format_ in FORMAT_OF_SUFFIX.items() if format_ == "PNG")
    folder = os.path.join(root, "")  # noqa: PTH118 - a Path for each of a million names is slow
    numbers: list[int] = []
    paths: list[str] = []
    for number, name in enumerate(names):
        path = folder + name
        told = known.get(path)
        size = _size_of(path) if told is None else told[0]
        if 0 <= size <= _MOST_FILE_BYTES and name.lower().endswith(suffixes):
            numbers.append(number)
            paths.append(path)
    if len(numbers) < FEW:
        return iter(())
    return _plain(_begin(kind, numbers, paths), len(numbers), kind, shape, resize)


def _size_of(path: str) -> int:
    """Bytes of a file that can be read whole, for reading it ends; -1 where it is none, as a pipe."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return -1
    return status.st_size if stat.S_ISREG(status.st_mode) else -1


def _plain(
    arriving: Iterator[Any], most: int, kind: _Kind, shape: Shape, resize: Resize
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    """Of what arrives, `most` files at most, what Pillow decodes alike, at the shape."""
    for _ in range(most + 1):  # each time at least one, and then the end
        try:
            *found, pictures = next(arriving)
        except StopIteration:
            return
        except tf.errors.OpError:  # a damaged file; those that would have come with it are left to Pillow too
            continue
        numbers, good, unsure, heads, sizes = map(np.ravel, found)  # groups matter no more
        pictures = pictures.reshape(-1, kind.height, kind.width, kind.channels)
        good = good & (numbers >= 0)
        for place in np.flatnonzero(unsure & (numbers >= 0)).tolist():
            good[place] = _is_plain(heads[place], int(sizes[place]))
        if not good.all():
            numbers, pictures = numbers[good], pictures[good]
        if len(numbers) and shape != (kind.height, kind.width, kind.channels):
            images = (Image.fromarray(one[..., 0] if kind.channels == 1 else one) for one in pictures)
            pictures = np.stack([pixels_of(image, shape, resize) for image in images])
        yield numbers, pictures


def _usual_kind(paths: Sequence[Path]) -> _Kind | None:
    """What most of some pictures are; None where there is no such thing, or none that is decoded alike."""
    kinds: Counter[_Kind] = Counter()
    for path in paths:
        try:
            picture = open_picture(read_bytes(path))
        except PictureError:
            continue
        if format_of(picture) == "PNG" and picture.mode in ("L", "RGB") and orientation(picture) == 1:
            channels = 1 if picture.mode == "L" else 3
            kinds[_Kind(width=picture.width, height=picture.height, channels=channels)] += 1
    if not kinds:
        return None
    usual, count = kinds.most_common(1)[0]
    return usual if 2 * count >= len(paths) else None


def _begin(kind: _Kind, numbers: Sequence[int], paths: Sequence[str]) -> Any:
    """(numbers, what is plain, what may be, first bytes, lengths, pictures) of some files, in groups of groups, the last
    of which is filled up with files of number -1.

    The work begins at once, and goes on beside what Python does. Most of the time of a small file is TensorFlow's own
    for each call and operation, so a call takes a group of files, and what can be done for all of them is. A file that has
    another header is not decoded, so that none takes room for more than it should.
    """
    shape = (kind.height, kind.width, kind.channels)
    size = int(np.prod(shape))
    group = max(1, min(_MOST_A_GROUP, _GROUP_BYTES // size))
    together = max(1, min(_MOST_A_BATCH // group, _BATCH_BYTES // (group * size)))
    filling = -len(paths) % group
    names = [os.fsencode(path) for path in paths]
    names += names[-1:] * filling
    blank = _blank(kind)

    def read(numbers: Any, paths: Any) -> Any:
        contents = tf.stack([tf.io.read_file(path) for path in tf.unstack(paths, group)])
        has_header, is_plain = _look(contents, kind)
        safe = tf.unstack(tf.where(has_header, contents, blank), group)
        decoded = [tf.io.decode_png(content, channels=kind.channels) for content in safe]
        pictures = tf.stack([tf.ensure_shape(picture, shape) for picture in decoded])
        unsure = has_header & ~is_plain
        heads = tf.strings.substr(tf.where(unsure, contents, b""), 0, _HEAD)
        return numbers, has_header & is_plain, unsure, heads, tf.strings.length(contents), pictures

    options = tf.data.Options()
    options.deterministic = False
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False
    with tf.device("CPU:0"):
        dataset = (
            tf.data.Dataset.from_tensor_slices(
                (np.array([*numbers, *[-1] * filling], np.int64), np.array(names, object))
            )
            .batch(group, drop_remainder=True)
            # AutoGraph would look for Python to convert, which takes longer than all else
            .map(
                tf.autograph.experimental.do_not_convert(read),
                num_parallel_calls=max(2, _FILES_A_CORE // group) * worker_count(),
            )
        )
        if together > 1:
            dataset = dataset.batch(together)
        dataset = dataset.prefetch(max(1, _AHEAD_BYTES // (together * group * size)))
        return dataset.with_options(options).as_numpy_iterator()


def _blank(kind: _Kind) -> bytes:
    """A file of this kind."""
    stream = io.BytesIO()
    mode = "L" if kind.channels == 1 else "RGB"
    Image.new(mode, (kind.width, kind.height)).save(stream, "PNG")
    return stream.getvalue()


def _look(contents: Any, kind: _Kind) -> Any:
    """Of each content whether it has the kind's header, and whether it is that, one run of pixels and an end alone."""
    header = (
        _SIGNATURE
        + (13).to_bytes(4, "big")
        + b"IHDR"
        + kind.width.to_bytes(4, "big")
        + kind.height.to_bytes(4, "big")
        + bytes([8, _COLOURS[kind.channels], 0, 0])
    )
    first = tf.strings.substr(contents, 0, _PIXELS)
    has_header = tf.strings.substr(first, 0, len(header)) == header
    whole = tf.where(has_header & (tf.strings.length(first) == _PIXELS), first, bytes(_PIXELS))
    start = tf.cast(tf.io.decode_raw(whole, tf.uint8)[:, _PIXELS - 8 :], tf.int32)
    length = tf.reduce_sum(start[:, :4] * [1 << 24, 1 << 16, 1 << 8, 1], axis=1)
    is_pixels = tf.reduce_all(start[:, 4:] == list(b"IDAT"), axis=1)
    return has_header, is_pixels & (tf.strings.length(contents) == _PIXELS + length + 4 + 12)


def _is_plain(head: bytes, size: int) -> bool:
    """Whether a PNG file is one run of pixels after harmless chunks, and nothing else: its first bytes and its length."""
    at = len(_SIGNATURE)
    while at + 12 <= len(head):
        length, name = int.from_bytes(head[at : at + 4], "big"), head[at + 4 : at + 8]
        if name == b"IDAT":
            return at + 12 + length + 12 == size
        if name != b"IHDR" and name not in _HARMLESS_CHUNKS:
            return False
        if name[1:] == b"TXt" and head[at + 8 : at + 11] in _TURNING_TEXTS:
            return False
        at += 12 + length
    return False
