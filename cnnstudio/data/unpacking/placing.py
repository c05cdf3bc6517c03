"""Renaming a filled folder to its place, so that a kill or a second program leaves no half one. Standard library only."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

FRESH = ".fresh-"
"""How the names of folders begin that are not in their place yet."""


def put_in_place(fresh: Path, target: Path, is_complete: Callable[[Path], bool]) -> None:
    """Rename `fresh` to `target`, a broken one there making room; another program's complete one is as good.

    `fresh` and `target` lie in one folder. Raises OSError.
    """
    fresh.chmod(0o755)
    if target.exists() and not is_complete(target):
        aside = Path(tempfile.mkdtemp(prefix=FRESH, dir=target.parent))
        with suppress(OSError):
            target.rename(aside / "old")
        shutil.rmtree(aside, ignore_errors=True)
    try:
        fresh.rename(target)
    except OSError:
        if not is_complete(target):
            raise
