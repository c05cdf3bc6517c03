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


def toned(values: NDArray[Any], showing: Showing) -> NDArray[np.uint8]:
    """Pixels of the same shape, 0 to 255."""
    if showing == "clipped":
        pixels = np.rint(values)
    elif showing == "absolute":
        pixels = np.abs(values)
        pixels *= 255 / limit_of(values)
        np.rint(pixels, out=pixels)
    else:
        pixels = values * (127.5 / limit_of(values))
        pixels += 127.5
        np.rint(pixels, out=pixels)
    result: NDArray[np.uint8] = np.clip(pixels, 0, 255).astype(np.uint8)
    return result


def showing_for(total: float) -> Showing:
    """What suits a kernel: one whose numbers add up to 0 gives values on both sides of zero."""
    return "signed" if total == 0 else "clipped"
