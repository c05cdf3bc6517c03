"""Folders of images: one folder for each class, or train, validation and test with such folders in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.data.listing import Listing, list_folder
from cnnstudio.data.parallel import IsCancelled, Progress
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources.reader import Reader


class ImageFolder(Reader):
    """`cnnstudio.data.listing` says which layouts are understood."""

    name: ClassVar[str] = "image_folder"
    what: ClassVar[Message] = Message("a folder with one folder of images for each class")
    order: ClassVar[int] = 90

    def recognises(self, path: Path) -> bool:
        return not os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises where a folder may not be entered

    def listing(
        self,
        path: Path,
        settings: DataSettings,  # noqa: ARG002 - folders leave nothing to settle
        *,
        progress: Progress | None = None,  # noqa: ARG002 - names are listed fast
        cancelled: IsCancelled | None = None,
    ) -> Listing:
        return list_folder(path, cancelled=cancelled)

    def files(self, path: Path, settings: DataSettings) -> Iterator[str]:  # noqa: ARG002 - as above
        for folder, _, names in os.walk(path):
            for name in names:
                yield os.path.join(folder, name)  # noqa: PTH118 - a Path for each of a million names is slow
