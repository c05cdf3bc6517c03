"""A data folder as the engine reads it: its parts and classes, decoded once at the network's input size.

What was read last is kept, so that a second run on the same images starts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.collecting import no_collections
from cnnstudio.core.expansion import expanded
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.task import Task
from cnnstudio.data.image_folder import scan
from cnnstudio.data.intake import take_in
from cnnstudio.data.keeping.limits import Keeping, limits
from cnnstudio.data.keeping.loading import KeptImages, Pixels, keep_images
from cnnstudio.data.keeping.pixels import StoredPixels
from cnnstudio.data.problem import Problem
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import Signature, signature_of
from cnnstudio.data.split import Split, split_report
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.plain_png import decode_plain

Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """Some images: `pixels` uint8 (images, height, width, channels), in memory or fetched when wanted; `labels` int32
    (images,), `paths`.

    `targets`: float32 (images, target names) where more than a class is to be learned, else None.
    """

    pixels: Pixels
    labels: NDArray[np.int32]
    paths: tuple[str, ...] = ()
    targets: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageData:
    """A data folder, read: its parts, its classes, and the files that were left out and why."""

    train: Images
    validation: Images
    test: Images
    classes: tuple[str, ...]
    problems: tuple[Problem, ...]
    """Files and folders left out (severity `error`) and remarks."""
    task: Task = "classification"
    target_names: tuple[str, ...] = ()
    root: Path = Path()
    """What the images' paths are relative to."""
    keeping: Keeping = field(default_factory=lambda: Keeping(where="memory", size=0, limit=0))

    @property
    def left_out(self) -> tuple[Problem, ...]:
        """Files and folders that were left out."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def everything(self) -> Images:
        """All images, of all parts."""
        parts = (self.train, self.validation, self.test)
        return Images(
            pixels=_joined(parts),
            labels=np.concatenate([part.labels for part in parts]),
            paths=tuple(path for part in parts for path in part.paths),
            targets=None if self.task == "classification" else _stacked(parts),
        )


def _stacked(parts: tuple[Images, ...]) -> NDArray[np.float32]:
    return np.concatenate([part.targets for part in parts if part.targets is not None])


def _joined(parts: tuple[Images, ...]) -> Pixels:
    first, *others = (part.pixels for part in parts)
    if isinstance(first, StoredPixels):
        return first.joined([other for other in others if isinstance(other, StoredPixels)])
    return np.concatenate([part.pixels for part in parts if isinstance(part.pixels, np.ndarray)])


@dataclass(slots=True)
class _Kept:
    """What was read last; a second run on the same images starts at once."""

    key: object = None
    scanned: DataReport | None = None
    """Where the folder was scanned before its images were decoded."""
    data_key: object = None
    report: DataReport | None = None
    data: ImageData | None = None


_kept = _Kept()


def input_shape_of(
    network: Network, shapes: Mapping[str, tuple[int | None, ...] | None]
) -> tuple[int, int, int]:
    """Height, width and channels of the network's one image input. Raises EngineError with the cure."""
    network = expanded(network)
    inputs = [node for node in network.nodes.values() if not network.inputs(node.id)]
    if len(inputs) != 1:
        raise EngineError(
            Message("The network has {count} inputs; images go into one.", count=len(inputs)),
            Message("Keep one Input layer and wire everything to it."),
        )
    shape = shapes.get(inputs[0].id) or ()
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise EngineError(
            Message("The Input layer {name} does not take images.", name=inputs[0].label),
            Message("Give it a shape of height, width and channels, with 1 channel (grey) or 3 (colour)."),
        )
    height, width, channels = shape
    if height is None or width is None or channels is None:
        raise EngineError(
            Message("The Input layer {name} has no fixed size.", name=inputs[0].label),
            Message("Give it a height and a width; images are brought to that size."),
        )
    return height, width, channels


