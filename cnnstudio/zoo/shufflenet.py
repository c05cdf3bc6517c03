"""ShuffleNet, version 1: grouped 1×1 convolutions, and channels dealt out anew between. Zhang et al. 2017. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import OneOfParam, classes_parameter, shape_parameter, width_parameter

_CHANNELS = {1: 144, 2: 200, 3: 240, 4: 272, 8: 384}
"""Table 1 of the paper: by groups, the channels of stage 2; stages 3 and 4 have two and four times as many."""
_UNITS = {2: 4, 3: 8, 4: 4}
_STEM = 24


def shufflenet_v1(args: Arguments) -> Network:
    """Three stages of shuffle units: 1,865,728 trainable parameters with 3 groups, for 1000 classes."""
    draft = Draft()
    width, groups = args.integer("width"), args.integer("groups")
    draft.add("Input", "image", shape=args["input_shape"])
    _convolve(draft, "stem", width, kernel=3, strides=2)
    draft.add("ReLU", "stem_relu")
    draft.add("MaxPooling2D", "stem_pool", pool_size=(3, 3), strides=(2, 2), padding=1)
    channels = width
    for stage, units in _UNITS.items():
        step = 4 * groups
        wanted = -(-_CHANNELS[groups] * width // (_STEM * step)) * step * 2 ** (stage - 2)
        for number in range(1, units + 1):
            name = f"stage{stage}_{number}"
            if number == 1:
                first = 1 if stage == 2 else groups  # 24 channels are too few for groups
                _halving_unit(draft, name, channels, wanted, first=first, groups=groups)
            else:
                _unit(draft, name, wanted, groups=groups)
            channels = wanted
    draft.add("GlobalAveragePooling2D", "average")
    classify(draft, args)
    return draft.network()


def _convolve(
    draft: Draft, name: str, filters: int, *, kernel: int = 1, strides: int = 1, groups: int = 1
) -> None:
    draft.add(
        "Conv2D",
        f"{name}_conv",
        filters=filters,
        kernel_size=(kernel, kernel),
        strides=(strides, strides),
        padding=kernel // 2,
        groups=groups,
        use_bias=False,
    )
    draft.add("BatchNormalization", f"{name}_norm", momentum=0.9, epsilon=1e-5)


def _branch(draft: Draft, name: str, middle: int, out: int, *, strides: int, first: int, groups: int) -> str:
    """1×1 in `first` groups, shuffle, a 3×3 window on each channel, 1×1 in groups."""
    _convolve(draft, f"{name}a", middle, groups=first)
    draft.add("ReLU", f"{name}a_relu")
    draft.add("ChannelShuffle", f"{name}_shuffle", groups=groups)
    draft.add(
        "DepthwiseConv2D",
        f"{name}b_conv",
        kernel_size=(3, 3),
        strides=(strides, strides),
        padding=1,
        use_bias=False,
    )
    draft.add("BatchNormalization", f"{name}b_norm", momentum=0.9, epsilon=1e-5)
    _convolve(draft, f"{name}c", out, groups=groups)
    return draft.last


def _unit(draft: Draft, name: str, channels: int, *, groups: int) -> None:
    entry = draft.last
    branch = _branch(draft, name, channels // 4, channels, strides=1, first=groups, groups=groups)
    draft.add("Add", f"{name}_add", after=(branch, entry))
    draft.add("ReLU", f"{name}_relu")


def _halving_unit(draft: Draft, name: str, channels: int, wanted: int, *, first: int, groups: int) -> None:
    """Half the size; the pooled input is laid beside the branch instead of being added."""
    entry = draft.last
    branch = _branch(draft, name, wanted // 4, wanted - channels, strides=2, first=first, groups=groups)
    pooled = draft.add(
        "AveragePooling2D", f"{name}_pool", after=entry, pool_size=(3, 3), strides=(2, 2), padding=1
    )
    draft.add("Concatenate", f"{name}_concat", after=(branch, pooled))
    draft.add("ReLU", f"{name}_relu")


TEMPLATES = (
    Template(
        name="shufflenet-v1",
        title="ShuffleNet v1",
        description=Message(
            "1×1 convolutions in groups, and a shuffle so that the groups hear of each other."
        ),
        parameters=(
            shape_parameter(224, 224, 3),
            classes_parameter(1000),
            OneOfParam(
                name="groups",
                default=3,
                choices=tuple(_CHANNELS),
                help=Message("In how many groups the 1×1 convolutions work; more groups, more channels."),
            ),
            width_parameter(_STEM),
        ),
        network=shufflenet_v1,
    ),
)
