"""Which files are meant as images and what is to be learned of them, and how folders say so. Nothing is decoded.

`root/class/…`: every visible folder in the root is a class; pictures in folders inside it belong to it too.
`root/train/class/…` with `val`, `valid`, `validation` or `test` beside it: the parts are fixed by the folders.
Names that start with a dot and system folders (`__MACOSX`, `@eaDir`) are skipped. Links are followed, each real
folder once. Order is natural: `img2` before `img10`, and the same on every machine.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cnnstudio.core.message import Message
from cnnstudio.core.task import Task
from cnnstudio.data.natural_order import in_natural_order
from cnnstudio.data.parallel import IsCancelled
from cnnstudio.data.picture import finding, reason_of
from cnnstudio.data.problem import Cancelled, DataError, Problem, printable
from cnnstudio.data.report import Part
from cnnstudio.data.suffixes import IMAGE_SUFFIXES

PARTS: dict[str, Part] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
"""What the parts of a data set are called, in small letters."""
_SYSTEM_FOLDERS = ("__macosx", "@eadir", "__pycache__", "$recycle.bin", "system volume information")
_OTHER_PICTURES = frozenset(
    [
        ".heic",
        ".heif",
        ".avif",
        ".jp2",
        ".svg",
        ".psd",
        ".ico",
        ".ppm",
        ".pgm",
        ".pbm",
        ".tga",
        ".jfif",
        ".jpe",
        ".raw",
        ".cr2",
        ".cr3",
        ".nef",
        ".arw",
        ".dng",
        ".exr",
        ".hdr",
    ]
)
_HIDDEN = getattr(stat, "FILE_ATTRIBUTE_HIDDEN", 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """A file that is meant as an image. `path` is relative to the root, with forward slashes.

    `class_name` counts for classification alone; `target` holds one number for each of the listing's `target_names`.
    """

    path: str
    class_name: str
    part: Part
    target: tuple[float, ...] = ()


@dataclass(slots=True, kw_only=True)
class Listing:
    """All listed files in order, with the folders that stand for classes and what was found wrong.

    `layout`: `parts` where each file's part is fixed, else `classes`. `table`: whether a table lists the files, not
    folders.
    """

    root: Path
    layout: Literal["classes", "parts"]
    task: Task = "classification"
    target_names: tuple[str, ...] = ()
    table: bool = False
    files: list[ListedFile] = field(default_factory=list)
    class_folders: list[tuple[str, str, Part]] = field(default_factory=list)
    """(class name, path of its folder, part)"""
    problems: list[Problem] = field(default_factory=list)
    loose: int = 0
    """Number of pictures that lie in the root, in no class."""
    set_aside: list[ListedFile] = field(default_factory=list)
    """Files that the project leaves out; they are not among `files`."""


def class_name_of(folder_name: str) -> str:
    """The name shown for a class folder: composed characters (NFC), so `é` is one name on every system."""
    return unicodedata.normalize("NFC", printable(folder_name))


def list_folder(root: Path, *, cancelled: IsCancelled | None = None) -> Listing:
    """Lists a data folder. Raises DataError when it is missing, no folder, or unreadable; Cancelled."""
    _check_root(root)
    return _Walk(root, cancelled).listing()


def _check_root(root: Path) -> None:
    choose = Message("Choose a folder that holds one folder of images for each class.")
    try:
        mode = root.stat().st_mode
    except FileNotFoundError:
        raise DataError(
            "folder.missing", Message("The folder {path} does not exist.", path=printable(str(root))), choose
        ) from None
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise DataError(
            "folder.unreadable",
            Message("The folder {path} cannot be read: {reason}.", path=printable(str(root)), reason=reason),
            Message("Check its permissions, or choose another folder."),
        ) from None
    if not stat.S_ISDIR(mode):
        raise DataError(
            "folder.is_file", Message("{path} is a file, not a folder.", path=printable(str(root))), choose
        )


class _Walk:
    """One walk over a data folder; remembers the real folders it has been in."""

    def __init__(self, root: Path, cancelled: IsCancelled | None) -> None:
        self.root = root
        self.cancelled = cancelled
        self.visited: set[tuple[int, int]] = set()
        self.problems: list[Problem] = []
        self.others: Counter[str] = Counter()

    def listing(self) -> Listing:
        folders, files = self.entries("", must_exist=True)
        parts = self.parts(folders)
        result = Listing(root=self.root, layout="parts" if parts else "classes", problems=self.problems)
        result.loose = sum(1 for name in files if name.lower().endswith(IMAGE_SUFFIXES))
        if parts:
            for name in folders:
                if name not in parts:
                    self.problems.append(_beside_parts(name))
            for name, part in parts.items():
                inner, inner_files = self.entries(name)
                if any(file.lower().endswith(IMAGE_SUFFIXES) for file in inner_files):
                    self.problems.append(_loose(name))
                for folder in inner:
                    self.add_class(result, f"{name}/{folder}", folder, part)
        else:
            for folder in folders:
                self.add_class(result, folder, folder, "")
        self.report_others()
        return result

    def add_class(self, result: Listing, path: str, folder: str, part: Part) -> None:
        name = class_name_of(folder)
        result.class_folders.append((name, path, part))
        result.files += [ListedFile(path=file, class_name=name, part=part) for file in self.walk(path)]

    def walk(self, folder: str) -> Iterator[str]:
        """Paths of all pictures in a folder and the folders inside it."""
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            folders, files = self.entries(here)
            yield from (f"{here}/{name}" for name in files if self.is_image(name))
            waiting += [f"{here}/{name}" for name in reversed(folders)]

    def is_image(self, name: str) -> bool:
        """Whether a file in a class folder is meant as an image; counts those that are not."""
        if name.endswith(IMAGE_SUFFIXES):  # nearly always
            return True
        suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a Path for each of a million names is slow
        if suffix in IMAGE_SUFFIXES:
            return True
        self.others[suffix] += 1
        return False

    def parts(self, folders: list[str]) -> dict[str, Part]:
        """Folder name to part when the root is laid out in train, validation and test; else empty."""
        parts = {name: PARTS[name.lower()] for name in folders if name.lower() in PARTS}
        kinds = list(parts.values())
        if "train" not in kinds or len(set(kinds)) != len(kinds):
            return {}
        if len(parts) == 1 and len(folders) > 1:  # a class that is named “train”
            return {}
        return parts if all(self.holds_only_folders(name) for name in parts) else {}

    def holds_only_folders(self, folder: str) -> bool:
        try:
            with os.scandir(self.root / folder) as entries:
                visible = [entry for entry in entries if not _is_hidden(entry)]
                return any(entry.is_dir() for entry in visible) and not any(
                    entry.name.lower().endswith(IMAGE_SUFFIXES) for entry in visible
                )
        except OSError:
            return False

    def entries(self, folder: str, *, must_exist: bool = False) -> tuple[list[str], list[str]]:
        """Names of the visible folders and files in a folder; empty when it cannot be read or was read before."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled
        folders: list[str] = []
        files: list[str] = []
        try:
            status = (self.root / folder).stat()
            if status.st_ino and (status.st_dev, status.st_ino) in self.visited:
                self.problems.append(_read_before(folder))
                return [], []
            self.visited.add((status.st_dev, status.st_ino))
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    if not _is_hidden(entry):
                        (folders if _is_folder(entry) else files).append(entry.name)
        except OSError as error:
            if must_exist:
                raise DataError(
                    "folder.unreadable",
                    Message(
                        "The folder {path} cannot be read: {reason}.",
                        path=printable(str(self.root)),
                        reason=reason_of(error),
                    ),
                    Message("Check its permissions, or choose another folder."),
                ) from None
            self.problems.append(_unreadable(folder, reason_of(error)))
            return [], []
        return in_natural_order(folders), in_natural_order(files)

    def report_others(self) -> None:
        pictures = {suffix: count for suffix, count in self.others.items() if suffix in _OTHER_PICTURES}
        if pictures:
            self.problems.append(
                finding(
                    "warning",
                    "file.other_format",
                    Message(
                        "Pictures of a kind that is not read ({suffixes}) are left out: {count}.",
                        count=sum(pictures.values()),
                        suffixes=", ".join(sorted(pictures)),
                    ),
                    Message("Save them as PNG or JPEG."),
                )
            )
        rest = {suffix: count for suffix, count in self.others.items() if suffix not in _OTHER_PICTURES}
        if rest:
            suffixes = ", ".join(sorted(printable(suffix) or "no ending" for suffix in rest)[:8])
            self.problems.append(
                finding(
                    "hint",
                    "file.other",
                    Message(
                        "Files in class folders that are no images by their names ({suffixes}) are left out: {count}.",
                        count=sum(rest.values()),
                        suffixes=suffixes,
                    ),
                    Message("Images end in .png, .jpg, .jpeg, .bmp, .gif, .webp, .tif or .tiff."),
                )
            )


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name.lower() in _SYSTEM_FOLDERS:
        return True
    if os.name != "nt":
        return False
    try:
        return bool(getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) & _HIDDEN)
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: a file that will be reported as unreadable
        return False


def _beside_parts(name: str) -> Problem:
    return finding(
        "warning",
        "folder.beside_parts",
        Message("This folder is none of train, validation and test, and is left out."),
        Message("Move its images into the class folders of a part."),
        name,
    )


def _loose(name: str) -> Problem:
    return finding(
        "warning",
        "folder.loose",
        Message("Images that lie here belong to no class and are left out."),
        Message("Move them into the folder of their class."),
        name,
    )


def _read_before(folder: str) -> Problem:
    return finding(
        "warning",
        "folder.link",
        Message("This link leads to a folder that was read already, and is left out."),
        Message("Remove the link."),
        folder,
    )


def _unreadable(folder: str, reason: str) -> Problem:
    return finding(
        "error",
        "folder.unreadable",
        Message("The folder cannot be read: {reason}. Its images are left out.", reason=reason),
        Message("Check its permissions."),
        folder,
    )
