"""LeNet-5 in the forms the courses use. LeCun et al. 1998. Standard library only."""

from __future__ import annotations

from typing import Any

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, BoolParam, PaddingParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import classes_parameter, shape_parameter


def lenet5(args: Arguments) -> Network:
    """Two convolutions, two poolings, three dense layers, ReLU: 44,426 parameters on 28×28×1."""
    draft = Draft()
    draft.add("Input", "image", shape=args["input_shape"])
    draft.add("Conv2D", "conv#", filters=6, kernel_size=(5, 5), padding=args["padding"], activation="relu")
    draft.add("AveragePooling2D", "pool#")
    draft.add("Conv2D", "conv#", filters=16, kernel_size=(5, 5), activation="relu")
    draft.add("AveragePooling2D", "pool#")
    draft.add("Flatten", "flatten")
    draft.add("Dense", "dense#", units=120, activation="relu")
    draft.add("Dense", "dense#", units=84, activation="relu")
    classify(draft, args)
    return draft.network()


def lenet5_sigmoid(args: Arguments) -> Network:
    """The older form, all convolutions: 61,706 parameters on 28×28×1."""
    return _sigmoid(args, norm=False, dense_norm=False)


def lenet5_batchnorm(args: Arguments) -> Network:
    """The older form with batch normalisation after each convolution and the dense 84, or the convolutions alone."""
    return _sigmoid(args, norm=True, dense_norm=args.flag("dense_norm"))


def _sigmoid(args: Arguments, *, norm: bool, dense_norm: bool) -> Network:
    draft = Draft()

    def layer(kind: str, name: str, *, normalised: bool, **params: Any) -> None:
        draft.add(kind, name, **params, activation=None if normalised else "sigmoid")
        if normalised:
            draft.add("BatchNormalization", "norm#")
            draft.add("Activation", "sigmoid#", activation="sigmoid")

    draft.add("Input", "image", shape=args["input_shape"])
    layer("Conv2D", "conv#", normalised=norm, filters=6, kernel_size=(5, 5), padding=2)
    draft.add("AveragePooling2D", "pool#")
    layer("Conv2D", "conv#", normalised=norm, filters=16, kernel_size=(5, 5))
    draft.add("AveragePooling2D", "pool#")
    layer("Conv2D", "conv#", normalised=norm, filters=120, kernel_size=(5, 5))
    draft.add("Flatten", "flatten")
    layer("Dense", "dense#", normalised=dense_norm, units=84)
    classify(draft, args)
    return draft.network()


TEMPLATES = (
    Template(
        name="lenet5",
        title="LeNet-5",
        description=Message(
            "The classic for small grey pictures: two convolutions and three dense layers, with ReLU."
        ),
        parameters=(
            shape_parameter(28, 28, 1),
            classes_parameter(10),
            PaddingParam(
                name="padding", rank=2, help=Message("Padding of the first convolution; 2 keeps 28×28.")
            ),
        ),
        network=lenet5,
    ),
    Template(
        name="lenet5-sigmoid",
        title="LeNet-5, sigmoid",
        description=Message("LeNet as it was in 1998: sigmoid, average pooling, a third convolution."),
        parameters=(shape_parameter(28, 28, 1), classes_parameter(10)),
        network=lenet5_sigmoid,
    ),
    Template(
        name="lenet5-batchnorm",
        title="LeNet-5 with batch normalisation",
        description=Message(
            "The sigmoid LeNet with batch normalisation before each activation: it learns much faster."
        ),
        parameters=(
            shape_parameter(28, 28, 1),
            classes_parameter(10),
            BoolParam(
                name="dense_norm",
                default=True,
                help=Message("Whether the dense layer is normalised too, or the convolutions alone."),
            ),
        ),
        network=lenet5_batchnorm,
    ),
)
