"""Keras's activations of one number as plain functions, for drawing their graphs. Standard library only.

Compared with Keras itself in the tests. `softmax`, `log_softmax` and `sparsemax` need a whole vector and are not here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

Curve = Callable[[float], float]

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805
"""Klambauer et al. 2017."""


def relu(*, slope: float = 0.0, top: float | None = None, threshold: float = 0.0) -> Curve:
    """Keras's ReLU: `slope * (x - threshold)` up to the threshold, x above it, at most `top`."""

    def curve(x: float) -> float:
        if top is not None and x >= top:
            return top
        return x if x > threshold else slope * (x - threshold)

    return curve


def elu(alpha: float = 1.0) -> Curve:
    """X above zero, `alpha * (exp(x) - 1)` below."""
    return lambda x: x if x > 0 else alpha * math.expm1(x)


def _sigmoid(x: float) -> float:
    return 0.5 * (1.0 + math.tanh(x / 2))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _hard_sigmoid(x: float) -> float:
    return min(max(x / 6 + 0.5, 0.0), 1.0)


def _sparse_plus(x: float) -> float:
    if x <= -1:
        return 0.0
    return x if x >= 1 else (x + 1) ** 2 / 4


ACTIVATION_CURVES: Mapping[str, Curve] = MappingProxyType(
    {
        "linear": lambda x: x,
        "relu": relu(),
        "leaky_relu": relu(slope=0.2),
        "relu6": relu(top=6.0),
        "elu": elu(),
        "selu": lambda x: _SELU_SCALE * elu(_SELU_ALPHA)(x),
        "celu": elu(),
        "gelu": lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))),
        "silu": lambda x: x * _sigmoid(x),
        "mish": lambda x: x * math.tanh(_softplus(x)),
        "sigmoid": _sigmoid,
        "tanh": math.tanh,
        "log_sigmoid": lambda x: -_softplus(-x),
        "softplus": _softplus,
        "softsign": lambda x: x / (1 + abs(x)),
        "squareplus": lambda x: (x + math.sqrt(x * x + 4)) / 2,
        "exponential": math.exp,
        "hard_sigmoid": _hard_sigmoid,
        "hard_silu": lambda x: x * _hard_sigmoid(x),
        "hard_tanh": lambda x: min(max(x, -1.0), 1.0),
        "hard_shrink": lambda x: x if abs(x) > 0.5 else 0.0,
        "soft_shrink": lambda x: math.copysign(max(abs(x) - 0.5, 0.0), x),
        "tanh_shrink": lambda x: x - math.tanh(x),
        "sparse_plus": _sparse_plus,
        "sparse_sigmoid": lambda x: min(max((x + 1) / 2, 0.0), 1.0),
    }
)
"""By Keras's name, with Keras's default numbers."""
