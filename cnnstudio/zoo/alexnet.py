"""AlexNet as it was, and the form for grey pictures that the courses use. Krizhevsky et al. 2012. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify, dense_end, drop
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import (
    classes_parameter,
    dense_parameter,
    dropout_parameter,
    shape_parameter,
)


def alexnet(args: Arguments) -> Network:
    """With local response normalisation: 62,378,344 parameters on 224×224×3 with 1000 classes."""
    draft = Draft()
    draft.add("Input", "image", shape=args["input_shape"])
    _features(draft, first_padding=2, response_normalisation=True)
    draft.add("Flatten", "flatten")
    for _ in range(2):
        drop(draft, args, "dropout#")
        draft.add("Dense", "dense#", units=args["units"], activation="relu")
    classify(draft, args)
    return draft.network()


def alexnet_gray(args: Arguments) -> Network:
    """One channel, padding 1 first, no normalisation: 46,764,746 parameters on 224×224×1 with 10 classes."""
    draft = Draft()
    draft.add("Input", "image", shape=args["input_shape"])
    _features(draft, first_padding=1, response_normalisation=False)
    dense_end(draft, args)
    return draft.network()


def _features(draft: Draft, *, first_padding: int, response_normalisation: bool) -> None:
    def shrink() -> None:
        draft.add("MaxPooling2D", "pool#", pool_size=(3, 3), strides=(2, 2))

    def normalise() -> None:
        if response_normalisation:
            draft.add("LocalResponseNormalization", "lrn#", size=5, alpha=1e-4, beta=0.75, k=2.0)

    draft.add(
        "Conv2D",
        "conv#",
        filters=96,
        kernel_size=(11, 11),
        strides=(4, 4),
        padding=first_padding,
        activation="relu",
    )
    normalise()
    shrink()
    draft.add("Conv2D", "conv#", filters=256, kernel_size=(5, 5), padding=2, activation="relu")
    normalise()
    shrink()
    for filters in (384, 384, 256):
        draft.add("Conv2D", "conv#", filters=filters, kernel_size=(3, 3), padding=1, activation="relu")
    shrink()


TEMPLATES = (
    Template(
        name="alexnet",
        title="AlexNet",
        description=Message(
            "The network that won ImageNet in 2012: five convolutions, three large dense layers."
        ),
        parameters=(
            shape_parameter(224, 224, 3),
            classes_parameter(1000),
            dense_parameter(4096),
            dropout_parameter(),
        ),
        network=alexnet,
    ),
    Template(
        name="alexnet-gray",
        title="AlexNet for grey pictures",
        description=Message("AlexNet without response normalisation, for grey pictures and ten classes."),
        parameters=(
            shape_parameter(224, 224, 1),
            classes_parameter(10),
            dense_parameter(4096),
            dropout_parameter(),
        ),
        network=alexnet_gray,
    ),
)
