"""VGG: blocks of 3×3 convolutions. Simonyan & Zisserman 2014. Standard library only."""

from __future__ import annotations

from typing import cast

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import dense_end
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import (
    Blocks,
    BlocksParam,
    batch_norm_parameter,
    classes_parameter,
    dense_parameter,
    dropout_parameter,
    shape_parameter,
)

_SMALL: Blocks = ((1, 16), (1, 32), (2, 64), (2, 128), (2, 128))
_FILTERS = (64, 128, 256, 512, 512)
_DEPTHS = {
    11: (1, 1, 2, 2, 2),
    13: (2, 2, 2, 2, 2),
    16: (2, 2, 3, 3, 3),
    19: (2, 2, 4, 4, 4),
}


def vgg(args: Arguments) -> Network:
    """Blocks of `[convolutions, filters]`, each ending in max pooling, then three dense layers."""
    draft = Draft()
    draft.add("Input", "image", shape=args["input_shape"])
    for block, (convolutions, filters) in enumerate(cast("Blocks", args["blocks"]), 1):
        for number in range(1, convolutions + 1):
            normalised = args.flag("batch_norm")
            draft.add(
                "Conv2D",
                f"conv{block}_{number}",
                filters=filters,
                kernel_size=(3, 3),
                padding=1,
                activation=None if normalised else "relu",
            )
            if normalised:
                draft.add("BatchNormalization", f"norm{block}_{number}")
                draft.add("ReLU", f"relu{block}_{number}")
        draft.add("MaxPooling2D", f"pool{block}")
    dense_end(draft, args)
    return draft.network()


def _template(
    name: str, title: str, description: Message, blocks: Blocks, shape: tuple[int, ...], classes: int
) -> Template:
    return Template(
        name=name,
        title=title,
        description=description,
        parameters=(
            shape_parameter(*shape),
            classes_parameter(classes),
            BlocksParam(
                name="blocks",
                default=blocks,
                help=Message("Per block: how many convolutions, and how many filters."),
            ),
            batch_norm_parameter(),
            dense_parameter(4096),
            dropout_parameter(),
        ),
        network=vgg,
    )


TEMPLATES = (
    _template(
        "vgg",
        "VGG, small",
        Message("Any list of blocks of 3×3 convolutions; by default the small VGG for grey pictures."),
        _SMALL,
        (224, 224, 1),
        10,
    ),
    *(
        _template(
            f"vgg{layers}",
            f"VGG-{layers}",
            Message(
                "{layers} weighted layers: blocks of 3×3 convolutions and three large dense layers.",
                layers=layers,
            ),
            tuple(zip(depths, _FILTERS, strict=True)),
            (224, 224, 3),
            1000,
        )
        for layers, depths in _DEPTHS.items()
    ),
)
