"""Zip and tar archives of anything that is read: class folders, a table with its images, IDX, CIFAR or NumPy files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.data.listing import Listing
from cnnstudio.data.parallel import IsCancelled, Progress
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import reader_for
from cnnstudio.data.sources.inside import data_folder_in
from cnnstudio.data.sources.reader import Reader
from cnnstudio.data.unpacking.archive import SUFFIXES, unpack_archive
from cnnstudio.data.unpacking.cache import key_of, unpacked


class Archive(Reader):
    """Unpacked once into the cache; what is in it is read as a folder would be."""

    name: ClassVar[str] = "archive"
    what: ClassVar[Message] = Message("a zip or tar archive of such data")
    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES
    order: ClassVar[int] = 60

    def recognises(self, path: Path) -> bool:
        return path.name.lower().endswith(SUFFIXES) and os.path.isfile(path)  # noqa: PTH113 - never raises

    def listing(
        self,
        path: Path,
        settings: DataSettings,
        *,
        progress: Progress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> Listing:
        def fill(folder: Path) -> None:
            unpack_archive(path, folder, progress=progress, cancelled=cancelled)

        folder = data_folder_in(unpacked(key_of([path], self.name, cancelled=cancelled), fill))
        return reader_for(folder, _inside(settings)).listing(folder, _inside(settings), cancelled=cancelled)

    def files(self, path: Path, settings: DataSettings) -> list[Path]:  # noqa: ARG002 - the archive is all there is
        return [path]


def _inside(settings: DataSettings) -> DataSettings:
    """The settings for what is in the archive; `reader` named the archive itself."""
    return DataSettings(table=settings.table)
