"""Opening a foreign `.keras` file: a zip archive checked before anything is read from it. Standard library only.

Only `config.json` is read, as data; nothing is unpacked to disk and no code from the file runs. The limits are far
above what Keras writes: it stores a handful of entries without compression.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from cnnstudio.core import json_text
from cnnstudio.core.json_text import JsonError
from cnnstudio.core.message import NO_MESSAGE, Message

LARGEST_CONFIG = 10 * 1024 * 1024
"""Bytes of config.json, unpacked."""
MOST_ENTRIES = 1_000
LARGEST_TOTAL = 64 * 1024**3
"""Bytes of all entries, unpacked."""
HIGHEST_RATIO = 200
"""Unpacked to packed size of one entry; entries of up to 1 MiB may pack better."""
_SMALL_ENTRY = 1024 * 1024
_LARGEST_DIRECTORY = 1024 * 1024
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_LOCATOR64 = b"PK\x06\x07"
_DAMAGED = Message("Copy or download it again.")
_HOSTILE = Message("Keras never writes such a file; it may have been made to do harm.")


class KerasFileError(Exception):
    """A `.keras` file that cannot be read: what happened, and the cure."""

    def __init__(self, message: Message, *, hint: Message = NO_MESSAGE) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


def read_config(path: Path) -> dict[str, object]:
    """The model's configuration (`config.json`) as plain values. Raises KerasFileError."""
    content = read_entry(path, "config.json", largest=LARGEST_CONFIG)
    try:
        config = json_text.parse(json_text.decode(content))
    except JsonError as error:
        raise KerasFileError(
            Message("{file}: config.json cannot be read: {problem}", file=path.name, problem=error.message),
            hint=error.hint,
        ) from error
    if not isinstance(config, dict):
        raise KerasFileError(
            Message("{file}: config.json does not describe a model.", file=path.name), hint=_DAMAGED
        )
    return config


def read_entry(path: Path, name: str, *, largest: int) -> bytes:
    """One entry of a checked archive, at most `largest` bytes unpacked. Raises KerasFileError."""
    try:
        with path.open("rb") as file:
            _check_directory(file, path)
            with zipfile.ZipFile(file) as archive:
                check_entries(archive, path)
                return _read(archive, path, name, largest)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise KerasFileError(
            Message("{file} cannot be read: {reason}.", file=path.name, reason=reason)
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error) as error:
        raise KerasFileError(
            Message(
                "{file} is damaged: {reason}.", file=path.name, reason=str(error).rstrip(".") or "cut off"
            ),
            hint=_DAMAGED,
        ) from error
    except (NotImplementedError, ValueError, UnicodeDecodeError) as error:
        raise KerasFileError(
            Message("{file} is not a Keras model: {reason}.", file=path.name, reason=str(error).rstrip(".")),
            hint=_HOSTILE,
        ) from error


def check_entries(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse an archive whose list of entries is not one that Keras writes. Raises KerasFileError."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        _refuse(path, Message("it has {count} entries.", count=len(entries)))
    seen: set[str] = set()
    total = 0
    for entry in entries:
        shown = ascii(entry.filename)[1:-1][:80]
        if _leaves(entry.orig_filename) or _leaves(entry.filename):
            _refuse(path, Message("the entry {name} would leave its folder.", name=shown))
        if entry.filename in seen:
            _refuse(path, Message("the entry {name} is there twice.", name=shown))
        seen.add(entry.filename)
        if stat.S_ISLNK(entry.external_attr >> 16):
            _refuse(path, Message("the entry {name} is a link.", name=shown))
        if entry.flag_bits & 0x1:
            _refuse(path, Message("the entry {name} is encrypted.", name=shown))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            _refuse(path, Message("the entry {name} is packed in an unusual way.", name=shown))
        total += entry.file_size
        if entry.file_size > _SMALL_ENTRY and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            _refuse(
                path,
                Message("the entry {name} unpacks to {size} MiB, more than {ratio} times its packed size.",
                        name=shown, size=entry.file_size >> 20, ratio=HIGHEST_RATIO),
            )  # fmt: skip
    if total > LARGEST_TOTAL:
        _refuse(path, Message("it unpacks to {size} GiB.", size=total >> 30))


def _read(archive: zipfile.ZipFile, path: Path, name: str, largest: int) -> bytes:
    try:
        entry = archive.getinfo(name)
    except KeyError:
        raise KerasFileError(
            Message(
                "{file} is a zip archive without {name}, so not a Keras model.", file=path.name, name=name
            ),
            hint=Message("Choose a file that model.save() wrote with the ending .keras."),
        ) from None
    too_large = Message("{name} has more than {most} MiB.", name=name, most=largest >> 20)
    if entry.file_size > largest:
        _refuse(path, too_large)
    with archive.open(entry) as stream:
        content = stream.read(largest + 1)  # what the header says may be a lie
    if len(content) > largest:
        _refuse(path, too_large)
    return content


def _check_directory(file: BinaryIO, path: Path) -> None:
    """Refuse a list of entries too long to be read safely, before zipfile reads it into memory."""
    file.seek(0, 2)
    size = file.tell()
    if size == 0:
        raise KerasFileError(Message("{file} is empty (0 bytes).", file=path.name), hint=_DAMAGED)
    file.seek(max(0, size - 22 - 65_535 - 20 - 56))
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < 22:
        file.seek(0)
        if file.read(4) == b"PK\x03\x04":
            raise KerasFileError(Message("{file} is cut off.", file=path.name), hint=_DAMAGED)
        raise KerasFileError(
            Message("{file} is not a .keras file (it is no zip archive).", file=path.name),
            hint=Message("Choose a file that model.save() wrote with the ending .keras; older .h5 files are not read."),
        )  # fmt: skip
    count, length = struct.unpack_from("<HI", tail, end + 10)
    locator = end - 20
    if locator >= 0 and tail[locator : locator + 4] == _LOCATOR64:
        record = locator - 56
        if record < 0 or tail[record : record + 4] != _END64:
            _refuse(path, Message("its list of entries is not where it should be."))
        count, length = struct.unpack_from("<QQ", tail, record + 32)
    if count > MOST_ENTRIES or length > _LARGEST_DIRECTORY:
        _refuse(path, Message("it has {count} entries.", count=count))
    file.seek(0)


def _leaves(name: str) -> bool:
    """Whether a name would be anything but a plain file or folder inside the archive, on any system."""
    return (
        not name
        or len(name) > 500
        or name.startswith(("/", "\\"))
        or "\\" in name
        or ":" in name
        or re.search(r"[\x00-\x1f]", name) is not None
        or ".." in name.split("/")
    )


def _refuse(path: Path, problem: Message) -> None:
    raise KerasFileError(
        Message("{file} is refused: {problem}", file=path.name, problem=problem), hint=_HOSTILE
    )
