"""One layer's values put in order for looking at them and for copying: channels, kernels, lists of numbers. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.ui.understand.layer_rows import as_csv, as_markdown

Values = Mapping[str, Mapping[str, Any]]
"""Of each weight by its name: `values` (None when there are too many), `counts`, `edges`."""
Floats = NDArray[np.float32]

NORMALISATION = {"gamma": 1.0, "beta": 0.0, "moving_mean": 0.0, "moving_variance": 1.0}
"""What batch normalisation holds, and where each begins."""
MOST_COPIED = 200_000
"""Numbers that are put on the clipboard."""
_MOST_IN_MARKDOWN = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernels:
    """The kernels of a convolution as pictures: (kernels, slices, rows, columns).

    Slices are of input channels; `is_depthwise`: kernels are of channels, slices of the multiplier.
    """

    pictures: Floats
    is_depthwise: bool = False

    @property
    def largest(self) -> float:
        """The largest absolute value."""
        finite = self.pictures[np.isfinite(self.pictures)]
        return float(np.abs(finite).max(initial=0.0))

    @classmethod
    def of(cls, layer_type: str, name: str, values: Floats | None) -> Kernels | None:
        """The kernels of a weight of one or two spatial axes, in Keras's layout; None where a weight holds none."""
        convolves = any(part in layer_type for part in ("Conv", "Filter"))
        if values is None or not convolves or "kernel" not in name or values.ndim not in (3, 4):
            return None
        if not values.size:
            return None
        images = values[None] if values.ndim == 3 else values
        depthwise = "Depthwise" in layer_type or "depthwise" in name
        if "Transpose" in layer_type or depthwise:  # (rows, columns, kernels, slices)
            ordered = images.transpose(2, 3, 0, 1)
        else:
            ordered = images.transpose(3, 2, 0, 1)
        return cls(pictures=np.ascontiguousarray(ordered), is_depthwise=depthwise)


def is_normalisation(values: Values) -> bool:
    """Whether the layer keeps a moving mean and variance for each channel."""
    return {"moving_mean", "moving_variance"} <= values.keys()


def channels_of(values: Values) -> dict[str, Floats]:
    """Gamma, beta, moving mean and moving variance as far as the layer has them, each (channels,)."""
    return {
        name: np.asarray(values[name]["values"], np.float32).reshape(-1)
        for name in NORMALISATION
        if name in values and values[name]["values"] is not None
    }


def how_many(values: Values) -> int:
    """How many numbers the layer has; those that were not sent count too."""
    return sum(int(np.sum(weight["counts"])) for weight in values.values())


def values_text(values: Values, *, markdown: bool) -> str | None:
    """All numbers of a layer: a row for each channel of batch normalisation, else for each value with its index.

    None when there are more than the clipboard should hold: 200,000, in Markdown 5,000.
    """
    if any(weight["values"] is None for weight in values.values()):
        return None
    if how_many(values) > (_MOST_IN_MARKDOWN if markdown else MOST_COPIED):
        return None
    head: tuple[str, ...]
    if is_normalisation(values):
        columns = channels_of(values)
        head = ("channel", *columns)
        rows = [
            (str(number + 1), *(f"{column[number]:.9g}" for column in columns.values()))
            for number in range(len(next(iter(columns.values()))))
        ]
        return as_markdown(head, rows, text_columns=0) if markdown else as_csv(head, rows)
    head = ("weight", "index", "value")
    rows = [
        (name, " ".join(str(place) for place in index), f"{value:.9g}")
        for name, weight in values.items()
        for index, value in np.ndenumerate(weight["values"])
    ]
    return as_markdown(head, rows, text_columns=2) if markdown else as_csv(head, rows)
