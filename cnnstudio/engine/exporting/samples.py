"""Images to compare an exported file with: real ones of the run's data where they are there, else noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnstudio.data.decode import decode
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import reader_for
from cnnstudio.engine.exporting.format import Arrays
from cnnstudio.engine.pixels import pixel_factor

_MOST_TRIES = 64


def real_images(
    path: Path, settings: DataSettings, shape: tuple[int, int, int], *, pixels: str, count: int = 16
) -> Arrays:
    """Up to `count` images spread over a data folder or file, as the network is fed; empty when there are none."""
    try:
        listing = reader_for(path, settings).listing(path, settings)
    except DataError:
        return []
    height, width, channels = shape
    found: list[NDArray[np.uint8]] = []
    step = max(1, len(listing.files) // count)
    for file in listing.files[::step][:_MOST_TRIES]:
        if len(found) == count:
            break
        try:
            found.append(
                decode(
                    listing.root / file.path,
                    height=height,
                    width=width,
                    channels=channels,
                    resize=settings.resize,
                )
            )
        except (DataError, OSError):
            continue
    if not found:
        return []
    return [np.stack(found).astype(np.float32) * np.float32(pixel_factor(pixels))]


def noise(shapes: list[tuple[int | None, ...]], *, pixels: str, count: int = 8) -> Arrays:
    """Random inputs for shapes without the batch axis; unknown sizes are 32."""
    random = np.random.default_rng(1337)
    highest = 255.0 * pixel_factor(pixels)
    return [
        random.uniform(0, highest, (count, *(size or 32 for size in shape))).astype(np.float32)
        for shape in shapes
    ]
