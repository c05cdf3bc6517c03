"""Zip and tar archives unpacked into a folder, and nowhere else.

Refused, each with its cure: names that lead out of the folder or are absolute, links, devices, names that occur twice,
encrypted entries, and what unpacks to far more than it should. Files that other systems add are left out.
Limits: a million files, 32 GiB, 250 times the archive's own size once that is more than 128 MiB, the room on the disk.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import shutil
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from cnnstudio.core.message import Message
from cnnstudio.data.parallel import IsCancelled, Progress
from cnnstudio.data.problem import Cancelled, DataError, printable

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
MOST_FILES = 1_000_000
MOST_BYTES = 32 << 30
MOST_RATIO = 250
SMALL = 128 << 20
"""Bytes up to which no ratio is looked at."""
_BLOCK = 1 << 20
_LONGEST_READ = 64 << 20
"""Bytes that the tar format may ask for at once; no honest header has more."""
_TELL_EVERY = 64
_LEFT_OUT = re.compile(r"(^|/)(__MACOSX|@eaDir|\.[^/]*|Thumbs\.db|desktop\.ini)(/|$)", re.IGNORECASE)
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, EOFError, NotImplementedError,
    RuntimeError, UnicodeError, ValueError, struct.error,
)  # fmt: skip


def unpack_archive(
    path: Path, folder: Path, *, progress: Progress | None = None, cancelled: IsCancelled | None = None
) -> None:
    """Unpacks the files of an archive into `folder`, which must be empty. `progress` counts files.

    Raises DataError with the cure, Cancelled, and OSError when `folder` cannot be written.
    """
    try:
        size = path.stat().st_size
        if zipfile.is_zipfile(path):
            _Unpacking(path, folder, size, progress, cancelled).zip()
        else:
            _Unpacking(path, folder, size, progress, cancelled).tar()
    except DataError:
        raise
    except (*_DAMAGED, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _refused(
            path,
            "archive.damaged",
            Message("it is damaged, or packed in an unusual way ({reason})", reason=str(error)[:200]),
            Message("Copy or download it again, or pack it anew as an ordinary zip."),
        ) from None
    except MemoryError:
        raise _refused(
            path,
            "archive.memory",
            Message("there is not enough memory"),
            Message("Unpack it yourself and choose the folder."),
        ) from None


class _Unpacking:
    """One archive on its way into a folder; counts what has been written."""

    def __init__(
        self, path: Path, folder: Path, size: int, progress: Progress | None, cancelled: IsCancelled | None
    ) -> None:
        self.path = path
        self.size = size
        self._folder = folder
        self._progress = progress
        self._cancelled = cancelled
        self._room = shutil.disk_usage(folder).free
        self._files = 0
        self._bytes = 0

    def zip(self) -> None:
        with zipfile.ZipFile(self.path) as bundle:
            entries = [entry for entry in bundle.infolist() if not entry.is_dir()]
            self.check(len(entries), sum(entry.file_size for entry in entries))
            for entry in entries:
                kind = stat.S_IFMT(entry.external_attr >> 16)
                if kind not in (0, stat.S_IFREG):
                    self._refuse_special(entry.filename, is_link=kind == stat.S_IFLNK)
                if entry.flag_bits & 1:
                    raise _refused(
                        self.path,
                        "archive.encrypted",
                        Message("{name} in it is encrypted", name=printable(entry.filename)),
                        Message("Unpack it with its password and choose the folder."),
                    )
                with bundle.open(entry) as stream:
                    self._write(entry.filename, stream)
                self._tell(len(entries))

    def tar(self) -> None:
        with self.path.open("rb") as raw, _decompressed(raw) as plain:
            metered = cast("IO[bytes]", _Metered(plain, self))
            with tarfile.open(fileobj=metered, mode="r:") as bundle:
                while (entry := bundle.next()) is not None:
                    bundle.members.clear()  # type: ignore[attr-defined]  # else a million are kept; typeshed lacks it
                    if entry.isdir():
                        continue
                    if not entry.isreg():
                        self._refuse_special(entry.name, is_link=entry.islnk() or entry.issym())
                    self.check(self._files + 1, self._bytes + entry.size)
                    stream = bundle.extractfile(entry)
                    assert stream is not None
                    with stream:
                        self._write(entry.name, stream)
                    done = max(1, raw.tell())
                    self._tell(max(self._files, round(self._files * self.size / done)))
                metered.seek(bundle.offset)
                if metered.read(tarfile.BLOCKSIZE).strip(b"\0"):
                    raise tarfile.ReadError("what follows the last file is no header")

    def check(self, files: int, size: int) -> None:
        """Raises DataError when so many files or bytes are too many."""
        if files > MOST_FILES:
            said = Message("it holds more than {limit} files", limit=f"{MOST_FILES:,}")
            raise _refused(
                self.path, "archive.files", said, Message("Pack fewer images, or choose a folder of them.")
            )
        if size > MOST_BYTES or (size > SMALL and size > MOST_RATIO * self.size):
            raise _refused(
                self.path,
                "archive.bomb",
                Message(
                    "it has {packed} MiB and unpacks to more than {size} MiB",
                    packed=f"{self.size >> 20:,}",
                    size=f"{size >> 20:,}",
                ),
                Message(
                    "If you trust it, unpack it yourself and choose the folder; if it came from a stranger, delete it."
                ),
            )
        if size > self._room:
            raise _refused(
                self.path,
                "archive.room",
                Message(
                    "it needs {size} MiB on the disk of the cache, where {free} MiB are free",
                    size=f"{size >> 20:,}",
                    free=f"{self._room >> 20:,}",
                ),
                Message("Free some space."),
            )

    def _write(self, name: str, stream: IO[bytes]) -> None:
        """One file, at its place in the folder."""
        place = self._place(name)
        if place is None:
            return
        self._files += 1
        self.check(self._files, self._bytes)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            file = place.open("xb")
        except (FileExistsError, NotADirectoryError):
            raise _refused(
                self.path,
                "archive.twice",
                Message("the name {name} occurs twice in it", name=printable(name)),
                Message("Pack it anew, with each file once."),
            ) from None
        with file:
            while block := stream.read(_BLOCK):
                self._bytes += len(block)
                self.check(self._files, self._bytes)
                if self._cancelled is not None and self._cancelled():
                    raise Cancelled
                file.write(block)

    def _place(self, name: str) -> Path | None:
        """Where a file of this name belongs, None for one that is left out. Raises DataError for a hostile name."""
        plain = name.replace("\\", "/")
        parts = [part for part in plain.split("/") if part not in ("", ".")]
        if plain.startswith("/") or re.match("[A-Za-z]:", plain):
            said = Message("the name {name} in it is absolute", name=printable(name))
        elif ".." in parts or "\0" in plain or not parts:
            said = Message("the name {name} in it leads out of its folder", name=printable(name))
        elif os.name == "nt" and any(re.search(r'[:*?"<>|]|[. ]$', part) for part in parts):
            said = Message("the name {name} in it is none on this system", name=printable(name))
        else:
            plain = "/".join(parts)
            return None if _LEFT_OUT.search(plain) else self._folder / plain
        raise _refused(
            self.path,
            "archive.escape",
            said,
            Message(
                "If you trust it, unpack it yourself and choose the folder; if it came from a stranger, delete it."
            ),
        )

    def _refuse_special(self, name: str, *, is_link: bool) -> None:
        said = "{name} in it is a link" if is_link else "{name} in it is a device or a pipe, not a file"
        raise _refused(
            self.path,
            "archive.link" if is_link else "archive.device",
            Message(said, name=printable(name)),
            Message("Pack it anew with the files themselves, or unpack it yourself and choose the folder."),
        )

    def _tell(self, total: int) -> None:
        if self._files % _TELL_EVERY:
            return
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        if self._progress is not None:
            self._progress(self._files, total)


class _Metered(io.RawIOBase):
    """A decompressed tar that is given up once more came out of it than should, and that never reads much at once."""

    def __init__(self, plain: IO[bytes], unpacking: _Unpacking) -> None:
        self._plain = plain
        self._unpacking = unpacking

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0 or size > _LONGEST_READ:
            raise tarfile.ReadError("a header asks for more than it may")
        content = self._plain.read(size)
        self._unpacking.check(0, self._plain.tell())
        return content

    def seek(self, place: int, whence: int = 0) -> int:
        end = self._plain.tell()
        while whence == 0 and place - end > _LONGEST_READ:  # what is skipped is unpacked too, and counts
            if not self.read(_LONGEST_READ):
                break
            end = self._plain.tell()
        return self._plain.seek(place, whence)

    def tell(self) -> int:
        return self._plain.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


@contextmanager
def _decompressed(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """The tar in a file, told by the file's first bytes."""
    start = raw.read(6)
    raw.seek(0)
    if start.startswith(b"\x1f\x8b"):
        with gzip.open(raw) as plain:
            yield cast("IO[bytes]", plain)
    elif start.startswith(b"BZh"):
        with bz2.open(raw) as plain:
            yield cast("IO[bytes]", plain)
    elif start.startswith(b"\xfd7zXZ"):
        with lzma.open(raw) as plain:
            yield cast("IO[bytes]", plain)
    else:
        yield raw


def _refused(path: Path, code: str, said: Message, hint: Message) -> DataError:
    return DataError(
        code,
        Message("The archive {path} is not unpacked: {said}.", path=printable(str(path)), said=said),
        hint,
    )
