"""SqueezeNet: AlexNet's accuracy with a fiftieth of its weights. Iandola et al. 2016. Standard library only.

Sizes and pooling (`ceil_mode`) follow the authors' files and the PyTorch models, so that weights can be compared.
"""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, ChoiceParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import drop
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import (
    classes_parameter,
    dropout_parameter,
    scaled,
    shape_parameter,
    width_parameter,
)

_SQUEEZED = (16, 16, 32, 32, 48, 48, 64, 64)
"""The 1×1 filters of fire2 to fire9; each expands to eight times as many."""
_STEMS = {"v1.0": (96, 7), "v1.1": (64, 3)}
_POOLED_AFTER = {"v1.0": (4, 8), "v1.1": (3, 5)}


def squeezenet(args: Arguments) -> Network:
    """Eight fire modules; 1,248,424 parameters (v1.0) or 1,235,496 (v1.1) for 1000 classes."""
    draft = Draft()
    width, version = args.integer("width"), args.text("version")
    filters, kernel = _STEMS[version]
    draft.add("Input", "image", shape=args["input_shape"])
    draft.add(
        "Conv2D",
        "conv1",
        filters=scaled(filters, width, 64),
        kernel_size=(kernel, kernel),
        strides=(2, 2),
        activation="relu",
    )
    _shrink(draft, "pool1")
    for number, squeezed in enumerate(_SQUEEZED, 2):
        _fire(draft, f"fire{number}", scaled(squeezed, width, 64))
        if number in _POOLED_AFTER[version]:
            _shrink(draft, f"pool{number}")
    drop(draft, args)
    draft.add("Conv2D", "conv10", filters=args["classes"], kernel_size=(1, 1), activation="relu")
    draft.add("GlobalAveragePooling2D", "average")
    draft.add("Softmax", "classes")
    return draft.network()


def _shrink(draft: Draft, name: str) -> None:
    draft.add("MaxPooling2D", name, pool_size=(3, 3), strides=(2, 2), ceil_mode=True)


def _fire(draft: Draft, name: str, squeezed: int) -> None:
    """Few 1×1 filters, then many 1×1 and 3×3 filters side by side."""
    entry = draft.add("Conv2D", f"{name}_squeeze", filters=squeezed, kernel_size=(1, 1), activation="relu")
    ends = [
        draft.add(
            "Conv2D",
            f"{name}_expand{kernel}",
            after=entry,
            filters=4 * squeezed,
            kernel_size=(kernel, kernel),
            padding=kernel // 2,
            activation="relu",
        )
        for kernel in (1, 3)
    ]
    draft.add("Concatenate", name, after=tuple(ends))


TEMPLATES = (
    Template(
        name="squeezenet",
        title="SqueezeNet",
        description=Message("Fire modules squeeze the channels before they widen them: very few parameters."),
        parameters=(
            shape_parameter(224, 224, 3),
            classes_parameter(1000),
            ChoiceParam(
                name="version",
                default="v1.1",
                choices=("v1.0", "v1.1"),
                help=Message(
                    "'v1.0' is the paper's; 'v1.1' pools earlier and takes less than half the work."
                ),
            ),
            width_parameter(64),
            dropout_parameter(),
        ),
        network=squeezenet,
    ),
)
