"""Writing a file so that a crash at any instant leaves the old or the new one whole. Standard library only."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

_STALE_SECONDS = 3600.0


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` into `path`: a temporary file beside it, flushed to the disk, then renamed over it.

    A link is followed, permissions of an existing file are kept. Raises OSError; `path` is then as it was.
    """
    path = Path(os.path.realpath(path))
    _sweep(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_mode(path))
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    sync_folder(path.parent)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sweep(path: Path) -> None:
    """Remove what writes that were killed long ago left behind."""
    with contextlib.suppress(OSError):
        for entry in os.scandir(path.parent):
            if entry.name.startswith(f".{path.name}.") and entry.name.endswith(".tmp"):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat().st_mtime > _STALE_SECONDS:
                        Path(entry.path).unlink()
