"""What scans found, kept in the user's cache, so that a file that did not change is not decoded again.

One file for each data folder, `scans/HASH.npz`: NumPy arrays and JSON, never pickled objects. A file counts as
unchanged while its size and time of change are the same. Damaged, foreign or unwritable caches are as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import zipfile
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from cnnstudio.data.examine import Facts, examine
from cnnstudio.data.miniature import BYTES
from cnnstudio.data.problem import Problem

_VERSION = 2
"""To be raised when what `examine` finds changes."""
_MOST_FOLDERS = 20
_ROWS = 50
"""Files told in one piece of JSON. While Python writes or reads a piece no other thread gets on, the window's neither."""
_SETTLED = 2_000_000_000
"""Nanoseconds a file must be old: a second change in the same tick of the clock would not be seen."""

_NEVER = 2**63

Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Known:
    size: int
    changed: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class Examined:
    """What looking at a file gave, and how large it was and when it had changed, in nanoseconds, just before."""

    found: Facts | Problem
    size: int
    changed: int


def examined(root: Path, path: str) -> Examined:
    """Looks at a file, whatever is known of it."""
    size, changed = _status(root, path)
    return Examined(examine(root, path), size, changed)


def _status(root: Path, path: str) -> tuple[int, int]:
    """Bytes and time of change; of a file that is not there, ones that no file has."""
    try:
        status = os.stat(os.path.join(root, path))  # noqa: PTH116, PTH118 - a Path for each of a million names is slow
    except OSError:
        return -1, _NEVER
    return status.st_size, status.st_mtime_ns


def _joined(parts: Sequence[bytes]) -> bytes:
    """All parts, a piece at a time, so that other threads get on."""
    return b"".join([b"".join(parts[start : start + _ROWS]) for start in range(0, len(parts), _ROWS)])


class ScanMemory:
    """What is known of one data folder's files."""

    def __init__(self, root: Path, cache: Path | None = None) -> None:
        base = platformdirs.user_cache_path("cnnstudio", appauthor=False) if cache is None else cache
        name = hashlib.blake2b(os.fsencode(root.absolute()), digest_size=16).hexdigest()
        self.root = root
        self._file = base / "scans" / f"{name}.npz"
        self._known: dict[str, _Known] = {}
        self._alike: tuple[str, Groups] = ("", ())
        self._fresh = False
        self._read()

    def recall(self, path: str) -> Facts | None:
        """What is known of a file that has not changed since; None when it is to be looked at."""
        known = self._known.get(path)
        if known is None:
            return None
        size, changed = _status(self.root, path)
        return known.facts if (known.size, known.changed) == (size, changed) else None

    def learn(self, path: str, one: Examined) -> None:
        """Remember what was found, if the file is good and has settled."""
        if isinstance(one.found, Facts) and one.changed < time.time_ns() - _SETTLED:
            self._known[path] = _Known(one.size, one.changed, one.found)
            self._fresh = True

    def alike(self, names: Sequence[str], search: Callable[[], Groups]) -> Groups:
        """What `search` finds among images of these names (path and digest) in this order, searched once."""
        text = "\n".join(names).encode("utf-8", "surrogateescape")
        key = hashlib.blake2b(text, digest_size=16).hexdigest()
        if self._alike[0] != key:
            self._alike = key, search()
            self._fresh = True
        return self._alike[1]

    def keep(self, paths: Collection[str]) -> None:
        """Writes what is known of these files to the cache, if there is something new."""
        if not self._fresh:
            return
        wanted = set(paths)
        known = [(path, one) for path, one in self._known.items() if path in wanted]
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, fresh = tempfile.mkstemp(dir=self._file.parent, suffix=".new")
            try:
                with os.fdopen(handle, "wb") as stream:
                    np.savez(
                        stream,
                        text=np.frombuffer(self._text(known), np.uint8),
                        miniatures=np.frombuffer(
                            _joined([one.facts.miniature for _, one in known]), np.uint8
                        ),
                    )
                Path(fresh).replace(self._file)
            finally:
                Path(fresh).unlink(missing_ok=True)
            self._forget_oldest()
        self._fresh = False

    def _text(self, known: Sequence[tuple[str, _Known]]) -> bytes:
        rows = [
            (
                path,
                one.size,
                one.changed,
                one.facts.width,
                one.facts.height,
                one.facts.mode,
                one.facts.format,
                one.facts.bytes,
                one.facts.digest,
                one.facts.traits,
            )
            for path, one in known
        ]
        pieces: list[object] = [{"version": _VERSION, "alike": self._alike}]
        pieces += [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
        return b"\n".join([json.dumps(piece).encode("ascii") for piece in pieces])

    def _read(self) -> None:
        try:
            with self._file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
                head, *pieces = arrays["text"].tobytes().split(b"\n")
                miniatures = arrays["miniatures"].tobytes()
            told = json.loads(head)
            if told["version"] != _VERSION:
                return
            rows = [row for piece in pieces for row in json.loads(piece)]
            if len(miniatures) != BYTES * len(rows):
                return
            for number, row in enumerate(rows):
                path, size, changed, width, height, mode, kind, count, digest, traits = row
                facts = Facts(
                    width=width,
                    height=height,
                    mode=mode,
                    format=kind,
                    bytes=count,
                    digest=digest,
                    traits=tuple(traits),
                    miniature=miniatures[number * BYTES : (number + 1) * BYTES],
                )
                self._known[path] = _Known(size, changed, facts)
            key, groups = told["alike"]
            self._alike = key, tuple(tuple(group) for group in groups)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            self._known.clear()

    def _forget_oldest(self) -> None:
        """Keeps the cache to the folders looked at last."""
        files = sorted(self._file.parent.glob("*.npz"), key=lambda file: file.stat().st_mtime)
        for file in files[:-_MOST_FOLDERS]:
            file.unlink(missing_ok=True)
