"""The cache of unpacked data: one folder for each content, made whole or not at all, the oldest given up for new ones.

A folder is filled under another name and renamed when it is complete, so a kill or a second program leaves no half one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import platformdirs

from cnnstudio.core.message import Message
from cnnstudio.data.parallel import IsCancelled
from cnnstudio.data.picture import reason_of
from cnnstudio.data.problem import Cancelled, DataError, printable
from cnnstudio.data.unpacking.placing import FRESH, put_in_place
from cnnstudio.data.unpacking.readable import readable

MOST_KEPT = 20 << 30
"""Bytes of unpacked data that are kept; beyond it the longest unused go, but none that was used in the last day."""
_DAY = 24 * 3600.0
_MANIFEST = ".unpacked.json"
_BLOCK = 1 << 22


def cache_folder() -> Path:
    """Where unpacked data are kept."""
    return platformdirs.user_cache_path("cnnstudio", appauthor=False) / "data"


def key_of(files: Iterable[Path], *what: object, cancelled: IsCancelled | None = None) -> str:
    """A name for the content of files, and for `what` is made of it. Raises DataError, and Cancelled."""
    digest = hashlib.blake2b(repr(what).encode(), digest_size=16)
    for file in files:
        digest.update(file.name.encode("utf-8", "surrogateescape") + b"\0")
        with readable(printable(str(file))), file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                if cancelled is not None and cancelled():
                    raise Cancelled
    return digest.hexdigest()


def unpacked(key: str, fill: Callable[[Path], None], base: Path | None = None) -> Path:
    """The folder of this key, made by `fill` when it is not there or files of it are missing.

    `fill` gets an empty folder; what it raises is raised, and nothing is left. Raises DataError when the cache cannot
    be written.
    """
    base = cache_folder() if base is None else base
    target = base / key
    if is_complete(target):
        with suppress(OSError):
            os.utime(target / _MANIFEST)
        return target
    try:
        base.mkdir(parents=True, exist_ok=True)
        _tidy(base)
        fresh = Path(tempfile.mkdtemp(prefix=FRESH, dir=base))
        try:
            fill(fresh)
            count, size = _extent(fresh)
            (fresh / _MANIFEST).write_text(json.dumps({"files": count, "bytes": size}), "utf-8")
            put_in_place(fresh, target, is_complete)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise DataError(
            "source.cache",
            Message(
                "The images cannot be unpacked into {path}: {reason}.",
                path=printable(str(base)),
                reason=reason_of(error),
            ),
            Message("Free some space there, or allow writing there."),
        ) from None
    return target


def is_complete(folder: Path) -> bool:
    """Whether every file that was unpacked is still there."""
    manifest = _manifest(folder)
    return manifest is not None and manifest.get("files") == _extent(folder)[0]


def _manifest(folder: Path) -> dict[str, object] | None:
    try:
        found = json.loads((folder / _MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _extent(folder: Path) -> tuple[int, int]:
    """Number and bytes of the files in a folder, the manifest left out."""
    count = size = 0
    waiting: list[str | Path] = [folder]
    while waiting:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.name != _MANIFEST:
                    count += 1
                    size += entry.stat(follow_symlinks=False).st_size
    return count, size


def _tidy(base: Path) -> None:
    """Removes what a killed program left, and the longest unused folders where they take too much room."""
    now = time.time()
    kept: list[tuple[float, int, Path]] = []
    for folder in base.iterdir():
        with suppress(OSError):
            if folder.name.startswith(FRESH):
                if now - folder.stat().st_mtime > _DAY:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            manifest = folder / _MANIFEST
            size = (_manifest(folder) or {}).get("bytes")
            kept.append((manifest.stat().st_mtime, size if isinstance(size, int) else 0, folder))
    total = sum(size for _, size, _ in kept)
    for used, size, folder in sorted(kept):
        if total <= MOST_KEPT or now - used < _DAY:
            break
        shutil.rmtree(folder, ignore_errors=True)
        total -= size
