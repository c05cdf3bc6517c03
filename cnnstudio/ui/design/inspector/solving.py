"""What “same” padding means to whom. No Qt. For solving see `cnnstudio.layers.solve`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnstudio.core.spec import WindowSum


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