def read_folder(
    path: Path,
    settings: DataSettings,
    shape: tuple[int, int, int],
    *,
    for_training: bool = True,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> ImageData:
    """Read a data folder, or a file that `cnnstudio.data.sources` reads, at the network's input size.

    `shape`: height, width, channels.

    Without `for_training` any image will do, of one class even. `progress(done, total)` counts files, or looks at them
    where each is looked at twice. Raises EngineError, DataError, and `cnnstudio.data.problem.Cancelled`.
    """
    with no_collections():
        settings = replace(settings, path="")
        signature = signature_of(path, settings)
        key = (signature.brief, settings.reader, settings.table, settings.quarantine)
        if key != _kept.key or (_kept.data and not _kept.data.root.is_dir()):  # a cache can be emptied
            forget_images()
            _kept.key = key
        data_key = (settings, shape, limits())
        if _kept.data is None or data_key != _kept.data_key:
            _kept.data = None  # frees the old images before new ones take room
            read = _in_one_go(path, settings, shape, signature, for_training, progress, cancelled)
            if read is None:
                read = _scanned_before(path, settings, shape, for_training, progress, cancelled)
            _kept.report, _kept.data = read
            _kept.data_key = data_key
        assert _kept.report is not None
        _refuse(_kept.report, for_training)
        return _kept.data


def forget_images() -> None:
    """Free the images that were kept for the next run."""
    _kept.key = _kept.scanned = _kept.data_key = _kept.report = _kept.data = None


def _in_one_go(
    path: Path,
    settings: DataSettings,
    shape: tuple[int, int, int],
    signature: Signature,
    for_training: bool,
    progress: Progress | None,
    cancelled: IsCancelled | None,
) -> tuple[DataReport, ImageData] | None:
    """The images; None where they do not fit into memory, or where look-alikes decide which part they are in."""
    if settings.keep_alike:
        return None
    parts: list[Split] = []

    def arranged(report: DataReport) -> NDArray[np.int32]:
        _refuse(report, for_training)
        parts[:] = [split_report(report, settings)]
        return _order(parts[0])

    taken = take_in(
        path,
        settings,
        shape,
        arranged=arranged,
        shortcut=partial(decode_plain, known=signature.files),
        progress=progress,
        cancelled=cancelled,
    )
    if taken is None:
        return None
    loaded = KeptImages(
        pixels=taken.pixels,
        labels=taken.report.labels[taken.order],
        indices=taken.order,
        problems=(),
        keeping=taken.keeping,
    )
    return taken.report, _in_parts(taken.report, loaded, parts[0])


def _scanned_before(
    path: Path,
    settings: DataSettings,
    shape: tuple[int, int, int],
    for_training: bool,
    progress: Progress | None,
    cancelled: IsCancelled | None,
) -> tuple[DataReport, ImageData]:
    """The images of a folder that is scanned first: then it is known what to keep in a file."""
    report = _kept.scanned or scan(path, settings, progress=_doubled(progress, 0), cancelled=cancelled)
    _kept.scanned = report
    _refuse(report, for_training)
    parts = split_report(report, settings)
    order = _order(parts)
    loaded = keep_images(
        report,
        shape,
        resize=settings.resize,
        indices=order,
        progress=_doubled(progress, len(order)),
        cancelled=cancelled,
    )
    return report, _in_parts(report, loaded, parts)


def _order(parts: Split) -> NDArray[np.int32]:
    return np.concatenate([parts.train, parts.validation, parts.test])


def _refuse(report: DataReport, for_training: bool) -> None:
    """Raises EngineError where a folder is not what it is wanted for."""
    if report.error is not None and (for_training or not report.images):
        raise EngineError(report.error.message, report.error.hint)


def _in_parts(report: DataReport, loaded: KeptImages, parts: Split) -> ImageData:
    if not len(loaded.labels):
        raise EngineError(Message("None of the images can be read any more."), Message("Look at the folder."))
    return ImageData(
        train=_part(report, loaded, parts.train),
        validation=_part(report, loaded, parts.validation),
        test=_part(report, loaded, parts.test),
        classes=report.class_names,
        problems=(*report.problems, *loaded.problems),
        task=report.task,
        target_names=report.target_names,
        root=report.root,
        keeping=loaded.keeping,
    )


def _part(report: DataReport, loaded: KeptImages, indices: NDArray[np.int32]) -> Images:
    """One part of what was loaded: a slice, as the parts were loaded one after the other."""
    inside = np.isin(loaded.indices, indices)
    first = int(inside.argmax()) if inside.any() else 0
    where = slice(first, first + int(inside.sum()))
    targets, pixels = report.targets, loaded.pixels
    return Images(
        pixels=pixels.part(where) if isinstance(pixels, StoredPixels) else pixels[where],
        labels=loaded.labels[where],
        paths=tuple(report.images[index].path for index in loaded.indices[where].tolist()),
        targets=None if targets is None else targets[loaded.indices[where]],
    )


def _doubled(progress: Progress | None, before: int) -> Progress | None:
    """Progress of one of two rounds over the same files."""
    if progress is None:
        return None
    tell = progress
    return lambda done, total: tell(before + done, 2 * total)
