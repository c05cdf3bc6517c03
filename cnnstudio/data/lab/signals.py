"""Signals and kernels of one axis to begin with."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

LENGTH = 16
_NOISE_SEED = 7

ROW_KERNELS: dict[str, tuple[Fraction, ...]] = {
    "decay": (Fraction(1), Fraction(1, 2), Fraction(1, 4)),
    "mean": (Fraction(1, 3),) * 3,
    "difference": (Fraction(1), Fraction(-1)),
    "curvature": (Fraction(1), Fraction(-2), Fraction(1)),
}
"""By name: an echo that fades, the moving average, the first and the second difference."""


def signal(name: str) -> tuple[Fraction, ...]:
    """`impulse`, `step`, `ramp` or `noise` (always the same, of tenths): 16 values. Raises KeyError."""
    return _SIGNALS[name]


def _noise() -> tuple[Fraction, ...]:
    drawn = np.random.default_rng(_NOISE_SEED).normal(0, 6, LENGTH)
    return tuple(Fraction(round(float(value)), 10) for value in drawn)


_SIGNALS: dict[str, tuple[Fraction, ...]] = {
    "impulse": tuple(Fraction(int(place == 4)) for place in range(LENGTH)),
    "step": tuple(Fraction(int(place >= 6)) for place in range(LENGTH)),
    "ramp": tuple(Fraction(max(0, min(place - 3, 8)), 8) for place in range(LENGTH)),
    "noise": _noise(),
}
SIGNALS = tuple(_SIGNALS)
