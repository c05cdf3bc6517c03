"""Blocks that do with fewer weights, weigh channels, or read text. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Block
from cnnstudio.zoo.blocks.block_template import BlockTemplate, begun, finished, normalised, wide


def _depthwise_separable(channels: int) -> Block:
    draft = begun()
    normalised(draft, "depthwise", "DepthwiseConv2D", kernel_size=3, padding="same")
    normalised(draft, "pointwise", filters=2 * wide(channels), kernel_size=1)
    return finished(
        draft,
        {
            "filters": ("pointwise.filters",),
            "kernel_size": ("depthwise.kernel_size",),
            "strides": ("depthwise.strides",),
        },
    )


def _spatially_separable(channels: int) -> Block:
    channels = wide(channels)
    draft = begun()
    draft.add("Conv2D", "column", filters=channels, kernel_size=[3, 1], padding="same")
    draft.add("Conv2D", "row", filters=channels, kernel_size=[1, 3], padding="same", activation="relu")
    return finished(
        draft,
        {
            "filters": ("column.filters", "row.filters"),
            "activation": ("row.activation",),
        },
    )


def _squeeze_excite(channels: int) -> Block:
    draft = begun()
    draft.add("GlobalAveragePooling2D", "squeeze", keepdims=True)
    draft.add("Dense", "reduce", units=max(1, channels // 16), activation="relu")
    weight = draft.add("Dense", "weigh", units=channels, activation="sigmoid")
    draft.add("Multiply", "scale", after=("input", weight))
    return finished(draft, {"reduced": ("reduce.units",), "channels": ("weigh.units",)})


def _phrase(channels: int) -> Block:  # noqa: ARG001 - takes word vectors of any length
    draft = begun()
    draft.add("Conv1D", "phrase", filters=100, kernel_size=3, activation="relu")
    draft.add("GlobalMaxPooling1D", "strongest")
    return finished(draft, {"words": ("phrase.kernel_size",), "filters": ("phrase.filters",)})


BLOCKS = (
    BlockTemplate(
        name="Depthwise-separable block",
        prefix="separable",
        order=7,
        make=_depthwise_separable,
        keywords=("mobilenet", "v1", "pointwise"),
        help=Message(
            "A 3×3 window on every channel alone, then 1×1 to mix the channels: about a ninth of the weights of a "
            "full convolution. Howard et al. 2017."
        ),
    ),
    BlockTemplate(
        name="Squeeze-excite block",
        prefix="excite",
        order=13,
        make=_squeeze_excite,
        keywords=("attention", "senet", "channels", "se"),
        help=Message(
            "Weighs the channels: each one's average goes through two small dense layers, and what comes out, between "
            "0 and 1, multiplies it. Hu, Shen & Sun 2017."
        ),
    ),
    BlockTemplate(
        name="Spatially separable block",
        prefix="spatial",
        order=14,
        make=_spatially_separable,
        keywords=("factorised", "3x1", "1x3", "asymmetric"),
        help=Message(
            "A 3×1 convolution and a 1×3 one in place of a 3×3: two thirds of the weights for the same window."
        ),
    ),
    BlockTemplate(
        name="Phrase branch",
        prefix="phrase",
        order=17,
        make=_phrase,
        keywords=("text", "n-gram", "ngram", "words", "textcnn"),
        help=Message(
            "Looks for phrases of some words in a sequence of word vectors and keeps how well each kind was found "
            "where it was found best. Kim 2014."
        ),
    ),
)
