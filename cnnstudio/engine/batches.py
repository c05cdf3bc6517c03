"""Batches of images: shuffled and scaled as they are used, out of memory or fetched from where the images are kept.

Each epoch's order depends on the seed and the epoch's number alone, so a resumed run sees the same batches; and a batch
holds the same numbers wherever its images were.
"""

from __future__ import annotations

import math
import weakref
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.data.decode import ALIGNMENT, aligned
from cnnstudio.data.keeping.loading import Pixels
from cnnstudio.data.keeping.pixels import DecodedPixels, StoredPixels
from cnnstudio.engine.datasets import Images
from cnnstudio.engine.heads import Head
from cnnstudio.engine.pixels import pixel_factor

_VALIDATION_BATCH = 256
_AHEAD = 3
"""Batches made before they are used."""
_MOST_AHEAD = 2**30
"""Bytes of the batches that are in the making or wait: few, where images are large and there are many threads."""
_MOST_AS_FLOATS = 200_000_000
"""Bytes of float32 images that are held for one part of the data."""


class Batches(ABC):
    """Some images in batches; they and their pixels must be kept for as long as batches are made."""

    def __init__(self, images: Images, head: Head, *, batch_size: int, pixels: str) -> None:
        self.count = len(images)
        self.batch_size = batch_size
        self.images = images
        with tf.device("CPU:0"):
            self._held = _held(images.pixels, pixels)
            self._labels = tf.convert_to_tensor(head.labels(images.labels, images.targets))
        self._ends = head.ends

    def starts(self) -> Any:
        """A `tf.data.Dataset` of the numbers at which batches begin, int64, in their order."""
        options = tf.data.Options()
        options.deterministic = True
        options.autotune.enabled = False  # it costs more than it finds out
        # rewriting the little that there is copies all images that are held
        options.experimental_optimization.apply_default_optimizations = False
        options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
        return tf.data.Dataset.range(0, self.count, self.batch_size).with_options(options)

    def for_steps(self) -> Any:
        """A `tf.data.Dataset` of what `of_step` makes a batch of: starts, and pixels where these must be fetched."""
        if isinstance(self._held, _InMemory):
            return self.starts()
        return self._ahead(lambda start: (start, self._held.at(self._chosen(start))), value_bytes=1)

    def of_step(self, arrived: Any) -> tuple[Any, tuple[Any, Any]]:
        """Where the batch begins, and the batch as `dataset` gives it, of an element of `for_steps`."""
        if isinstance(self._held, _InMemory):
            return arrived, self.batch(arrived)
        start, pixels = arrived
        return start, (self._held.fed(pixels), self._told(self._chosen(start)))

    def batch(self, start: Any) -> tuple[Any, Any]:
        """(images float32, labels) of the batch that begins at `start`, a scalar int64 tensor."""
        chosen = self._chosen(start)
        return self._held.fed(self._held.at(chosen)), self._told(chosen)

    def dataset(self) -> Any:
        """Batches of (images float32, labels), in the order that holds when a pass over it begins."""
        return self._ahead(self.batch, value_bytes=4)

    @abstractmethod
    def _chosen(self, start: Any) -> Any:
        """Which images are in the batch that begins at `start`: their positions, or a slice."""

    def _told(self, chosen: Any) -> Any:
        """The labels of a batch, the same for each of the network's ends."""
        labels = _rows(self._labels, chosen)
        return labels if self._ends == 1 else (labels,) * self._ends

    def _ahead(self, make: Any, *, value_bytes: int) -> Any:
        """What `make` makes of each start, a few of them ahead of their use; `value_bytes`: of each value of a pixel."""
        size = self.batch_size * math.prod(self.images.pixels.shape[1:]) * value_bytes
        most = max(1, _MOST_AHEAD // (2 * size))  # as many again wait behind those in the making
        parallel = self._held.parallel
        if parallel is not None:
            parallel = min(parallel, most)
        return (
            self.starts()
            .map(tf.autograph.experimental.do_not_convert(make), num_parallel_calls=parallel)
            .prefetch(min(max(_AHEAD, parallel or 0), most))
        )


class TrainingBatches(Batches):
    """The training images in shuffled batches; call `begin_epoch` before each pass.

    The order is a variable that the batches read: setting it costs nothing, and of images in memory no Python runs
    while batches flow.
    """

    def __init__(self, images: Images, head: Head, *, batch_size: int, seed: int, pixels: str) -> None:
        super().__init__(images, head, batch_size=min(batch_size, len(images)), pixels=pixels)
        self.steps = -(-self.count // self.batch_size)
        self._seed = seed
        with tf.device("CPU:0"):
            self._order = tf.Variable(np.arange(self.count, dtype=np.int32), trainable=False)

    def begin_epoch(self, epoch: int) -> None:
        """Put the images into the order of epoch number `epoch`, from 0: by the seed and that number alone."""
        generator = np.random.default_rng([self._seed, epoch])
        self._order.assign(generator.permutation(self.count).astype(np.int32))

    def _chosen(self, start: Any) -> Any:
        return self._order[start : start + self.batch_size]


class OrderedBatches(Batches):
    """Images in batches, in their own order."""

    def __init__(
        self, images: Images, head: Head, *, pixels: str, batch_size: int = _VALIDATION_BATCH
    ) -> None:
        super().__init__(images, head, batch_size=batch_size, pixels=pixels)

    def _chosen(self, start: Any) -> Any:
        return slice(start, tf.minimum(start + self.batch_size, self.count))


def ordered_batches(images: Images, head: Head, *, pixels: str, batch_size: int = _VALIDATION_BATCH) -> Any:
    """Images as a `tf.data.Dataset` of batches (images float32, labels) in their order."""
    return OrderedBatches(images, head, pixels=pixels, batch_size=batch_size).dataset()


@contextmanager
def naming_broken_files(*shown: Images | None) -> Iterator[None]:
    """Raise what is wrong with a file of these images, where a backend only says that it could not go on."""
    decoded = [i.pixels for i in shown if i is not None and isinstance(i.pixels, DecodedPixels)]
    for pixels in decoded:
        pixels.failures.clear()  # of an earlier run on the same images
    try:
        yield
    except Exception as error:
        for pixels in decoded:
            if pixels.failures:
                raise pixels.failures[0] from error
        raise


class _InMemory:
    """The images as a tensor.

    Few or small images are held as they are fed, which spares work on every batch; others as uint8, a quarter of
    the memory. Threads cost more than they bring where a batch is only copied.
    """

    def __init__(self, pixels: NDArray[np.uint8], factor: float) -> None:
        if pixels.size * 4 <= _MOST_AS_FLOATS:
            floats = aligned(pixels.size * 4).view(np.float32).reshape(pixels.shape)
            self.pixels = _same_memory(np.multiply(pixels, np.float32(factor), out=floats, dtype=np.float32))
            self.parallel = None
        else:
            self.pixels = _same_memory(pixels)
            self.parallel = 2
        self._factor = factor

    def at(self, chosen: Any) -> Any:
        """The images at these positions, or of a slice, as they are held."""
        return _rows(self.pixels, chosen)

    def fed(self, pixels: Any) -> Any:
        """Images as they are held, as float32 in the range that the network is fed."""
        return pixels if pixels.dtype == tf.float32 else _scaled(pixels, self._factor)


def _rows(values: Any, chosen: Any) -> Any:
    """Of a tensor, what is at these positions or in a slice."""
    return values[chosen] if isinstance(chosen, slice) else tf.gather(values, chosen)


def _scaled(pixels: Any, factor: float) -> Any:
    """uint8 as float32, each times the factor: in one pass over memory, where a cast and a product are two."""
    return tf.quantization.dequantize(tf.bitcast(pixels, tf.quint8), 0.0, 255 * factor, mode="MIN_FIRST")


def _same_memory(values: NDArray[Any]) -> Any:
    """An array as a tensor: in the memory where it is, if that begins where TensorFlow's would, else copied."""
    if (
        values.size
        and values.flags.c_contiguous
        and values.flags.writeable
        and not values.ctypes.data % ALIGNMENT
    ):
        return tf.experimental.dlpack.from_dlpack(values.__dlpack__())
    return tf.convert_to_tensor(values)


class _Fetched:
    """Images that are fetched by Python, a batch at a time.

    TensorFlow never lets go of a function that it was given, so this one knows the images by a weak reference.
    """

    def __init__(self, pixels: StoredPixels, factor: float) -> None:
        self.parallel = pixels.parallel
        self._shape = pixels.image_shape
        self._factor = factor
        stored = weakref.ref(pixels)

        def fetch(index: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
            found = stored()
            assert found is not None, "the images went before their batches"
            return found.take(index)

        self._fetch = fetch

    def at(self, chosen: Any) -> Any:
        """The images at these positions, or of a slice, uint8."""
        if isinstance(chosen, slice):
            chosen = tf.range(chosen.start, chosen.stop)
        pixels = tf.numpy_function(self._fetch, [chosen], tf.uint8)
        pixels.set_shape((None, *self._shape))
        return pixels

    def fed(self, pixels: Any) -> Any:
        """Such images, as float32 in the range that the network is fed."""
        return _scaled(pixels, self._factor)


def _held(pixels: Pixels, range_name: str) -> _InMemory | _Fetched:
    factor = pixel_factor(range_name)
    if isinstance(pixels, StoredPixels):
        return _Fetched(pixels, factor)
    return _InMemory(pixels, factor)
