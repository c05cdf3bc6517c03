"""Where the images are that a table names: beside it, in a folder near it, with or without their ending."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.core.message import Message
from cnnstudio.data.natural_order import in_natural_order
from cnnstudio.data.problem import DataError, printable
from cnnstudio.data.suffixes import IMAGE_SUFFIXES

_SAMPLE = 50
_MOST_FOLDERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`folder`: where paths start from, relative to `root` with forward slashes, `""` for `root` itself.

    `suffix`: what is to be added to them.
    """

    root: Path
    folder: str
    suffix: str

    def path_of(self, cell: str) -> str | None:
        """The path of the image that a cell names, relative to `root` where it lies in it; None when it is not there."""
        path = self.guess_of(cell)
        if self._is_there(path):
            return path
        for suffix in IMAGE_SUFFIXES:  # a table of names without endings, whose images are of several kinds
            if self.suffix and self._is_there(other := path.removesuffix(self.suffix) + suffix):
                return other
        return None

    def guess_of(self, cell: str) -> str:
        """The same path, whether the image is there or not."""
        text = cell.replace("\\", "/") if os.name != "nt" and not self._is_there(cell) else cell
        path = posixpath.normpath(posixpath.join(self.folder, text.replace(os.sep, "/"))) + self.suffix
        inside = self.root.as_posix().rstrip("/") + "/"
        return path.removeprefix(inside)

    def _is_there(self, path: str) -> bool:
        return os.path.isfile(os.path.join(self.root, path))  # noqa: PTH113, PTH118 - for each of a million names


def find_places(root: Path, cells: Sequence[str], folder: str = "") -> Places:
    """Where most of the images named by `cells` are. `folder`: where to look, relative to `root`; empty: near it.

    Raises DataError when none of them is found.
    """
    sample = list(cells[:: max(1, len(cells) // _SAMPLE)])
    best, most = None, 0
    for start in [folder.replace(os.sep, "/")] if folder else _folders(root):
        for suffix in ("", *IMAGE_SUFFIXES):
            places = Places(root=root, folder=start, suffix=suffix)
            count = sum(places._is_there(places.guess_of(cell)) for cell in sample)
            if count > most:
                best, most = places, count
            if sample and count == len(sample):
                return places
    if best is None:
        first = sample[0] if sample else ""
        raise DataError(
            "table.no_images",
            Message(
                "None of the images that the table names is there, “{first}” for example, in {folder}.",
                first=printable(first)[:120],
                folder=printable(str(root / folder)),
            ),
            Message(
                "Keep the table beside its images, so that its paths lead to them from the table's folder, or set images "
                "to the folder in which they are."
            ),
        )
    return best


def _folders(root: Path) -> list[str]:
    """The table's folder, and those in it."""
    try:
        with os.scandir(root) as entries:
            names = [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir()]
    except OSError:
        names = []
    return ["", *in_natural_order(names)[:_MOST_FOLDERS]]
