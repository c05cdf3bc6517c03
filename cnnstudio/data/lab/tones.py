"""Signed values as grey or coloured pixels."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Showing = Literal["signed", "absolute", "clipped"]
"""`signed`: zero is grey, the largest magnitude black or white. `absolute`: zero is black. `clipped`: 0 to 255 as they are."""


def limit_of(values: NDArray[Any]) -> float:
    """The largest magnitude, 1 where all is zero."""
    return float(max(abs(float(values.min())), abs(float(values.max())))) or 1.0


def toned(values: NDArray[Any], showing: Showing, limit: float | None = None) -> NDArray[np.uint8]:
    """Pixels of the same shape, 0 to 255. `limit` is that of the values where it is known already."""
    if limit is None:
        limit = limit_of(values)
    if showing == "clipped":
        pixels = np.clip(values, 0, 255)
        pixels += 0.5  # what is cut off behind the point then is rounded
    elif showing == "absolute":
        pixels = np.abs(values)
        pixels *= 255 / limit
        pixels += 0.5
    else:
        pixels = values * (127.5 / limit)
        pixels += 128
    tones: NDArray[np.uint8] = pixels.astype(np.uint8)
    return tones


def showing_for(total: float) -> Showing:
    """What suits a kernel: one whose numbers add up to 0 gives values on both sides of zero."""
    return "signed" if total == 0 else "clipped"
