"""How much room decoded images may take, and which of the three places they go to by that.

The limits hold for a whole process. They come from the environment variables `CNNSTUDIO_IMAGE_MEMORY` and
`CNNSTUDIO_IMAGE_CACHE`, in gigabytes, until somebody sets others: the command line's options, or the window's settings.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.data.problem import DataError, printable

Where = Literal["memory", "file", "nowhere"]

GIGABYTE = 10**9
MEMORY_VARIABLE = "CNNSTUDIO_IMAGE_MEMORY"
FILE_VARIABLE = "CNNSTUDIO_IMAGE_CACHE"
AUTO = "auto"
DEFAULT_FILE = 20 * GIGABYTE
MOST_OF_FREE_MEMORY = 0.4
"""What images may take at most, whatever limit was set: batches are made of a copy, and a machine without memory stands still."""
SHARE_OF_FREE_MEMORY = 0.25
"""Batches are made of a copy, and a backend may take another: a quarter may become three."""
SPARE_DISK = 256 * 2**20
"""Bytes of the disk that stay free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes that decoded images may take: in memory (None: a share of what is free), and of all files together."""

    memory: int | None = None
    file: int = DEFAULT_FILE

    def memory_now(self) -> int:
        """Bytes that images may take in memory at this moment."""
        import psutil  # noqa: PLC0415 - the limits are settings of a window that must not wait for it

        free = psutil.virtual_memory().available
        if self.memory is not None:
            return min(self.memory, int(free * MOST_OF_FREE_MEMORY))
        return int(free * SHARE_OF_FREE_MEMORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Where images are kept, how many bytes they are when decoded, and what that place may hold.

    `why` says why they are kept nowhere.
    """

    where: Where
    size: int
    limit: int
    why: Message = NO_MESSAGE

    @property
    def message(self) -> Message:
        """One sentence for the log and the user."""
        size, limit = amount(self.size), amount(self.limit)
        if self.where == "memory":
            text = "The decoded images, {size}, are kept in memory (limit {limit})."
            return Message(text, size=size, limit=limit)
        if self.where == "file":
            text = "The decoded images, {size}, are kept in a file (limit {limit})."
            return Message(text, size=size, limit=limit)
        return Message("The images are decoded again in each epoch, which is slower: {why}", why=self.why)


_set: list[Limits] = []


def limits() -> Limits:
    """The limits in force. Raises DataError when an environment variable makes no sense."""
    return _set[0] if _set else limits_from(os.environ)


def set_limits(wanted: Limits | None) -> None:
    """Let these limits hold in this process; None: those of the environment again."""
    _set[:] = [] if wanted is None else [wanted]


def limits_from(environment: Mapping[str, str]) -> Limits:
    """What the environment variables say. Raises DataError."""
    memory = environment.get(MEMORY_VARIABLE, "").strip() or AUTO
    file = environment.get(FILE_VARIABLE, "").strip() or str(DEFAULT_FILE // GIGABYTE)
    return Limits(
        memory=None if memory == AUTO else parsed_gigabytes(memory, MEMORY_VARIABLE),
        file=parsed_gigabytes(file, FILE_VARIABLE),
    )


def as_environment(wanted: Limits) -> dict[str, str]:
    """The environment variables that say the same."""
    memory = AUTO if wanted.memory is None else repr(wanted.memory / GIGABYTE)
    return {MEMORY_VARIABLE: memory, FILE_VARIABLE: repr(wanted.file / GIGABYTE)}


def parsed_gigabytes(text: str, name: str) -> int:
    """Bytes from a number of gigabytes, 0 or more. Raises DataError that names what was set wrongly."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise DataError(
            "keeping.limit",
            Message("{name} is {value}, which is no number of gigabytes.", name=name, value=text),
            Message("Give a number of 0 or more, as 8 or 0.5."),
        )
    return round(number * GIGABYTE)


def amount(size: float) -> str:
    """A size in two or more figures, with its unit: `31 MB`, `1.2 GB`."""
    for unit, bytes_ in (("GB", GIGABYTE), ("MB", 10**6), ("KB", 10**3)):
        number = size / bytes_
        if number >= 0.995:
            return f"{number:.0f} {unit}" if number >= 9.95 else f"{number:.2g} {unit}"
    return f"{size:.0f} B"


def cache_folder() -> Path:
    """Where files of decoded images are kept."""
    return platformdirs.user_cache_path("cnnstudio", appauthor=False) / "decoded"


def where_to_keep(
    size: int, wanted: Limits | None = None, *, base: Path | None = None, held: int = 0
) -> Keeping:
    """Where images of `size` bytes are kept by the limits. `held`: bytes of the disk that can be had by removing files."""
    wanted = limits() if wanted is None else wanted
    memory = wanted.memory_now()
    if size <= memory:
        return Keeping(where="memory", size=size, limit=memory)
    if size <= wanted.file:
        room = free_disk(cache_folder() if base is None else base)
        if room is None or size + SPARE_DISK <= room + held:
            return Keeping(where="file", size=size, limit=wanted.file)
        why = Message(
            "they are {size}, and only {free} of the disk are free.",
            size=amount(size),
            free=amount(room),
        )
    else:
        why = Message(
            "they are {size}, more than memory ({memory}) and the file ({file}) may hold.",
            size=amount(size),
            memory=amount(memory),
            file=amount(wanted.file),
        )
    return Keeping(where="nowhere", size=size, limit=wanted.file, why=why)


def disk_full(base: Path, reason: str) -> Message:
    """Why images are kept nowhere when their file could not be written."""
    return Message(
        "their file cannot be written into {path}: {reason}.", path=printable(str(base)), reason=reason
    )


def free_disk(folder: Path) -> int | None:
    """Bytes that are free where a folder is or would be made; None where that cannot be told."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None
