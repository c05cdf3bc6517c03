"""What is inside a folder that came without a word: the folder in it that counts, the one file that holds the data."""

from __future__ import annotations

import os
from pathlib import Path

from cnnstudio.data.listing import PARTS
from cnnstudio.data.suffixes import IMAGE_SUFFIXES

_DATA_FILES = (".csv", ".tsv", ".tab", ".npz")


def data_folder_in(folder: Path) -> Path:
    """The folder to be read: down through folders that hold nothing but one other folder with something to tell."""
    while True:
        folders, files = _entries(folder)
        if files or len(folders) != 1 or PARTS.get(folders[0].lower()) == "train":
            return (
                folder  # `train` alone is a layout of parts; test images alone are a data set like any other
            )
        inner_folders, inner_files = _entries(folder / folders[0])
        if not inner_folders and all(name.lower().endswith(IMAGE_SUFFIXES) for name in inner_files):
            return folder  # one class of images
        folder = folder / folders[0]


def data_file_in(folder: Path) -> Path | None:
    """The only table or `.npz` file in a folder; None when there is none, or several."""
    names = [name for name in _entries(folder)[1] if name.lower().endswith(_DATA_FILES)]
    return folder / names[0] if len(names) == 1 else None


def _entries(folder: Path) -> tuple[list[str], list[str]]:
    """Visible folders and files."""
    folders: list[str] = []
    files: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    (folders if entry.is_dir() else files).append(entry.name)
    except (OSError, ValueError):
        pass
    return folders, files
