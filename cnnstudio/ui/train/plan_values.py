"""The plan's numbers as text and back. No Qt."""

from __future__ import annotations

import math

WHOLE = frozenset({"batch_size", "epochs", "seed", "warmup_epochs", "decay_epochs", "stopping_patience"})
OPTIONAL = frozenset(
    {
        "beta_1",
        "beta_2",
        "epsilon",
        "rho",
        "initial_accumulator_value",
        "clipnorm",
        "global_clipnorm",
        "clipvalue",
    }
)
"""May be empty: Keras's own value, or none."""
_FROM_ZERO = frozenset({"seed", "warmup_epochs", "stopping_patience"})
_SHARES = frozenset({"momentum", "decay_factor", "label_smoothing"})


def parsed(name: str, text: str) -> int | float | None:
    """The number that was typed; None when it is none."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    if not math.isfinite(value) or (name in WHOLE and not value.is_integer()):
        return None
    return int(value) if name in WHOLE else value


def is_empty(name: str, text: str) -> bool:
    """Whether the field is left to its default."""
    return name in OPTIONAL and not text.strip()


def text_of(value: object) -> str:
    """A value as the field shows it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}" if value == 0 or abs(value) >= 1e-4 else f"{value:.3g}"
    return str(value)


def stepped(name: str, value: float, steps: int) -> int | float:
    """The next value up or down that one would try."""
    up = steps > 0
    if name == "batch_size":
        return max(1, round(value * 2.0 ** (1 if up else -1)))
    if name in WHOLE:
        return max(0 if name in _FROM_ZERO else 1, int(value) + steps)
    if name in _SHARES:
        low = 0.05 if name == "decay_factor" else 0.0
        return min(max(round(value + 0.05 * (1 if up else -1), 4), low), 0.99)
    if name in ("beta_1", "beta_2", "rho", "ema_momentum"):
        return _next_share(value, up=up)
    return next_rate(float(value), up=up)


def next_rate(value: float, *, up: bool) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    if value <= 0:
        return 1e-4 if up else 0.0
    steps = [factor * 10.0**power for power in range(-9, 3) for factor in (1, 2, 5)]
    if up:
        return float(f"{next((step for step in steps if step > value * 1.0001), value):.3g}")
    return float(f"{next((step for step in reversed(steps) if step < value * 0.9999), value):.3g}")


def _next_share(value: float, *, up: bool) -> float:
    """Nearer to one, or farther from it: 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995 …"""
    away = next_rate(1.0 - value, up=not up)
    return round(1.0 - min(away, 1.0), 6)
