"""Files of decoded images in the user's cache folder: made whole or not at all, found again by what went into them.

A file holds the pixels of all images, one after the other, and then a note of what they are. It is filled under another
name and renamed when it is complete, so a kill or a second program leaves no half one, and a file that is in use
is never written to. What a killed program left is removed by the next one that makes a file.
"""

from __future__ import annotations

import json
import mmap
import os
import platform
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from cnnstudio.data.keeping.limits import SPARE_DISK, cache_folder, free_disk

SUFFIX = ".images"
_FRESH = ".fresh-"
_MAGIC = b"CNNSTUDIO-PIXELS"
_VERSION = 1
_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelFile:
    """A file that was found or made: its images, shape (images, height, width, channels), mapped and read-only.

    `broken`: positions of images that could not be decoded; nothing is in their place.
    """

    images: NDArray[np.uint8]
    broken: tuple[int, ...]


class RoomError(Exception):
    """The files of decoded images may not take so much room, even after all others went."""


Write = Callable[[int, NDArray[np.uint8]], None]
"""Puts an image into its place, from any thread."""
Fill = Callable[[Write], tuple[list[int], bool]]
"""Writes the images. Gives the positions of broken ones, and whether the file may be used again another time."""


def find(key: str, shape: tuple[int, int, int, int], base: Path | None = None) -> PixelFile | None:
    """The complete file of this key, if there is one."""
    target = _target(key, base)
    found = _opened(target, key, shape)
    if found is not None:
        with suppress(OSError):
            os.utime(target)
    return found


def make(
    key: str, shape: tuple[int, int, int, int], fill: Fill, *, limit: int, base: Path | None = None
) -> PixelFile:
    """Make the file of this key; the longest unused others go where all would take more than `limit` bytes.

    Raises OSError where it cannot be written, RoomError, and what `fill` raises; nothing is left then.
    """
    target = _target(key, base)
    folder = target.parent
    folder.mkdir(parents=True, exist_ok=True)
    size = _bytes(shape)
    _make_room(folder, size, limit, target)
    with _fresh(folder) as fresh:
        with fresh.open("r+b", buffering=0) as stream:
            stream.truncate(size)  # what it will take counts from now on
            broken, again = fill(_writer(stream, size // shape[0]))
            note = _note(key if again else "", shape, broken)
            stream.seek(size)
            stream.write(note)
            os.fsync(stream.fileno())
        if not again:  # used this once: the mapping outlives the name
            found = _opened(fresh, "", shape)
        else:
            with suppress(OSError):  # Windows does not replace a file that is in use
                fresh.replace(target)
            found = _opened(target, key, shape) or _opened(fresh, key, shape)
    if found is None:
        raise OSError(None, "the file is not there any more", str(target))
    return found


def used(base: Path | None = None) -> int:
    """Bytes that all files of decoded images take, those in the making too."""
    return sum(size for _, size, _ in _files(cache_folder() if base is None else base))


def clear(base: Path | None = None) -> None:
    """Remove all files, but those that are in the making; what a run uses of them stays with it."""
    for _, _, file in _files(cache_folder() if base is None else base):
        if not file.name.startswith(_FRESH) or _is_left(file):
            with suppress(OSError):
                file.unlink()


def _target(key: str, base: Path | None) -> Path:
    return (cache_folder() if base is None else base) / f"{key}{SUFFIX}"


def _bytes(shape: tuple[int, int, int, int]) -> int:
    count, height, width, channels = shape
    return count * height * width * channels


def _writer(stream: object, size: int) -> Write:
    """Writing at a position, by one thread after the other. A full disk raises here; in a mapping it would kill."""
    lock = threading.Lock()

    def write(position: int, image: NDArray[np.uint8]) -> None:
        content = memoryview(image.tobytes())
        with lock:
            stream.seek(position * size)  # type: ignore[attr-defined]
            while content:
                content = content[stream.write(content) :]  # type: ignore[attr-defined]

    return write


def _note(key: str, shape: tuple[int, int, int, int], broken: list[int]) -> bytes:
    text = json.dumps({"version": _VERSION, "key": key, "shape": shape, "broken": broken}).encode("ascii")
    return text + len(text).to_bytes(8, "little") + _MAGIC


def _opened(file: Path, key: str, shape: tuple[int, int, int, int]) -> PixelFile | None:
    """A file mapped, when its note is whole, says the same, and stands where it must."""
    size, tail = _bytes(shape), 8 + len(_MAGIC)
    try:
        with file.open("rb") as stream:
            end = os.fstat(stream.fileno()).st_size
            if end < size + tail:
                return None
            stream.seek(size)
            note = stream.read(end - size)
            text = note[:-tail]
            if not note.endswith(_MAGIC) or int.from_bytes(note[-tail : -len(_MAGIC)], "little") != len(text):
                return None
            told = json.loads(text)
            if told["version"] != _VERSION or told["key"] != key or told["shape"] != list(shape):
                return None
            mapped = mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_READ)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    images: NDArray[np.uint8] = np.frombuffer(mapped, np.uint8, size).reshape(shape)
    return PixelFile(images=images, broken=tuple(told["broken"]))


@contextmanager
def _fresh(folder: Path) -> Iterator[Path]:
    """A file to fill, whose name says who fills it; removed afterwards where it still has that name."""
    handle, name = tempfile.mkstemp(prefix=f"{_FRESH}{_machine()}-{os.getpid()}-", suffix=SUFFIX, dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _machine() -> str:
    return "".join(sign for sign in platform.node() if sign.isalnum())[:32] or "machine"


def _is_left(file: Path) -> bool:
    """Whether a file in the making has nobody any more who makes it."""
    machine, _, rest = file.name.removeprefix(_FRESH).partition("-")
    process = rest.partition("-")[0]
    if machine == _machine() and process.isdigit() and not psutil.pid_exists(int(process)):
        return True
    with suppress(OSError):
        return time.time() - file.stat().st_mtime > _DAY
    return False


def _files(folder: Path) -> list[tuple[float, int, Path]]:
    """When each file was last used, its size, and where it is; the longest unused first."""
    found = []
    with suppress(OSError):
        for file in folder.iterdir():
            with suppress(OSError):
                if file.suffix == SUFFIX:
                    status = file.stat()
                    found.append((status.st_mtime, status.st_size, file))
    return sorted(found)


def _make_room(folder: Path, size: int, limit: int, target: Path) -> None:
    for _, _, file in _files(folder):
        # what is at the target's place is damaged: it was not found
        if file == target or (file.name.startswith(_FRESH) and _is_left(file)):
            with suppress(OSError):
                file.unlink()
    for _, _, file in _files(folder):
        if not _lacks_room(folder, size, limit):
            return
        if not file.name.startswith(_FRESH):
            with suppress(OSError):
                file.unlink()
    if used(folder) + size > limit:
        raise RoomError


def _lacks_room(folder: Path, size: int, limit: int) -> bool:
    free = free_disk(folder)
    return used(folder) + size > limit or (free is not None and size + SPARE_DISK > free)
