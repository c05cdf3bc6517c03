"""The context module: a wide view without pooling, by dilated convolutions. Yu & Koltun 2015. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, ChoiceParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify, drop
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import (
    classes_parameter,
    dropout_parameter,
    shape_parameter,
    width_parameter,
)

_DILATIONS = (1, 1, 2, 4, 8, 16, 1)
"""Table 1 of the paper; the receptive field grows 3, 5, 9, 17, 33, 65, 67."""


def dilated_context(args: Arguments) -> Network:
    """1×1 to `width` maps, seven 3×3 convolutions with growing gaps, 1×1: 64·C² kernel values for C maps."""
    draft = Draft()
    width = args.integer("width")
    draft.add("Input", "image", shape=args["input_shape"])
    draft.add("Conv2D", "maps", filters=width, kernel_size=(1, 1), activation="relu")
    for number, dilation in enumerate(_DILATIONS, 1):
        draft.add(
            "Conv2D",
            f"context{number}",
            filters=width,
            kernel_size=(3, 3),
            padding=dilation,
            dilation_rate=(dilation, dilation),
            activation="relu",
        )
    draft.add("Conv2D", f"context{len(_DILATIONS) + 1}", filters=width, kernel_size=(1, 1), activation="relu")
    drop(draft, args)
    if args.text("answer") == "pixels":
        draft.add("Conv2D", "classes", filters=args["classes"], kernel_size=(1, 1))
        draft.add("Softmax", "pixels")
    else:
        draft.add("GlobalAveragePooling2D", "average")
        classify(draft, args)
    return draft.network()


TEMPLATES = (
    Template(
        name="dilated-context",
        title="Dilated context",
        description=Message("Convolutions with growing gaps see 67×67 pixels, and the picture stays sharp."),
        parameters=(
            shape_parameter(64, 64, 3),
            classes_parameter(10),
            width_parameter(21),
            dropout_parameter(0.0),
            ChoiceParam(
                name="answer",
                default="picture",
                choices=("picture", "pixels"),
                help=Message("One class for the whole picture, or one for every pixel, as in the paper."),
            ),
        ),
        network=dilated_context,
    ),
)
