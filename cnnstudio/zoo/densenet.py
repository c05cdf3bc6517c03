"""DenseNet-121: every layer sees all maps made before it. Huang et al. 2016. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, IntParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import classes_parameter, dropout_parameter, shape_parameter

_LAYERS = (6, 12, 24, 16)


def densenet121(args: Arguments) -> Network:
    """Four dense blocks with transitions between: 8,062,504 parameters for 1000 classes."""
    draft = Draft()
    growth = args.integer("growth")
    draft.add("Input", "image", shape=args["input_shape"])
    _convolve(draft, "stem_conv", 2 * growth, kernel=7, strides=2)
    _normalise(draft, "stem")
    draft.add("MaxPooling2D", "stem_pool", pool_size=(3, 3), strides=(2, 2), padding=1)
    channels = 2 * growth
    for block, layers in enumerate(_LAYERS, 1):
        for number in range(1, layers + 1):
            _dense_layer(draft, f"dense{block}_{number}", growth, args.number("dropout"))
        channels += layers * growth
        if block < len(_LAYERS):
            channels //= 2
            _normalise(draft, f"transition{block}")
            _convolve(draft, f"transition{block}_conv", channels)
            draft.add("AveragePooling2D", f"transition{block}_pool")
    _normalise(draft, "last")
    draft.add("GlobalAveragePooling2D", "average")
    classify(draft, args)
    return draft.network()


def _convolve(draft: Draft, name: str, filters: int, *, kernel: int = 1, strides: int = 1) -> None:
    draft.add(
        "Conv2D",
        name,
        filters=filters,
        kernel_size=(kernel, kernel),
        strides=(strides, strides),
        padding=(kernel - 1) // 2,
        use_bias=False,
    )


def _normalise(draft: Draft, name: str) -> None:
    draft.add("BatchNormalization", f"{name}_norm", epsilon=1.001e-5)
    draft.add("ReLU", f"{name}_relu")


def _dense_layer(draft: Draft, name: str, growth: int, dropout: float) -> None:
    """1×1 to four times the growth, 3×3 to the growth, laid behind what was there."""
    entry = draft.last
    _normalise(draft, f"{name}a")
    _convolve(draft, f"{name}a_conv", 4 * growth)
    _normalise(draft, f"{name}b")
    _convolve(draft, f"{name}b_conv", growth, kernel=3)
    if dropout:
        draft.add("Dropout", f"{name}_dropout", rate=dropout)
    draft.add("Concatenate", name, after=(entry, draft.last))


TEMPLATES = (
    Template(
        name="densenet121",
        title="DenseNet-121",
        description=Message("Each layer adds a few maps to all maps before it, so nothing is learned twice."),
        parameters=(
            shape_parameter(224, 224, 3),
            classes_parameter(1000),
            IntParam(
                name="growth", default=32, help=Message("How many maps each layer adds; k in the paper.")
            ),
            dropout_parameter(0.0),
        ),
        network=densenet121,
    ),
)
