"""Network in network: 1×1 convolutions in place of dense layers. Lin et al. 2013. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import drop
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import classes_parameter, dropout_parameter, shape_parameter


def nin(args: Arguments) -> Network:
    """Four blocks of one convolution and two 1×1 convolutions, then the average of each class's map.

    The layers of Zhang, Lipton, Li & Smola, Dive into Deep Learning, section 8.3; the paper's own networks are for
    pictures of 32×32. 1,992,166 parameters for grey pictures and ten classes.
    """
    draft = Draft()

    def block(number: int, filters: object, kernel: int, *, strides: int = 1, padding: int = 0) -> None:
        draft.add(
            "Conv2D",
            f"conv{number}",
            filters=filters,
            kernel_size=(kernel, kernel),
            strides=(strides, strides),
            padding=padding,
            activation="relu",
        )
        for letter in "ab":
            draft.add(
                "Conv2D", f"mix{number}{letter}", filters=filters, kernel_size=(1, 1), activation="relu"
            )

    draft.add("Input", "image", shape=args["input_shape"])
    block(1, 96, 11, strides=4)
    draft.add("MaxPooling2D", "pool#", pool_size=(3, 3), strides=(2, 2))
    block(2, 256, 5, padding=2)
    draft.add("MaxPooling2D", "pool#", pool_size=(3, 3), strides=(2, 2))
    block(3, 384, 3, padding=1)
    draft.add("MaxPooling2D", "pool#", pool_size=(3, 3), strides=(2, 2))
    drop(draft, args)
    block(4, args["classes"], 3, padding=1)
    draft.add("GlobalAveragePooling2D", "average")
    draft.add("Softmax", "classes")
    return draft.network()


TEMPLATES = (
    Template(
        name="nin",
        title="Network in network",
        description=Message(
            "1×1 convolutions mix the channels and a global average takes the place of dense layers."
        ),
        parameters=(shape_parameter(224, 224, 1), classes_parameter(10), dropout_parameter()),
        network=nin,
    ),
)
