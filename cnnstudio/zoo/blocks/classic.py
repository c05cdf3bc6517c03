"""Blocks of plain stacks and side-by-side branches: VGG, NiN, Inception, fire. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Block
from cnnstudio.zoo.blocks.block_template import BlockTemplate, begun, finished, wide


def _vgg(channels: int) -> Block:
    channels = wide(channels)
    convolution = begun()
    convolution.add("Conv2D", "conv", filters=channels, kernel_size=3, padding="same", activation="relu")
    convolutions = finished(convolution, {"filters": ("conv.filters",)}, repeat=2)
    draft = begun()
    draft.add_block("convs", convolutions)
    draft.add("MaxPooling2D", "pool")
    return finished(draft, {"num_convs": ("convs.repeat",), "filters": ("convs.filters",)})


def _nin(channels: int) -> Block:
    channels = wide(channels)
    draft = begun()
    names = ("conv", "mix1", "mix2")
    for name in names:
        size = 3 if name == "conv" else 1
        draft.add("Conv2D", name, filters=channels, kernel_size=size, padding="same", activation="relu")
    return finished(
        draft,
        {
            "filters": tuple(f"{name}.filters" for name in names),
            "kernel_size": ("conv.kernel_size",),
            "strides": ("conv.strides",),
            "padding": ("conv.padding",),
        },
    )


def _inception(channels: int) -> Block:  # noqa: ARG001 - the widths of the paper's first block
    draft = begun()

    def conv(name: str, filters: int, size: int, *after: str) -> str:
        return draft.add(
            "Conv2D", name, after=after or "input", filters=filters, kernel_size=size, padding="same", activation="relu"
        )  # fmt: skip

    ends = [
        conv("one", 64, 1),
        conv("three", 128, 3, conv("three_reduce", 96, 1)),
        conv("five", 32, 5, conv("five_reduce", 16, 1)),
        conv("pool_project", 32, 1, draft.add("MaxPooling2D", "pool", after="input", pool_size=3, strides=1, padding="same")),
    ]  # fmt: skip
    draft.add("Concatenate", "concat", after=tuple(ends))
    names = ("one", "three_reduce", "three", "five_reduce", "five", "pool_project")
    return finished(draft, {name: (f"{name}.filters",) for name in names})


def _fire(channels: int) -> Block:
    draft = begun()
    squeeze = wide(channels) // 4
    draft.add("Conv2D", "squeeze", filters=squeeze, kernel_size=1, activation="relu")
    ends = [
        draft.add("Conv2D", f"expand{size}", after="squeeze", filters=4 * squeeze, kernel_size=size, padding="same",
                  activation="relu")
        for size in (1, 3)
    ]  # fmt: skip
    draft.add("Concatenate", "concat", after=tuple(ends))
    return finished(
        draft, {"squeeze": ("squeeze.filters",), "expand": ("expand1.filters", "expand3.filters")}
    )


BLOCKS = (
    BlockTemplate(
        name="VGG block",
        prefix="vgg",
        order=0,
        make=_vgg,
        keywords=("conv", "pool", "stack"),
        help=Message(
            "Several 3×3 convolutions that keep the size, then pooling that halves it. Simonyan & Zisserman 2014."
        ),
    ),
    BlockTemplate(
        name="NiN block",
        prefix="nin",
        order=1,
        make=_nin,
        keywords=("network in network", "1x1", "mlpconv"),
        help=Message(
            "A convolution followed by two of 1×1, which mix the channels of every pixel like a small dense network. "
            "Lin, Chen & Yan 2013."
        ),
    ),
    BlockTemplate(
        name="Inception block",
        prefix="inception",
        order=2,
        make=_inception,
        keywords=("googlenet", "branches", "parallel"),
        help=Message(
            "Four branches see the same picture through windows of 1, 3 and 5 pixels and through pooling; their "
            "channels are put side by side. Szegedy et al. 2014."
        ),
    ),
    BlockTemplate(
        name="Fire block",
        prefix="fire",
        order=9,
        make=_fire,
        keywords=("squeezenet", "squeeze", "expand"),
        help=Message(
            "Few 1×1 filters squeeze the channels, then 1×1 and 3×3 filters side by side expand them: the same depth "
            "with a fraction of the weights. Iandola et al. 2016."
        ),
    ),
)
