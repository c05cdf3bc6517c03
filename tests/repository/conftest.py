"""What the checks of the repository look at."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

_SKIPPED = {".git", ".venv", "venv", "build", "dist", "runs", "__pycache__", "node_modules"}


@pytest.fixture(scope="session")
def tracked_files(checkout: Path) -> tuple[Path, ...]:
    """Every file of the project: what git tracks, or in an unpacked archive every file that is not a build's."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=checkout,
            capture_output=True,
            check=True,
        ).stdout.decode()
        names = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [
            str(path.relative_to(checkout))
            for path in checkout.rglob("*")
            if not _SKIPPED & set(path.relative_to(checkout).parts)
        ]
    files = tuple(path for name in sorted(set(names)) if (path := checkout / name).is_file())
    assert len(files) > 20, "The list of the project's files cannot be right."
    return files


@pytest.fixture(scope="session")
def python_files(tracked_files: tuple[Path, ...]) -> tuple[Path, ...]:
    """Every Python file of the project."""
    return tuple(path for path in tracked_files if path.suffix == ".py")
