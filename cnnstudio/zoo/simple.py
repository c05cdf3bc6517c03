"""The two first networks of the courses: one convolution, and two. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify, drop
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import (
    OneOfParam,
    batch_norm_parameter,
    classes_parameter,
    dense_parameter,
    dropout_parameter,
    shape_parameter,
    width_parameter,
)


def simple_cnn(args: Arguments) -> Network:
    """One convolution and one dense layer: 125,610 parameters on 28×28×1."""
    draft = Draft()
    draft.add("Input", "image", shape=args["input_shape"])
    draft.add("Conv2D", "conv1", filters=args["width"], kernel_size=(3, 3), padding=1)
    draft.add("ReLU", "relu1")
    draft.add("Flatten", "flatten")
    classify(draft, args)
    return draft.network()


def two_conv_cnn(args: Arguments) -> Network:
    """Two convolutions, each with max pooling, and two dense layers.

    The lecture notes leave the sizes of the dense layers open. With windows of 5×5 and 512 units it is the network of
    McMahan et al. 2017, 1,663,370 parameters; as it opens it has 421,642.
    """
    draft = Draft()
    draft.add("Input", "image", shape=args["input_shape"])
    width, normalised = args.integer("width"), args.flag("batch_norm")
    kernel = args.integer("kernel_size")
    for filters in (width, 2 * width):
        draft.add(
            "Conv2D",
            "conv#",
            filters=filters,
            kernel_size=(kernel, kernel),
            padding=kernel // 2,
            activation=None if normalised else "relu",
        )
        if normalised:
            draft.add("BatchNormalization", "norm#")
            draft.add("ReLU", "relu#")
        draft.add("MaxPooling2D", "pool#")
    draft.add("Flatten", "flatten")
    draft.add("Dense", "dense1", units=args["units"], activation="relu")
    drop(draft, args)
    classify(draft, args)
    return draft.network()


TEMPLATES = (
    Template(
        name="simple-cnn",
        title="Simple CNN",
        description=Message(
            "One convolution, ReLU and one dense layer: the smallest network that sees shapes."
        ),
        parameters=(shape_parameter(28, 28, 1), classes_parameter(10), width_parameter(16)),
        network=simple_cnn,
    ),
    Template(
        name="two-conv-cnn",
        title="CNN with two convolutions",
        description=Message(
            "Two convolutions with max pooling and two dense layers: a good start for small pictures."
        ),
        parameters=(
            shape_parameter(28, 28, 1),
            classes_parameter(10),
            width_parameter(32),
            OneOfParam(
                name="kernel_size",
                default=3,
                choices=(3, 5),
                help=Message("Height and width of both convolutions' windows."),
            ),
            batch_norm_parameter(),
            dense_parameter(128),
            dropout_parameter(0.0),
        ),
        network=two_conv_cnn,
    ),
)
