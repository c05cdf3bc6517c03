"""What the separable convolutions of one and two axes have in common. Standard library only."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.arguments import weight_params
from cnnstudio.layers.convolution_layer import (
    describe_window,
    dilation_param,
    kernel_param,
    padding_param,
    strides_param,
)
from cnnstudio.layers.depthwise_layer import ChannelByChannel
from cnnstudio.layers.padding import torch_padding
from cnnstudio.layers.torch_calls import with_activation
from cnnstudio.layers.window import window_of
from cnnstudio.layers.wording import join, known_product, require_channels, require_rank


def separable_params(rank: int) -> tuple[ParamSpec, ...]:
    """Keras's parameters of SeparableConvND, in the order a person reads them."""
    shared = weight_params(("depthwise", "pointwise"))
    return (
        IntParam(name="filters", default=32, help=Message("How many channels come out.")),
        kernel_param(rank),
        strides_param(rank),
        padding_param(rank, causal=False),
        shared[0],
        IntParam(
            name="depth_multiplier",
            default=1,
            advanced=True,
            help=Message("How many kernels each channel has before they are mixed."),
        ),
        dilation_param(rank),
        *shared[1:],
    )


class Separable(ChannelByChannel):
    """Base of SeparableConv1D and SeparableConv2D. Chollet 2017."""

    category: ClassVar[str] = "convolution"
    prefix: ClassVar[str] = "separable"
    keywords: ClassVar[tuple[str, ...]] = ("xception", "mobilenet", "pointwise", "depthwise")
    always: ClassVar[tuple[str, ...]] = ("filters", "kernel_size")
    rank: ClassVar[int]

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], self.rank)
        require_channels(self.type, inputs[0])
        return (*window_of(args).output(inputs[0][:-1]), args.integer("filters"))

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        channels, multiplier = require_channels(self.type, inputs[0]), args.integer("depth_multiplier")
        filters = args.integer("filters")
        kernels = (
            Weight("depthwise_kernel", (*args.sizes("kernel_size"), channels, multiplier)),
            Weight("pointwise_kernel", (*(1,) * self.rank, channels * multiplier, filters)),
        )
        return (*kernels, Weight("bias", (filters,))) if args.flag("use_bias") else kernels

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        outputs = known_product(self.output_shape(inputs, args)[:-1])
        return (outputs or 0) * sum(kernel.count for kernel in self.weights(inputs, args)[:2])

    def describe(self, args: Arguments) -> str:
        return join(
            str(args.integer("filters")), describe_window(window_of(args)), args.optional_text("activation")
        )

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        pad, padding = torch_padding(window_of(args), inputs[0][:-1])
        if pad is None:
            return None
        channels = require_channels(self.type, inputs[0])
        between = channels * args.integer("depth_multiplier")
        depthwise = Call(
            f"nn.Conv{self.rank}d",
            Params(
                in_channels=channels,
                out_channels=between,
                kernel_size=args.sizes("kernel_size"),
                stride=args.sizes("strides"),
                padding=padding,
                dilation=args.sizes("dilation_rate"),
                groups=channels,
                bias=False,
            ),
            suffix="depthwise",
        )
        pointwise = Call(
            f"nn.Conv{self.rank}d",
            Params(
                in_channels=between,
                out_channels=args.integer("filters"),
                kernel_size=1,
                bias=args.flag("use_bias"),
            ),
        )
        return with_activation((*pad, depthwise, pointwise), args.optional_text("activation"))
