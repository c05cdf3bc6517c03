"""The sample data set: 4,000 Fashion-MNIST images in ten class folders, unpacked into the user's cache when asked for."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path

import platformdirs

from cnnstudio.core.message import Message
from cnnstudio.data.picture import reason_of
from cnnstudio.data.problem import DataError, printable
from cnnstudio.data.unpacking.placing import put_in_place
from cnnstudio.resource_files import resource

SAMPLE_NAME = "Fashion-MNIST (4,000 images)"
CLASS_NAMES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
IMAGES_PER_CLASS = 400
_ARCHIVE = "sample/fashion-mnist-4000.zip"
_FOLDER = "fashion-mnist-4000"
_LICENCE = "LICENSE.txt"
_IMAGES = "images.zip"
_IMAGE_NAME = re.compile(r"[0-9]{5}\.png")
_MAX_BYTES = 16 << 20
_MAX_IMAGE = 1 << 14


def sample_folder(cache: Path | None = None) -> Path:
    """The folder of the unpacked sample (`class/*.png`), below `cache` or the user's cache folder.

    Unpacks on first use, and again when images are missing. Two programs may call it at once. Raises DataError
    when the archive is damaged or the cache cannot be written.
    """
    base = platformdirs.user_cache_path("cnnstudio", appauthor=False) if cache is None else cache
    target = base / "sample" / _FOLDER
    if is_complete(target):
        return target
    try:
        archive = resource(_ARCHIVE)
    except FileNotFoundError as error:
        raise _damaged(str(error)) from None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{_FOLDER}-", dir=target.parent))
        try:
            unpack(archive, fresh)
            if not is_complete(fresh):
                raise _damaged("images are missing")
            put_in_place(fresh, target, is_complete)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise DataError(
            "sample.cache",
            Message(
                "The sample images cannot be unpacked into {path}: {reason}.",
                path=printable(str(target.parent)),
                reason=reason_of(error),
            ),
            Message("Free some space (about 20 MB) or allow writing there."),
        ) from None
    return target


def is_complete(folder: Path) -> bool:
    """Whether every class folder of the sample is there with all of its images."""
    try:
        return all(
            sum(1 for name in os.listdir(folder / class_name) if name.endswith(".png")) == IMAGES_PER_CLASS  # noqa: PTH208 - names alone
            for class_name in CLASS_NAMES
        )
    except OSError:
        return False


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks the licence and the images, nothing else. Raises DataError on any other or damaged entry.

    The archive holds the licence and `images.zip`, whose `class/NUMBER.png` are not compressed themselves: 4,000
    tiny files compress far better as one.
    """
    try:
        with zipfile.ZipFile(archive) as bundle:
            for entry in bundle.infolist():
                if entry.filename not in (_LICENCE, _IMAGES) or entry.file_size > _MAX_BYTES:
                    raise _stranger(entry)
            (folder / _LICENCE).write_bytes(bundle.read(_LICENCE))
            images = bundle.read(_IMAGES)
        for class_name in CLASS_NAMES:
            (folder / class_name).mkdir(exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(images)) as bundle:
            for entry in bundle.infolist():
                class_name, _, name = entry.filename.partition("/")
                # Only digits can follow a known class: no name leads out of the folder, and none repeats a device.
                if (
                    class_name not in CLASS_NAMES
                    or not _IMAGE_NAME.fullmatch(name)
                    or entry.file_size > _MAX_IMAGE
                ):
                    raise _stranger(entry)
                (folder / class_name / name).write_bytes(bundle.read(entry))
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged(str(error)) from None


def _stranger(entry: zipfile.ZipInfo) -> DataError:
    return _damaged(f"an entry does not belong there, {printable(entry.filename)}")


def _damaged(reason: str) -> DataError:
    return DataError(
        "sample.damaged",
        Message("The sample images that came with the program are damaged: {reason}.", reason=reason),
        Message("Install CNN Studio again."),
    )
