"""Images in memory and the batches made of them: decoded once, kept as uint8, shuffled and scaled as they are used.

Each epoch's order depends on the seed and the epoch's number alone, so a resumed run sees the same batches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.expansion import expanded
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.task import Task
from cnnstudio.data.decode import ImageArray, load_images
from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import Problem
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import signature_of
from cnnstudio.data.split import split_report
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.heads import Head
from cnnstudio.engine.pixels import pixel_factor

Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]

_VALIDATION_BATCH = 256
_AHEAD = 3
"""Batches made before they are used."""
_MOST_AS_FLOATS = 256 * 1024 * 1024
"""Bytes of float32 images that are held for one part of the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """Some images: `pixels` uint8 (images, height, width, channels), `labels` int32 (images,), `paths`.

    `targets`: float32 (images, target names) where more than a class is to be learned, else None.
    """

    pixels: NDArray[np.uint8]
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

    @property
    def left_out(self) -> tuple[Problem, ...]:
        """Files and folders that were left out."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def everything(self) -> Images:
        """All images, of all parts."""
        parts = (self.train, self.validation, self.test)
        return Images(
            pixels=np.concatenate([part.pixels for part in parts]),
            labels=np.concatenate([part.labels for part in parts]),
            paths=tuple(path for part in parts for path in part.paths),
            targets=None if self.task == "classification" else _stacked(parts),
        )


def _stacked(parts: tuple[Images, ...]) -> NDArray[np.float32]:
    return np.concatenate([part.targets for part in parts if part.targets is not None])


@dataclass(slots=True)
class _Kept:
    """The last folder that was read; a second run on the same images starts at once."""

    key: object = None
    report: DataReport | None = None
    data_key: object = None
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

    Without `for_training` any image will do, of one class even. `progress(done, total)` counts files, each one twice
    (checked, then loaded). Raises EngineError, DataError,
    and `cnnstudio.data.problem.Cancelled`.
    """
    settings = replace(settings, path="")
    key = (signature_of(path, settings), settings.reader, settings.table, settings.quarantine)
    report = _kept.report
    if report is None or key != _kept.key or not report.root.is_dir():  # a cache can be emptied
        report = scan(path, settings, progress=_doubled(progress, 0), cancelled=cancelled)
        _kept.key, _kept.report, _kept.data_key, _kept.data = key, report, None, None
    if report.error is not None and (for_training or not report.images):
        raise EngineError(report.error.message, report.error.hint)
    data_key = (settings, shape)
    if _kept.data is None or data_key != _kept.data_key:
        _kept.data = None  # frees the old images before new ones take room
        _kept.data = _load(report, settings, shape, progress, cancelled)
        _kept.data_key = data_key
    return _kept.data


def forget_images() -> None:
    """Free the images that were kept for the next run."""
    _kept.key = _kept.report = _kept.data_key = _kept.data = None


def _load(
    report: DataReport,
    settings: DataSettings,
    shape: tuple[int, int, int],
    progress: Progress | None,
    cancelled: IsCancelled | None,
) -> ImageData:
    height, width, channels = shape
    parts = split_report(report, settings)
    order = np.concatenate([parts.train, parts.validation, parts.test])
    total = len(order)
    loaded = load_images(
        report,
        height=height,
        width=width,
        channels=channels,
        resize=settings.resize,
        indices=order,
        progress=_doubled(progress, total),
        cancelled=cancelled,
    )
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
    )


