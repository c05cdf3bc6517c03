"""What run folders are called: the project's name and a number."""

from __future__ import annotations

import re
from pathlib import Path


def slug(name: str) -> str:
    """A project's name as a folder name that every system takes; letters of all scripts are kept."""
    text = re.sub(r"[^\w]+", "-", name.casefold()).strip("-_")[:40]
    return text or "run"


def next_run_folder(runs_folder: Path, name: str) -> Path:
    """The folder of the next run, `name-1`, `name-2`, …: above every number that is taken."""
    taken = [run_number(entry) for entry in runs_folder.iterdir() if entry.name.startswith(f"{name}-")]
    return runs_folder / f"{name}-{max(taken, default=0) + 1}"


def run_number(folder: Path) -> int:
    """The number at the end of a run folder's name; 0 when it has none."""
    found = re.search(r"-(\d{1,9})$", folder.name)
    return int(found[1]) if found else 0
