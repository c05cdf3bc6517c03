"""LeNet with a convolution that learns where to look. Dai et al. 2017. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, BoolParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import classes_parameter, scaled, shape_parameter, width_parameter


def deformable_lenet(args: Arguments) -> Network:
    """LeNet's second convolution, deformable: 2·5·5 offset filters more, so 69,256 parameters on 28×28×1.

    A small example of this program's own; the paper puts such convolutions into ResNet-101.
    """
    draft = Draft()
    width = args.integer("width")
    draft.add("Input", "image", shape=args["input_shape"])
    draft.add("Conv2D", "conv1", filters=width, kernel_size=(5, 5), padding=2, activation="relu")
    draft.add("AveragePooling2D", "pool#")
    draft.add(
        "DeformableConv2D",
        "deformable2",
        filters=scaled(16, width, 6),
        kernel_size=(5, 5),
        activation="relu",
        modulated=args["modulated"],
    )
    draft.add("AveragePooling2D", "pool#")
    draft.add("Flatten", "flatten")
    draft.add("Dense", "dense#", units=120, activation="relu")
    draft.add("Dense", "dense#", units=84, activation="relu")
    classify(draft, args)
    return draft.network()


TEMPLATES = (
    Template(
        name="deformable-lenet",
        title="Deformable LeNet",
        description=Message("LeNet whose second convolution bends its window to the shape that it sees."),
        parameters=(
            shape_parameter(28, 28, 1),
            classes_parameter(10),
            width_parameter(6),
            BoolParam(
                name="modulated",
                default=False,
                help=Message("Whether it also learns how much each place counts."),
            ),
        ),
        network=deformable_lenet,
    ),
)
