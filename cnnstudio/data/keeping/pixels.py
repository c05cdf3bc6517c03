"""Images that are not held in memory: rows of a mapped file, or files that are decoded whenever they are wanted.

Both are read by `take`, from any thread, and give the same bytes as images in memory.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


class StoredPixels(ABC):
    """Decoded images, uint8 of one shape, in some order; like an array, but fetched in parts."""

    def __init__(self, rows: NDArray[np.int64], image_shape: tuple[int, int, int]) -> None:
        self._rows = rows
        self.image_shape = image_shape

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Images, height, width, channels."""
        return len(self._rows), *self.image_shape

    @property
    @abstractmethod
    def parallel(self) -> int:
        """How many batches are best fetched at once."""

    @abstractmethod
    def _fetch(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The images in these rows of the store."""

    @abstractmethod
    def _of_rows(self, rows: NDArray[np.int64]) -> Self:
        """The same store, with other rows of it."""

    def take(self, which: NDArray[Any]) -> NDArray[np.uint8]:
        """The images at these positions, shape (positions, height, width, channels)."""
        return self._fetch(self._rows[which])

    def part(self, where: slice) -> Self:
        """Some of them, without fetching any."""
        return self._of_rows(self._rows[where])

    def joined(self, others: Sequence[StoredPixels]) -> Self:
        """These and others of the same store, one after the other, without fetching any."""
        return self._of_rows(np.concatenate([self._rows, *(other._rows for other in others)]))


class MappedPixels(StoredPixels):
    """Rows of a file that is mapped into memory: the system keeps of it what there is room for."""

    def __init__(self, images: NDArray[np.uint8], rows: NDArray[np.int64]) -> None:
        height, width, channels = images.shape[1:]
        super().__init__(rows, (height, width, channels))
        self._images = images

    @property
    def parallel(self) -> int:
        return 2

    def _fetch(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        return self._images[rows]

    def _of_rows(self, rows: NDArray[np.int64]) -> Self:
        return type(self)(self._images, rows)


class DecodedPixels(StoredPixels):
    """Images that `decode(row)` makes anew each time."""

    def __init__(
        self,
        decode: Callable[[int], NDArray[np.uint8]],
        image_shape: tuple[int, int, int],
        rows: NDArray[np.int64],
        parallel: int,
    ) -> None:
        super().__init__(rows, image_shape)
        self._decode = decode
        self._parallel = parallel
        self.failures: list[Exception] = []
        """What `decode` raised; shared by all parts."""

    @property
    def parallel(self) -> int:
        return self._parallel

    def _fetch(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        pixels = np.empty((len(rows), *self.image_shape), np.uint8)
        for position, row in enumerate(rows.tolist()):
            try:
                pixels[position] = self._decode(row)
            except Exception as error:
                self.failures.append(error)
                raise
        return pixels

    def _of_rows(self, rows: NDArray[np.int64]) -> Self:
        part = type(self)(self._decode, self.image_shape, rows, self._parallel)
        part.failures = self.failures
        return part
