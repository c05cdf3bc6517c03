"""Which settings each of Keras's optimizers has besides those that all have. Standard library only."""

from __future__ import annotations

SETTINGS: dict[str, dict[str, float | bool]] = {
    "adam": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False},
    "adamw": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False},
    "sgd": {"momentum": 0.0, "nesterov": False},
    "rmsprop": {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    "nadam": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    "adagrad": {"initial_accumulator_value": 0.1, "epsilon": 1e-7},
    "adadelta": {"rho": 0.95, "epsilon": 1e-7},
    "adamax": {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
    "lion": {"beta_1": 0.9, "beta_2": 0.99},
}
"""Settings and Keras's own values. A setting that is not an optimizer's own is not used by it."""
OPTIMIZERS = tuple(SETTINGS)
