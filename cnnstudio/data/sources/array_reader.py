"""What readers of arrays have in common: their images are unpacked once, into the cache, and listed from there."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from pathlib import Path

from cnnstudio.data.listing import Listing
from cnnstudio.data.parallel import IsCancelled, Progress
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources.reader import Reader
from cnnstudio.data.unpacking.arrays import Arrays
from cnnstudio.data.unpacking.cache import key_of, unpacked
from cnnstudio.data.unpacking.files import listing_of_unpacked, write_arrays

_VERSION = 1
"""To be raised when the same content is to be unpacked in another way."""


class ArrayReader(Reader):
    """A reader of this kind says which files belong together, and what arrays they hold."""

    @abstractmethod
    def arrays(self, path: Path, settings: DataSettings) -> Arrays:
        """All images and what they show. Raises DataError."""

    @abstractmethod
    def files(self, path: Path, settings: DataSettings) -> Iterable[Path]:
        """The files that the arrays are read from, in order. Raises DataError."""

    def listing(
        self,
        path: Path,
        settings: DataSettings,
        *,
        progress: Progress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> Listing:
        key = key_of(
            self.files(path, settings), self.name, _VERSION, settings.table.task, cancelled=cancelled
        )

        def fill(folder: Path) -> None:
            write_arrays(self.arrays(path, settings), folder, progress=progress, cancelled=cancelled)

        return listing_of_unpacked(unpacked(key, fill), cancelled=cancelled)
