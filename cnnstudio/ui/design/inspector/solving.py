"""Which kernel, stride or padding gives a wanted output size, and what “same” means to whom. No Qt.

Solving asks the layer itself for every candidate, so the answer holds for every padding mode, for dilation, for
pooling whose stride follows its window, and for transposed convolution.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import LayerSpec, Shapes, WindowSum

MOST_CANDIDATES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """`values`: all that give the wanted size, smallest first. `nearest`: outputs next to it that can be had."""

    values: tuple[int, ...]
    nearest: tuple[int, ...] = ()


def solve(spec: LayerSpec, inputs: Shapes, params: Params, name: str, *, axis: int, wanted: int) -> Solution:
    """All values of the size or padding parameter `name`, alike on all axes, for which `axis` becomes `wanted`.

    Values that a layer refuses are no solutions. At most `MOST_CANDIDATES` are tried.
    """
    outputs: dict[int, int] = {}
    lowest = 0 if name == "padding" else 1
    for value in range(lowest, lowest + MOST_CANDIDATES):
        try:
            shape = spec.output_shape(inputs, spec.arguments(params.with_value(name, value)))
        except ShapeError:
            continue
        size = shape[axis]
        if size is not None:
            outputs[value] = size
    values = tuple(value for value, size in outputs.items() if size == wanted)
    if values:
        return Solution(values=values)
    possible = set(outputs.values())
    below = max((size for size in possible if size < wanted), default=None)
    above = min((size for size in possible if size > wanted), default=None)
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


def output_of(window: WindowSum) -> int | None:
    """floor((W - K_eff + P_before + P_after) / S) + 1; None when the window does not fit."""
    room = window.size + window.pad_before + window.pad_after - window.effective_kernel
    return room // window.strides + 1 if room >= 0 else None


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
