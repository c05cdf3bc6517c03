"""Values in a Keras layer's configuration: Keras's short words for objects, and keys that may be left out.

Standard library only; nothing of a configuration is executed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_WITHOUT_EFFECT = {
    "autocast", "batch_input_shape", "batch_shape", "batch_size", "build_config", "build_input_shape",
    "data_format", "dtype", "mask", "mask_value", "name", "optional", "ragged", "seed", "sparse", "trainable",
}  # fmt: skip
"""Keys that change neither shapes nor arithmetic in inference, or are read elsewhere here."""
_NEUTRAL: Mapping[str, tuple[object, ...]] = {
    "dilation_rate": (1, [1], [1, 1], [1, 1, 1]), "fill_value": (0,), "fused": (True,), "groups": (1,),
    "interpolation": ("bilinear",), "output_padding": (0,), "value_range": ([0, 255],),
}  # fmt: skip
"""Keys with the values that Keras would have used anyway."""


def is_harmless(key: str, value: object) -> bool:
    """Whether leaving a key out that the catalogue does not have changes nothing in the trained network."""
    if (
        key in _WITHOUT_EFFECT
        or key.startswith("renorm_")
        or value is None
        or value is False
        or value in ("", [], {})
    ):
        return True
    if key.endswith("_initializer"):
        return True
    return key in _NEUTRAL and value in _NEUTRAL[key]


def word_of(value: Mapping[str, Any]) -> str | None:
    """Keras's short word for a serialised object: GlorotUniform is `glorot_uniform`, relu is `relu`."""
    kind, config = value.get("class_name"), value.get("config")
    if kind == "function":
        return config if isinstance(config, str) else None
    if not isinstance(kind, str) or (value.get("registered_name") or kind) != kind:
        return None
    if kind in ("L1", "L2", "L1L2"):
        return {"L1": "l1", "L2": "l2", "L1L2": "l1_l2"}[kind]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()


def has_usual_settings(value: Mapping[str, Any]) -> bool:
    """Whether a serialised object is what its short word stands for: nothing but the usual arguments."""
    config = value.get("config")
    if not isinstance(config, dict):
        return True
    usual = {"l1": 0.01, "l2": 0.01, "seed": None, "mean": 0.0, "stddev": 0.05, "minval": -0.05, "maxval": 0.05,
             "gain": 1.0, "scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal", "value": 0.0,
             "max_value": 2, "min_value": 0.0, "rate": 1.0, "axis": 0}  # fmt: skip
    for key, setting in config.items():
        if key == "seed" or setting is None:
            continue
        if key in ("l1", "l2") and isinstance(setting, (int, float)):
            if abs(setting - 0.01) > 1e-9:
                return False
        elif setting != usual.get(key, setting):
            return False
    return True
