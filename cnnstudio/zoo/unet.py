"""U-Net: down to the meaning, up to every pixel, with bridges between. Ronneberger et al. 2015. Standard library only."""

from __future__ import annotations

from typing import cast

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, ChoiceParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import drop
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import (
    batch_norm_parameter,
    classes_parameter,
    dropout_parameter,
    shape_parameter,
    width_parameter,
)

_LEVELS = 4


def unet(args: Arguments) -> Network:
    """A class for every pixel: 31,030,658 parameters for grey pictures and two classes.

    With padding 'valid', as in the paper, the answer is smaller than the picture and bridges are cropped.
    """
    draft = Draft()
    width = args.integer("width")
    sizes = list(cast("tuple[int, int, int]", args["input_shape"])[:2])
    valid = args.text("padding") == "valid"
    bridges: list[tuple[str, list[int]]] = []
    draft.add("Input", "image", shape=args["input_shape"])
    for level in range(1, _LEVELS + 1):
        sizes = _twice(draft, f"down{level}", width * 2 ** (level - 1), args, sizes)
        bridges.append((draft.last, sizes))
        draft.add("MaxPooling2D", f"pool{level}")
        sizes = [size // 2 for size in sizes]
    sizes = _twice(draft, "bottom_", width * 2**_LEVELS, args, sizes)
    drop(draft, args)
    for level in range(_LEVELS, 0, -1):
        filters = width * 2 ** (level - 1)
        up = draft.add("Conv2DTranspose", f"grow{level}", filters=filters, kernel_size=(2, 2), strides=(2, 2))
        sizes = [2 * size for size in sizes]
        bridge, bridged = bridges[level - 1]
        if valid:
            crops = [(large - small) for large, small in zip(bridged, sizes, strict=True)]
            bridge = draft.add(
                "Cropping2D",
                f"crop{level}",
                after=bridge,
                cropping=tuple((max(0, crop // 2), max(0, crop - crop // 2)) for crop in crops),
            )
        draft.add("Concatenate", f"bridge{level}", after=(bridge, up))
        sizes = _twice(draft, f"up{level}", filters, args, sizes)
    draft.add("Conv2D", "classes", filters=args["classes"], kernel_size=(1, 1))
    draft.add("Softmax", "pixels")
    return draft.network()


def _twice(draft: Draft, name: str, filters: int, args: Arguments, sizes: list[int]) -> list[int]:
    """Two 3×3 convolutions; gives height and width behind them."""
    for letter in "ab":
        normalised = args.flag("batch_norm")
        draft.add(
            "Conv2D",
            f"{name}{letter}",
            filters=filters,
            kernel_size=(3, 3),
            padding="valid" if args.text("padding") == "valid" else 1,
            activation=None if normalised else "relu",
            use_bias=not normalised,
            kernel_initializer="he_normal",
        )
        if normalised:
            draft.add("BatchNormalization", f"{name}{letter}_norm")
            draft.add("ReLU", f"{name}{letter}_relu")
    return [size - 4 for size in sizes] if args.text("padding") == "valid" else sizes


TEMPLATES = (
    Template(
        name="unet",
        title="U-Net",
        description=Message("Says for every pixel what it belongs to: down, up again, and bridges across."),
        parameters=(
            shape_parameter(256, 256, 1),
            classes_parameter(2),
            width_parameter(64),
            batch_norm_parameter(),
            dropout_parameter(),
            ChoiceParam(
                name="padding",
                default="same",
                choices=("same", "valid"),
                help=Message("'same' keeps the size, which must divide by 16. 'valid' is the paper's."),
            ),
        ),
        network=unet,
    ),
)
