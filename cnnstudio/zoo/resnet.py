"""Residual networks of 18 to 152 layers, and the plain ones they were compared with. He et al. 2015. Standard library only.

Strides sit on the 3×3 convolution of a bottleneck, as in the PyTorch models, so that weights can be compared.
"""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, ChoiceParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import classes_parameter, shape_parameter, width_parameter

_BLOCKS = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}


def resnet(args: Arguments, *, layers: int, skips: bool = True) -> Network:
    """A stem, four stages of residual blocks, the global average and one dense layer.

    Without `skips` it is the plain network: the same convolutions in a chain, and no projections.
    """
    draft = Draft()
    draft.add("Input", "image", shape=args["input_shape"])
    width = args.integer("width")
    if args.text("stem") == "large":
        _convolve(draft, "stem", filters=width, kernel=7, strides=2)
        draft.add("ReLU", "stem_relu")
        draft.add("MaxPooling2D", "stem_pool", pool_size=(3, 3), strides=(2, 2), padding=1)
    else:
        _convolve(draft, "stem", filters=width, kernel=3)
        draft.add("ReLU", "stem_relu")
    channels = width
    for stage, blocks in enumerate(_BLOCKS[layers], 1):
        filters = width * 2 ** (stage - 1)
        outputs = filters * 4 if layers >= 50 else filters
        for number in range(1, blocks + 1):
            strides = 2 if stage > 1 and number == 1 else 1
            name = f"stage{stage}_{number}"
            entry = draft.last
            if layers >= 50:
                _bottleneck(draft, name, filters=filters, strides=strides)
            else:
                _basic(draft, name, filters=filters, strides=strides)
            if skips:
                branch = draft.last
                if strides > 1 or channels != outputs:
                    entry = _convolve(
                        draft, f"{name}_skip", filters=outputs, kernel=1, strides=strides, after=entry
                    )
                draft.add("Add", f"{name}_add", after=(branch, entry))
            draft.add("ReLU", f"{name}_relu")
            channels = outputs
    draft.add("GlobalAveragePooling2D", "average")
    classify(draft, args)
    return draft.network()


def _convolve(
    draft: Draft, name: str, *, filters: int, kernel: int, strides: int = 1, after: str | None = None
) -> str:
    """A convolution without bias that keeps the size at stride 1, and its batch normalisation."""
    draft.add(
        "Conv2D",
        f"{name}_conv",
        after=after,
        filters=filters,
        kernel_size=(kernel, kernel),
        strides=(strides, strides),
        padding=(kernel - 1) // 2,
        use_bias=False,
        kernel_initializer="he_normal",
    )
    return draft.add("BatchNormalization", f"{name}_norm", momentum=0.9, epsilon=1e-5)


def _basic(draft: Draft, name: str, *, filters: int, strides: int) -> None:
    _convolve(draft, f"{name}a", filters=filters, kernel=3, strides=strides)
    draft.add("ReLU", f"{name}a_relu")
    _convolve(draft, f"{name}b", filters=filters, kernel=3)


def _bottleneck(draft: Draft, name: str, *, filters: int, strides: int) -> None:
    _convolve(draft, f"{name}a", filters=filters, kernel=1)
    draft.add("ReLU", f"{name}a_relu")
    _convolve(draft, f"{name}b", filters=filters, kernel=3, strides=strides)
    draft.add("ReLU", f"{name}b_relu")
    _convolve(draft, f"{name}c", filters=filters * 4, kernel=1)


def _template(layers: int, *, skips: bool = True) -> Template:
    def build(args: Arguments) -> Network:
        return resnet(args, layers=layers, skips=skips)

    return Template(
        name=f"resnet{layers}" if skips else f"plain{layers}",
        title=f"ResNet-{layers}" if skips else f"Plain-{layers}",
        description=Message(
            "{layers} layers with residual connections, which let gradients pass.", layers=layers
        )
        if skips
        else Message(
            "ResNet-{layers} without its residual connections: it learns worse, and that is the lesson.",
            layers=layers,
        ),
        parameters=(
            shape_parameter(224, 224, 3),
            classes_parameter(1000),
            width_parameter(64),
            ChoiceParam(
                name="stem",
                default="large",
                choices=("large", "small"),
                help=Message("'large': 7×7 with strides, and pooling. 'small': 3×3, for pictures of 32×32."),
            ),
        ),
        network=build,
    )


TEMPLATES = (
    *(_template(layers) for layers in _BLOCKS),
    *(_template(layers, skips=False) for layers in (18, 34)),
)
