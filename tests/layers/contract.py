"""What the project file rules out though Keras lets it pass: values that mean nothing, each with what Keras makes of it."""

from __future__ import annotations

from typing import Any

from tests.layers.stand_ins import Params, refuse

FLAGS = (
    "antialias",
    "ceil_mode",
    "center",
    "count_include_pad",
    "crop_to_aspect_ratio",
    "invert",
    "keepdims",
    "modulated",
    "normalize",
    "pad_to_aspect_ratio",
    "scale",
    "self_loops",
    "trainable",
    "use_bias",
)
"""Keras takes any value for a flag: -7 is true, 0 is false."""
NO_FLAGS = {("Rescaling", "scale"), ("GraphConvolution", "normalize")}
WORDS = {
    "interpolation": ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"),
    "mode": ("horizontal", "vertical", "horizontal_and_vertical"),
}
"""Keras looks for these words when it runs: it fails then, or, of RandomFlip's `mode`, flips nothing and is silent."""
PICTURES = (
    "CenterCrop",
    "RandomBrightness",
    "RandomContrast",
    "RandomCrop",
    "RandomErasing",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "Resizing",
)


def refuse_nonsense(kind: str, params: Params) -> None:
    """Raises RefusalError for a value that Keras takes and that the project file does not."""
    for name, value in params.items():
        if name in FLAGS and (kind, name) not in NO_FLAGS:
            refuse(not isinstance(value, bool), f"{name} is no flag")
        if name in WORDS:
            refuse(value not in WORDS[name], f"{name} is none of its words")
    if kind == "Normalization":
        refuse(any(number < 0 for number in _listed(params.get("variance"))), "its square root is no number")
    if kind.endswith("Normalization"):
        refuse(any(number < 0 for number in _listed(params.get("epsilon"))), "its square root is no number")
        refuse(any(not 0 <= number <= 1 for number in _listed(params.get("momentum"))), "it is a share")
    if kind == "PReLU":  # Keras shares the last axis then
        refuse(0 in _listed(params.get("shared_axes")), "the batch is no axis of the image")
    if kind == "Reshape":  # Keras takes a text for as many sizes as it has letters
        refuse(isinstance(params["target_shape"], str), "text is no shape")
        refuse(params["target_shape"] == [], "a shape has an axis")


def refuse_inputs(kind: str, params: Params, ranks: list[int]) -> None:
    """Raises RefusalError for inputs, of so many axes with the batch's, that Keras takes for something else."""
    if kind == "Dot":  # Keras wraps -7 round as often as it takes
        axes = _listed(params.get("axes", -1))
        both = axes if len(axes) == 2 else axes * 2
        refuse(any(not -rank <= axis < rank for axis, rank in zip(both, ranks, strict=False)), "no such axis")
    for axis in _listed(params.get("axis")) + _listed(params.get("axes")):
        refuse(axis == 0 or -axis in ranks, "images of one batch have nothing to do with each other")
    if kind in PICTURES:
        refuse(ranks[0] == 3, "a batch of tables would be one picture")


def _listed(value: Any) -> list[float]:
    """The numbers of a value that is a number or several; what is no number is left for Keras to refuse."""
    values = value if isinstance(value, list) else [value]
    return [number for number in values if isinstance(number, (int, float)) and not isinstance(number, bool)]
