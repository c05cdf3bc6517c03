"""Finds the files of resources/, in a checkout and in an installed wheel alike. Standard library only."""

from __future__ import annotations

from functools import cache
from pathlib import Path, PurePosixPath

_PACKAGE = Path(__file__).resolve().parent


@cache
def resource_root() -> Path:
    """Folder that holds the resources: `cnnstudio/resources` of a wheel, else `resources` of the checkout.

    Raises FileNotFoundError when neither is there (a broken installation).
    """
    candidates = (_PACKAGE / "resources", _PACKAGE.parent / "resources")
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    looked = " and ".join(str(candidate) for candidate in candidates)
    raise FileNotFoundError(
        f"CNN Studio's resources are missing (looked in {looked}). Install the program again."
    )


def resource(relative: str) -> Path:
    """Path of one resource file or folder, named relative to resources/ with forward slashes.

    Raises FileNotFoundError when there is none, ValueError when the name would leave the folder.
    """
    name = PurePosixPath(relative)
    if name.is_absolute() or ".." in name.parts or "\\" in relative:
        raise ValueError(f"“{relative}” is not a name inside resources/.")
    path = resource_root().joinpath(*name.parts)
    if not path.exists():
        raise FileNotFoundError(
            f"The resource “{relative}” is missing from {resource_root()}. Install CNN Studio again."
        )
    return path
