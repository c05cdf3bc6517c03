"""A kernel laid over a picture or a signal, place by place: what comes out, how large it is, and the sum of one value.

A signal is a picture of one row. Every channel is filtered by itself, as FixedFilter2D does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.parameters import Pads
from cnnstudio.core.spec import Formula
from cnnstudio.data.lab.kernel import Kernel, name_of
from cnnstudio.layers.padding import resolved_pads
from cnnstudio.layers.window import Window

Padding = Literal["valid", "same", "full"]
Floats = NDArray[np.floating[Any]]

_VALUES_AT_ONCE = 32768
"""So many output values stay in the processor's cache while every number of the kernel is added to them."""


@dataclass(frozen=True, slots=True)
class Term:
    """One product of a sum: a number of the kernel, and the value under it, 0 outside the picture."""

    weight: Fraction
    value: float
    row: int
    column: int
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtering:
    """What is done to a picture. `flip` makes the cross-correlation a convolution: the kernel is turned by 180°."""

    kernel: Kernel
    stride: int = 1
    dilation: int = 1
    padding: Padding = "same"
    flip: bool = False

    @property
    def laid(self) -> Kernel:
        """The kernel as it is laid over the picture."""
        return self.kernel.flipped() if self.flip else self.kernel

    @property
    def reach(self) -> tuple[int, int]:
        """Height and width of the window, gaps counted."""
        down, across = self._window(self.padding).effective_kernel
        return down, across

    def pads(self, height: int, width: int) -> Pads:
        """Zeros before and after, along height and along width. Raises ShapeError."""
        return resolved_pads("FixedFilter2D", self._window(self.padding), (height, width))

    def output(self, height: int, width: int) -> tuple[int, int]:
        """Height and width of what comes out. Raises ShapeError when the window is larger than the padded picture."""
        down, across = self._resolved(height, width).output((height, width))
        assert down is not None
        assert across is not None
        return down, across

    def formula(self, height: int, width: int) -> tuple[Formula, ...]:
        """One line per axis, as `floor((28 - 3 + 2*1) / 1) + 1 = 28`. Raises ShapeError."""
        return self._resolved(height, width).formula((height, width))

    def corner(self, row: int, column: int, height: int, width: int) -> tuple[int, int]:
        """The input pixel under the window's first number for an output value; negative in the padding."""
        (above, _), (left, _) = self.pads(height, width)
        return row * self.stride - above, column * self.stride - left

    def apply(self, picture: NDArray[Any]) -> Floats:
        """What comes out of `picture`, shape (height, width) or (height, width, channels): float32, or float64 of float64.

        Raises ShapeError when the window is larger than the padded picture.
        """
        height, width = picture.shape[:2]
        (above, below), (left, right) = self.pads(height, width)
        rows, columns = self.output(height, width)
        kind = picture.dtype if picture.dtype == np.float64 else np.dtype(np.float32)
        padded = np.zeros((above + height + below, left + width + right, *picture.shape[2:]), kind)
        padded[above : above + height, left : left + width] = picture
        found = np.zeros((rows, columns, *picture.shape[2:]), kind)
        at_once = max(_VALUES_AT_ONCE // max(found[0].size, 1), 1)
        product = np.empty_like(found[:at_once])
        for first in range(0, rows, at_once):
            into = found[first : first + at_once]
            self._add_products(into, product[: len(into)], padded[first * self.stride :])
        if self.kernel.factor != 1:
            found *= float(self.kernel.factor)
        return found

    def terms(self, picture: NDArray[Any], row: int, column: int) -> tuple[tuple[Term, ...], ...]:
        """The products, row by row of the kernel and without its factor, whose sum is one output value.

        `picture`: shape (height, width).
        """
        height, width = picture.shape
        top, left = self.corner(row, column, height, width)
        found = []
        for down, weights in enumerate(self.laid.rows):
            line = []
            for across, weight in enumerate(weights):
                y, x = top + down * self.dilation, left + across * self.dilation
                inside = 0 <= y < height and 0 <= x < width
                line.append(Term(weight, float(picture[y, x]) if inside else 0.0, y, x, inside))
            found.append(tuple(line))
        return tuple(found)

    def layer_params(self) -> dict[str, object]:
        """The parameters of a FixedFilter2D that does the same: it neither flips nor dilates."""
        kernel = self.laid.dilated(self.dilation)
        name = name_of(kernel)
        params: dict[str, object] = {"filter": name or "own"}
        if name is None:
            params["kernel"] = kernel.text()
        if self.stride > 1:
            params["strides"] = (self.stride, self.stride)
        if self.padding != "same":
            params["padding"] = self.padding
        return params

    def _add_products(self, into: Floats, product: Floats, padded: Floats) -> None:
        """Values under equal numbers are added up before they are multiplied: most kernels have few different ones."""
        rows, columns = into.shape[:2]
        step = self.stride
        for weight, places in self._places_by_weight().items():
            for number, (y, x) in enumerate(places):
                seen = padded[y : y + (rows - 1) * step + 1 : step, x : x + (columns - 1) * step + 1 : step]
                if weight == 1:
                    into += seen
                elif len(places) == 1:
                    np.multiply(seen, into.dtype.type(weight), out=product)
                elif number == 0:
                    np.copyto(product, seen)
                else:
                    product += seen
            if weight != 1:
                if len(places) > 1:
                    product *= into.dtype.type(weight)
                into += product

    def _places_by_weight(self) -> dict[Fraction, list[tuple[int, int]]]:
        """Every number of the kernel but 0, and where it stands, gaps counted."""
        found: dict[Fraction, list[tuple[int, int]]] = {}
        for down, weights in enumerate(self.laid.rows):
            for across, weight in enumerate(weights):
                if weight:
                    found.setdefault(weight, []).append((down * self.dilation, across * self.dilation))
        return found

    def _resolved(self, height: int, width: int) -> Window:
        """With the zeros in numbers, so that the formula shows them."""
        return self._window(self.pads(height, width))

    def _window(self, padding: Padding | Pads) -> Window:
        return Window(
            kernel=self.kernel.size,
            strides=(self.stride, self.stride),
            dilation=(self.dilation, self.dilation),
            padding=padding,
            param="kernel",
        )
