"""Which kernel, stride or padding gives a wanted output size. No Qt.

`W_out = floor((W - K_eff + P_before + P_after) / S) + 1`; Dumoulin & Visin 2016, "A guide to convolution arithmetic".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cnnstudio.core.spec import WindowSum

Unknown = Literal["K", "S", "P"]

LARGEST_SEARCH = 4096
"""Candidates tried per unknown; sizes beyond it are no longer images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """`values`: all that give the wanted size, smallest first. `nearest`: outputs next to it that can be had."""

    values: tuple[int, ...]
    nearest: tuple[int, ...] = ()


def output_of(window: WindowSum) -> int | None:
    """The output size of these numbers by the formula; None when the window does not fit."""
    room = window.size + window.pad_before + window.pad_after - window.effective_kernel
    return room // window.strides + 1 if room >= 0 else None


def with_value(window: WindowSum, unknown: Unknown, value: int) -> WindowSum:
    """The same sum with another K, S or (on both sides) P."""
    if unknown == "K":
        return replace(window, kernel=value)
    if unknown == "S":
        return replace(window, strides=value)
    return replace(window, pad_before=value, pad_after=value)


def solve(window: WindowSum, unknown: Unknown, wanted: int) -> Solution:
    """All values of `unknown` for which the output is `wanted`, everything else staying as it is."""
    padded = window.size + window.pad_before + window.pad_after
    ranges = {
        "K": range(1, (padded - 1) // window.dilation + 2),
        "S": range(1, max(2, padded + 1)),
        "P": range(max(1, (wanted * window.strides + window.effective_kernel) // 2 + 2)),
    }
    outputs: dict[int, int] = {}
    for value in ranges[unknown][:LARGEST_SEARCH]:
        output = output_of(with_value(window, unknown, value))
        if output is not None:
            outputs[value] = output
    values = tuple(value for value, output in outputs.items() if output == wanted)
    if values:
        return Solution(values=values)
    possible = set(outputs.values())
    below = max((output for output in possible if output < wanted), default=None)
    above = min((output for output in possible if output > wanted), default=None)
    return Solution(values=(), nearest=tuple(size for size in (below, above) if size is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePadding:
    """What Keras's `same` and the lecture's P = (K_eff - 1) / 2 do on one axis."""

    keras_before: int
    keras_after: int
    keras_output: int
    lecture_pad: int
    lecture_output: int | None

    @property
    def differ(self) -> bool:
        """Whether the two pad differently, so that their windows lie on different pixels."""
        return (self.keras_before, self.keras_after) != (self.lecture_pad, self.lecture_pad)


def same_padding(window: WindowSum) -> SamePadding:
    """Both meanings of "same" for the window's W, K, D and S; TensorFlow puts the odd pixel after."""
    keras_output = -(-window.size // window.strides)
    total = max(0, (keras_output - 1) * window.strides + window.effective_kernel - window.size)
    pad = (window.effective_kernel - 1) // 2
    return SamePadding(
        keras_before=total // 2,
        keras_after=total - total // 2,
        keras_output=keras_output,
        lecture_pad=pad,
        lecture_output=output_of(replace(window, pad_before=pad, pad_after=pad)),
    )
