"""LeNet-5 in the forms the courses use. LeCun et al. 1998. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, PaddingParam
from cnnstudio.zoo.draft import Draft
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
    draft.add("Dense", "classes", units=args["classes"], activation="softmax")
    return draft.network()


def lenet5_sigmoid(args: Arguments, *, batch_norm: bool = False) -> Network:
    """The older form, all convolutions: 61,706 parameters on 28×28×1."""
    draft = Draft()
    first = None if batch_norm else "sigmoid"

    def normalise() -> None:
        if batch_norm:
            draft.add("BatchNormalization", "norm#")
            draft.add("Activation", "sigmoid#", activation="sigmoid")

    draft.add("Input", "image", shape=args["input_shape"])
    draft.add("Conv2D", "conv#", filters=6, kernel_size=(5, 5), padding=2, activation=first)
    normalise()
    draft.add("AveragePooling2D", "pool#")
    draft.add("Conv2D", "conv#", filters=16, kernel_size=(5, 5), activation=first)
    normalise()
    draft.add("AveragePooling2D", "pool#")
    draft.add("Conv2D", "conv#", filters=120, kernel_size=(5, 5), activation=first)
    normalise()
    draft.add("Flatten", "flatten")
    draft.add("Dense", "dense#", units=84, activation=first)
    normalise()
    draft.add("Dense", "classes", units=args["classes"], activation="softmax")
    return draft.network()


def lenet5_batchnorm(args: Arguments) -> Network:
    """The older form with batch normalisation after each convolution and the dense 84."""
    return lenet5_sigmoid(args, batch_norm=True)


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
        parameters=(shape_parameter(28, 28, 1), classes_parameter(10)),
        network=lenet5_batchnorm,
    ),
)
