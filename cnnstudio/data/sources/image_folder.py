"""Folders of images: one folder for each class, or train, validation and test with such folders in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.data.listing import Listing, list_folder
from cnnstudio.data.parallel import IsCancelled, Progress
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import reader_for
from cnnstudio.data.sources.inside import data_file_in
from cnnstudio.data.sources.reader import Reader


class ImageFolder(Reader):
    """`cnnstudio.data.listing` says which layouts are understood. No classes but one table or `.npz`: that is read."""

    name: ClassVar[str] = "image_folder"
    what: ClassVar[Message] = Message("a folder with one folder of images for each class")
    order: ClassVar[int] = 90

    def recognises(self, path: Path) -> bool:
        return not os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where a folder may not be entered

    def listing(
        self,
        path: Path,
        settings: DataSettings,
        *,
        progress: Progress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> Listing:
        listing = list_folder(path, cancelled=cancelled)
        file = data_file_in(path) if len({file.class_name for file in listing.files}) < 2 else None
        if file is None:
            return listing
        inside = DataSettings(table=settings.table)
        try:
            return reader_for(file, inside).listing(file, inside, progress=progress, cancelled=cancelled)
        except DataError:
            if not listing.files:
                raise
            return listing  # the table is about something else

    def files(self, path: Path, settings: DataSettings) -> Iterator[str]:  # noqa: ARG002 - all in it counts
        for folder, _, names in os.walk(path):
            for name in names:
                yield os.path.join(folder, name)  # noqa: PTH118 - a Path for each of a million names is slow
