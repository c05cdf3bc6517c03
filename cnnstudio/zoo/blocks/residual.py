"""Blocks whose input skips to their end: residual, inverted residual, dense, U-Net. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Block
from cnnstudio.zoo.blocks.block_template import BlockTemplate, begun, finished, normalised, wide
from cnnstudio.zoo.draft import Draft


def _basic(channels: int) -> Block:
    draft = begun()
    normalised(draft, "conv1", filters=channels, kernel_size=3, padding=1)
    end = normalised(draft, "conv2", filters=channels, kernel_size=3, padding=1, relu=False)
    _joined(draft, end, "input")
    return finished(draft, {"filters": ("conv1.filters", "conv2.filters")})


def _basic_projected(channels: int) -> Block:
    channels = wide(channels)
    draft = begun()
    normalised(draft, "conv1", filters=2 * channels, kernel_size=3, strides=2, padding=1)
    end = normalised(draft, "conv2", filters=2 * channels, kernel_size=3, padding=1, relu=False)
    _joined(draft, end, _projection(draft, 2 * channels))
    return finished(
        draft,
        {
            "filters": ("conv1.filters", "conv2.filters", "skip.filters"),
            "strides": ("conv1.strides", "skip.strides"),
        },
    )


def _bottleneck(channels: int) -> Block:
    draft = begun()
    end = _narrow(draft, max(1, channels // 4), channels, strides=1)
    _joined(draft, end, "input")
    return finished(draft, {"middle": ("conv1.filters", "conv2.filters"), "filters": ("conv3.filters",)})


def _bottleneck_projected(channels: int) -> Block:
    channels = wide(channels)
    draft = begun()
    end = _narrow(draft, max(1, channels // 2), 2 * channels, strides=2)
    _joined(draft, end, _projection(draft, 2 * channels))
    return finished(
        draft,
        {
            "middle": ("conv1.filters", "conv2.filters"),
            "filters": ("conv3.filters", "skip.filters"),
            "strides": ("conv2.strides", "skip.strides"),
        },
    )


def _inverted(channels: int) -> Block:
    draft = begun()
    normalised(draft, "expand", filters=6 * channels, kernel_size=1)
    normalised(draft, "depthwise", "DepthwiseConv2D", kernel_size=3, padding="same")
    end = normalised(draft, "project", filters=channels, kernel_size=1, relu=False)
    draft.add("Add", "add", after=(end, "input"))
    return finished(
        draft,
        {
            "expanded": ("expand.filters",),
            "filters": ("project.filters",),
            "kernel_size": ("depthwise.kernel_size",),
        },
    )


def _shuffle(channels: int) -> Block:
    groups = next(count for count in (3, 4, 2, 1) if channels % (4 * count) == 0 or count == 1)
    draft = begun()
    normalised(draft, "reduce", filters=max(1, channels // 4), kernel_size=1, groups=groups)
    draft.add("ChannelShuffle", "shuffle", groups=groups)
    normalised(draft, "depthwise", "DepthwiseConv2D", kernel_size=3, padding="same", relu=False)
    end = normalised(draft, "expand", filters=channels, kernel_size=1, groups=groups, relu=False)
    _joined(draft, end, "input")
    return finished(
        draft,
        {
            "groups": ("reduce.groups", "shuffle.groups", "expand.groups"),
            "middle": ("reduce.filters",),
            "filters": ("expand.filters",),
        },
    )


def _dense(channels: int) -> Block:  # noqa: ARG001 - grows from whatever comes in
    unit = begun()
    unit.add("BatchNormalization", "norm1")
    unit.add("ReLU", "relu1")
    unit.add("Conv2D", "narrow", filters=128, kernel_size=1, use_bias=False)
    unit.add("BatchNormalization", "norm2")
    unit.add("ReLU", "relu2")
    new = unit.add("Conv2D", "grow", filters=32, kernel_size=3, padding="same", use_bias=False)
    unit.add("Concatenate", "concat", after=("input", new))
    units = finished(unit, {"growth_rate": ("grow.filters",), "bottleneck": ("narrow.filters",)}, repeat=4)
    draft = begun()
    draft.add_block("layers", units)
    return finished(
        draft,
        {
            "num_layers": ("layers.repeat",),
            "growth_rate": ("layers.growth_rate",),
            "bottleneck": ("layers.bottleneck",),
        },
    )


def _transition(channels: int) -> Block:
    draft = begun()
    draft.add("BatchNormalization", "norm")
    draft.add("ReLU", "relu")
    draft.add("Conv2D", "conv", filters=wide(channels) // 2, kernel_size=1, use_bias=False)
    draft.add("AveragePooling2D", "pool")
    return finished(draft, {"filters": ("conv.filters",)})


def _down(channels: int) -> Block:
    draft = begun()
    draft.add("MaxPooling2D", "pool")
    _twice(draft, 2 * wide(channels))
    return finished(draft, {"filters": ("conv1.filters", "conv2.filters")})


def _up(channels: int) -> Block:
    filters = wide(channels) // 2
    draft = Draft()
    draft.add("BlockInput", "below")
    draft.add("BlockInput", "bridge", after=())
    up = draft.add("Conv2DTranspose", "grow", after="below", filters=filters, kernel_size=2, strides=2)
    draft.add("Concatenate", "join", after=("bridge", up))
    _twice(draft, filters)
    return finished(draft, {"filters": ("grow.filters", "conv1.filters", "conv2.filters")})


def _twice(draft: Draft, filters: int) -> None:
    for name in ("conv1", "conv2"):
        draft.add("Conv2D", name, filters=filters, kernel_size=3, padding="same", activation="relu")


def _narrow(draft: Draft, middle: int, filters: int, *, strides: int) -> str:
    """1×1 to few channels, 3×3 on those, 1×1 to many."""
    normalised(draft, "conv1", filters=middle, kernel_size=1)
    normalised(draft, "conv2", filters=middle, kernel_size=3, strides=strides, padding=1)
    return normalised(draft, "conv3", filters=filters, kernel_size=1, relu=False)


def _projection(draft: Draft, filters: int) -> str:
    return normalised(draft, "skip", after="input", filters=filters, kernel_size=1, strides=2, relu=False)


def _joined(draft: Draft, end: str, skip: str) -> None:
    draft.add("Add", "add", after=(end, skip))
    draft.add("ReLU", "relu")


BLOCKS = (
    BlockTemplate(
        name="Residual block",
        prefix="residual",
        order=3,
        make=_basic,
        keywords=("resnet", "skip", "basic", "identity"),
        help=Message(
            "Two 3×3 convolutions learn what to add to their input. The input skips over them, so it must have as "
            "many channels as come out. He et al. 2015."
        ),
    ),
    BlockTemplate(
        name="Residual block, projected",
        prefix="residual",
        order=4,
        make=_basic_projected,
        keywords=("resnet", "skip", "projection", "downsample", "1x1"),
        help=Message(
            "A residual block that halves the size and changes the channels: a 1×1 convolution makes the input fit "
            "what it is added to. He et al. 2015."
        ),
    ),
    BlockTemplate(
        name="Bottleneck block",
        prefix="bottleneck",
        order=5,
        make=_bottleneck,
        keywords=("resnet50", "skip", "residual"),
        help=Message(
            "A residual block for deep networks: 1×1 to few channels, 3×3 on those, 1×1 back to as many as came in. "
            "He et al. 2015."
        ),
    ),
    BlockTemplate(
        name="Bottleneck block, projected",
        prefix="bottleneck",
        order=6,
        make=_bottleneck_projected,
        keywords=("resnet50", "skip", "residual", "projection", "downsample"),
        help=Message(
            "A bottleneck that halves the size and changes the channels: a 1×1 convolution makes the input fit what "
            "it is added to. He et al. 2015."
        ),
    ),
    BlockTemplate(
        name="Inverted residual",
        prefix="inverted",
        order=8,
        make=_inverted,
        keywords=("mobilenet", "v2", "skip", "residual"),
        help=Message(
            "Wide in the middle, narrow at the ends: 1×1 to six times the channels, a 3×3 window on each of them, 1×1 "
            "back without an activation. Sandler et al. 2018."
        ),
    ),
    BlockTemplate(
        name="ShuffleNet unit",
        prefix="shuffle_unit",
        order=10,
        make=_shuffle,
        keywords=("groups", "channel shuffle", "residual"),
        help=Message(
            "A bottleneck with 1×1 convolutions in groups; between them the channels are dealt out anew, so that the "
            "groups exchange what they know. Zhang et al. 2017."
        ),
    ),
    BlockTemplate(
        name="Dense block",
        prefix="dense_block",
        order=11,
        make=_dense,
        keywords=("densenet", "growth", "concatenate"),
        help=Message(
            "Every layer sees all that came before: each adds a few channels (the growth rate) to what it was given. "
            "Huang et al. 2016."
        ),
    ),
    BlockTemplate(
        name="Transition block",
        prefix="transition",
        order=12,
        make=_transition,
        keywords=("densenet", "shrink", "downsample"),
        help=Message(
            "Between dense blocks: a 1×1 convolution halves the channels and pooling halves the size. Huang et al. 2016."
        ),
    ),
    BlockTemplate(
        name="U-Net down",
        prefix="down",
        order=15,
        make=_down,
        keywords=("unet", "encoder", "contract"),
        help=Message(
            "One step down: pooling halves the size, two 3×3 convolutions double the channels. What comes out also "
            "feeds the step up on the same level. Ronneberger et al. 2015."
        ),
    ),
    BlockTemplate(
        name="U-Net up",
        prefix="up",
        order=16,
        make=_up,
        inputs=2,
        keywords=("unet", "decoder", "expand", "transposed"),
        help=Message(
            "One step up: a transposed convolution doubles the size of the first input, the second input, from the "
            "way down, is put beside it, and two 3×3 convolutions join both. Ronneberger et al. 2015."
        ),
    ),
)
