"""MobileNet, version 1: depthwise and 1×1 convolutions in place of full ones. Howard et al. 2017. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify, drop
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import (
    classes_parameter,
    dropout_parameter,
    shape_parameter,
    width_parameter,
)

_BLOCKS = ((2, 1), (4, 2), (4, 1), (8, 2), (8, 1), (16, 2), *((16, 1),) * 5, (32, 2), (32, 1))
"""Table 1 of the paper: filters as a multiple of the first convolution's, and strides."""


def mobilenet_v1(args: Arguments) -> Network:
    """28 layers as in Keras's own: 4,253,864 parameters for 1000 classes."""
    draft = Draft()
    width = args.integer("width")

    def normalise(name: str) -> None:
        draft.add("BatchNormalization", f"{name}_norm")
        draft.add("ReLU", f"{name}_relu", max_value=6.0)

    draft.add("Input", "image", shape=args["input_shape"])
    draft.add(
        "Conv2D",
        "stem_conv",
        filters=width,
        kernel_size=(3, 3),
        strides=(2, 2),
        padding="same",
        use_bias=False,
    )
    normalise("stem")
    for number, (multiple, strides) in enumerate(_BLOCKS, 1):
        draft.add(
            "DepthwiseConv2D",
            f"depth{number}_conv",
            kernel_size=(3, 3),
            strides=(strides, strides),
            padding="same",
            use_bias=False,
        )
        normalise(f"depth{number}")
        draft.add(
            "Conv2D", f"point{number}_conv", filters=width * multiple, kernel_size=(1, 1), use_bias=False
        )
        normalise(f"point{number}")
    draft.add("GlobalAveragePooling2D", "average")
    drop(draft, args)
    classify(draft, args)
    return draft.network()


TEMPLATES = (
    Template(
        name="mobilenet-v1",
        title="MobileNet v1",
        description=Message("Made for phones: a window for each channel, then 1×1 to mix the channels."),
        parameters=(
            shape_parameter(224, 224, 3),
            classes_parameter(1000),
            width_parameter(32),
            dropout_parameter(0.001),
        ),
        network=mobilenet_v1,
    ),
)
