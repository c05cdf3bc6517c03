"""All readers of image data: one class in one file of this folder, found here by itself. NumPy and Pillow.

To read another format, add a file with a class of `Reader`; scanning, training, the window and the command line know it
from then on.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType

from cnnstudio.core.message import Message
from cnnstudio.data.problem import DataError, printable
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources.reader import Reader


@cache
def readers() -> Mapping[str, Reader]:
    """Every reader by its name, in the order in which they are asked."""
    found: list[Reader] = []
    for info in iter_modules(__path__, f"{__name__}."):
        found += [
            thing()
            for thing in vars(import_module(info.name)).values()
            if isinstance(thing, type) and issubclass(thing, Reader) and thing.__module__ == info.name
            if not thing.__abstractmethods__
        ]
    return MappingProxyType({one.name: one for one in sorted(found, key=lambda one: (one.order, one.name))})


def reader_for(path: Path, settings: DataSettings) -> Reader:
    """The reader that the settings name, else the first that recognises `path`. Raises DataError when none does."""
    if settings.reader:
        if settings.reader not in readers():
            raise DataError(
                "source.reader",
                Message("This version has no reader of data named {name}.", name=settings.reader),
                Message(
                    "There are {names}; or open the project with a newer CNN Studio.",
                    names=", ".join(readers()),
                ),
            )
        return readers()[settings.reader]
    for reader in readers().values():
        if reader.recognises(path):
            return reader
    raise DataError(
        "source.unknown",
        Message("{path} is no image data that can be read.", path=printable(str(path))),
        Message(
            "Choose a folder that holds one folder of images for each class, or {kinds}.",
            kinds=", ".join(str(reader.what) for reader in readers().values() if reader.suffixes),
        ),
    )


@dataclass(frozen=True, slots=True)
class Signature:
    """What made up the data at a moment; another one differs if any file was added, removed, renamed or written.

    `files`: of each, as its reader names it, the bytes (-1: nothing that can be read to an end, such as a pipe) and the
    time of the last change in nanoseconds.
    """

    path: str
    files: Mapping[str, tuple[int, int]]

    @property
    def brief(self) -> int:
        """A number that stands for it where all names would take much memory for long."""
        return hash((self.path, frozenset(self.files.items())))


def signature_of(path: Path, settings: DataSettings) -> Signature:
    """The signature of the data as they are now. Raises DataError."""
    found: dict[str, tuple[int, int]] = {}
    for file in reader_for(path, settings).files(path, settings):
        name = os.fspath(file)
        try:
            status = os.stat(name)  # noqa: PTH116 - a Path for each of a million names is slow
        except OSError:
            continue
        found[name] = (status.st_size if stat.S_ISREG(status.st_mode) else -1, status.st_mtime_ns)
    return Signature(str(path), found)