def _part(report: DataReport, loaded: ImageArray, indices: NDArray[np.int32]) -> Images:
    """One part of what was loaded: a slice, as the parts were loaded one after the other."""
    inside = np.isin(loaded.indices, indices)
    first = int(inside.argmax()) if inside.any() else 0
    where = slice(first, first + int(inside.sum()))
    targets = report.targets
    return Images(
        pixels=loaded.pixels[where],
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


class TrainingBatches:
    """The training images in shuffled batches; call `begin_epoch` before each pass.

    The order is a variable that the batches read: setting it costs nothing, and no Python runs while batches flow.
    """

    def __init__(self, images: Images, head: Head, *, batch_size: int, seed: int, pixels: str) -> None:
        self.count = len(images)
        self.batch_size = min(batch_size, self.count)
        self.steps = -(-self.count // self.batch_size)
        self._seed = seed
        with tf.device("CPU:0"):
            self._pixels, self._factor = _held(images.pixels, pixels)
            self._labels = tf.convert_to_tensor(head.labels(images.labels, images.targets))
            self._ends = head.ends
            self._order = tf.Variable(np.arange(self.count, dtype=np.int32), trainable=False)

    def begin_epoch(self, epoch: int) -> None:
        """Put the images into the order of epoch number `epoch`, from 0: by the seed and that number alone."""
        generator = np.random.default_rng([self._seed, epoch])
        self._order.assign(generator.permutation(self.count).astype(np.int32))

    def starts(self) -> Any:
        """A `tf.data.Dataset` of the numbers at which batches begin, int64, in their order."""
        return _starts(self.count, self.batch_size)

    def batch(self, start: Any) -> tuple[Any, Any]:
        """(images float32, labels) of the batch that begins at `start`, a scalar int64 tensor."""
        index = self._order[start : start + self.batch_size]
        return _as_fed(tf.gather(self._pixels, index), self._factor), _for_each(
            tf.gather(self._labels, index), self._ends
        )

    def dataset(self) -> Any:
        """Batches of (images float32, labels), in the order that holds when a pass over it begins."""
        return _flowing(self, self._pixels)


class OrderedBatches:
    """Images in batches, in their own order."""

    def __init__(
        self, images: Images, head: Head, *, pixels: str, batch_size: int = _VALIDATION_BATCH
    ) -> None:
        self.count = len(images)
        self.batch_size = batch_size
        with tf.device("CPU:0"):
            self._pixels, self._factor = _held(images.pixels, pixels)
            self._labels = tf.convert_to_tensor(head.labels(images.labels, images.targets))
        self._ends = head.ends

    def starts(self) -> Any:
        """A `tf.data.Dataset` of the numbers at which batches begin, int64, in their order."""
        return _starts(self.count, self.batch_size)

    def batch(self, start: Any) -> tuple[Any, Any]:
        """(images float32, labels) of the batch that begins at `start`, a scalar int64 tensor."""
        end = tf.minimum(start + self.batch_size, self.count)
        return _as_fed(self._pixels[start:end], self._factor), _for_each(self._labels[start:end], self._ends)

    def dataset(self) -> Any:
        """A `tf.data.Dataset` of batches (images float32, labels)."""
        return _flowing(self, self._pixels)


def ordered_batches(images: Images, head: Head, *, pixels: str, batch_size: int = _VALIDATION_BATCH) -> Any:
    """Images as a `tf.data.Dataset` of batches (images float32, labels) in their order."""
    return OrderedBatches(images, head, pixels=pixels, batch_size=batch_size).dataset()


def _held(pixels: NDArray[np.uint8], range_name: str) -> tuple[Any, float]:
    """The images as a tensor, and what its values are still to be multiplied with.

    Few or small images are held as they are fed, which spares work on every batch; others as uint8, a quarter of
    the memory.
    """
    factor = pixel_factor(range_name)
    if pixels.size * 4 <= _MOST_AS_FLOATS:
        return tf.convert_to_tensor(pixels.astype(np.float32) * np.float32(factor)), 1.0
    return tf.convert_to_tensor(pixels), factor


def _as_fed(batch: Any, factor: float) -> Any:
    """A batch of what `_held` gave, as float32 in the range that the network is fed."""
    if batch.dtype == tf.float32:
        return batch
    return tf.cast(batch, tf.float32) * factor


def _for_each(labels: Any, ends: int) -> Any:
    """The same labels for each of the network's ends."""
    return labels if ends == 1 else (labels,) * ends


def _starts(count: int, batch_size: int) -> Any:
    options = tf.data.Options()
    options.deterministic = True
    options.autotune.enabled = False  # it costs more than it finds out
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
    return tf.data.Dataset.range(0, count, batch_size).with_options(options)


def _flowing(batches: TrainingBatches | OrderedBatches, held: Any) -> Any:
    """The batches themselves, a few of them ahead of their use.

    Threads cost more than they bring where a batch is only copied.
    """
    parallel = None if held.dtype == tf.float32 else 2
    return batches.starts().map(batches.batch, num_parallel_calls=parallel).prefetch(_AHEAD)
