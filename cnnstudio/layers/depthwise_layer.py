"""What the depthwise convolutions of one and two axes have in common. Standard library only."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.arguments import keras_arguments, weight_params
from cnnstudio.layers.convolution_layer import (
    depthwise_function,
    describe_window,
    dilation_param,
    kernel_param,
    padding_param,
    strides_param,
)
from cnnstudio.layers.padding import pad_and_window, torch_padding
from cnnstudio.layers.sliding_layer import Sliding
from cnnstudio.layers.torch_calls import with_activation
from cnnstudio.layers.window import window_of
from cnnstudio.layers.wording import join, require_channels, require_rank


def depthwise_params(rank: int) -> tuple[ParamSpec, ...]:
    """Keras's parameters of DepthwiseConvND, in the order a person reads them."""
    shared = weight_params(("depthwise",))
    return (
        kernel_param(rank),
        strides_param(rank),
        padding_param(rank, causal=False),
        IntParam(name="depth_multiplier", default=1, help=Message("How many kernels each channel has.")),
        shared[0],
        dilation_param(rank),
        *shared[1:],
    )


class ChannelByChannel(Sliding):
    """Base of layers whose window looks at each channel by itself."""

    always: ClassVar[tuple[str, ...]] = ("kernel_size",)
    """Parameters written in Keras's call even where they are the default."""

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        window = window_of(args)
        function = depthwise_function(self.type, window, inputs[0][:-1])
        return pad_and_window(
            window,
            lambda padding: Call(
                function,
                keras_arguments(self, args, always=self.always, changed={"padding": padding}),
            ),
        )


class Depthwise(ChannelByChannel):
    """Base of DepthwiseConv1D and DepthwiseConv2D."""

    category: ClassVar[str] = "convolution"
    prefix: ClassVar[str] = "depthwise"
    keywords: ClassVar[tuple[str, ...]] = ("mobilenet", "channelwise", "grouped")
    rank: ClassVar[int]

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], self.rank)
        channels = require_channels(self.type, inputs[0])
        return (*window_of(args).output(inputs[0][:-1]), channels * args.integer("depth_multiplier"))

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        channels, multiplier = require_channels(self.type, inputs[0]), args.integer("depth_multiplier")
        kernel = Weight("kernel", (*args.sizes("kernel_size"), channels, multiplier))
        return (kernel, Weight("bias", (channels * multiplier,))) if args.flag("use_bias") else (kernel,)

    def describe(self, args: Arguments) -> str:
        multiplier = args.integer("depth_multiplier")
        return join(
            f"×{multiplier}" if multiplier > 1 else None,
            describe_window(window_of(args)),
            args.optional_text("activation"),
        )

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        pad, padding = torch_padding(window_of(args), inputs[0][:-1])
        if pad is None:
            return None
        channels = require_channels(self.type, inputs[0])
        convolution = Call(
            f"nn.Conv{self.rank}d",
            Params(
                in_channels=channels,
                out_channels=channels * args.integer("depth_multiplier"),
                kernel_size=args.sizes("kernel_size"),
                stride=args.sizes("strides"),
                padding=padding,
                dilation=args.sizes("dilation_rate"),
                groups=channels,
                bias=args.flag("use_bias"),
            ),
        )
        return with_activation((*pad, convolution), args.optional_text("activation"))
