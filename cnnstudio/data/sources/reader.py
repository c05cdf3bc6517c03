"""What every reader of image data can do: recognise its kind of folder or file, and list the images that it means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.data.listing import Listing
from cnnstudio.data.parallel import IsCancelled, Progress
from cnnstudio.data.settings import DataSettings


class Reader(ABC):
    """One kind of image data. A reader keeps nothing between two calls."""

    name: ClassVar[str]
    """What a project's data section calls it, for ever."""
    what: ClassVar[Message]
    """What it reads, as a part of a sentence."""
    suffixes: ClassVar[tuple[str, ...]] = ()
    """Endings of the files that it reads, in small letters; none where it reads folders."""
    order: ClassVar[int] = 50
    """Of several readers that recognise something, the one with the smallest number reads it."""

    @abstractmethod
    def recognises(self, path: Path) -> bool:
        """Whether this is its kind, by names and the first bytes alone. Does not raise."""

    @abstractmethod
    def listing(
        self,
        path: Path,
        settings: DataSettings,
        *,
        progress: Progress | None = None,
        cancelled: IsCancelled | None = None,
    ) -> Listing:
        """The images, and what is to be learned of each. Raises DataError with the cure, and Cancelled.

        `progress(done, total)` counts images, and is called only where that takes long.
        """

    @abstractmethod
    def files(self, path: Path, settings: DataSettings) -> Iterable[str | Path]:
        """The files whose change changes the listing or its images. Raises DataError."""
