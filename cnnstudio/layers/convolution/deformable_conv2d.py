"""DeformableConv2D: a convolution that learns where to look."""

from __future__ import annotations

import math
from typing import ClassVar

from cnnstudio.core.drawings import BentWindow, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.arguments import keras_arguments, weight_params
from cnnstudio.layers.convolution_layer import (
    describe_window,
    dilation_param,
    kernel_param,
    padding_param,
    refuse_dilated_strides,
    strides_param,
)
from cnnstudio.layers.padding import pad_ahead, resolved_pads, torch_pad_ahead
from cnnstudio.layers.sliding_layer import Sliding
from cnnstudio.layers.torch_calls import with_activation
from cnnstudio.layers.window import window_of
from cnnstudio.layers.wording import join, known_product, require_channels, require_rank

_BLEND = 4
"""Multiplications that read one value between four pixels."""


class DeformableConv2D(Sliding):
    """Every value of the kernel reads at a place moved by a learned offset, between pixels. Dai et al. 2017.

    `modulated` also learns how much each place counts, from 0 to 1 (Zhu et al. 2019). Weights: kernel, bias, then
    kernel and bias of the ordinary convolution that gives the offsets, all zeros at first.
    """

    type: ClassVar[str] = "DeformableConv2D"
    category: ClassVar[str] = "convolution"
    prefix: ClassVar[str] = "deformable"
    order: ClassVar[int] = 80
    keywords: ClassVar[tuple[str, ...]] = ("dcn", "offset", "bilinear", "sampling", "conv")
    drawing: ClassVar[Drawing] = BentWindow()
    help: ClassVar[Message] = Message(
        "A convolution whose kernel bends: a second convolution learns, for every pixel, how far each of the "
        "kernel's places moves, and values between pixels are blended. It starts out as an ordinary convolution. "
        "The receptive field shown is the one before anything has moved."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(name="filters", default=32, help=Message("How many channels come out.")),
        kernel_param(2),
        strides_param(2),
        padding_param(2),
        weight_params()[0],
        BoolParam(
            name="modulated",
            default=False,
            help=Message("Whether it also learns how much each place counts."),
        ),
        dilation_param(2),
        *weight_params()[1:],
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        refuse_dilated_strides(args)
        require_rank(self.type, inputs[0], 2)
        require_channels(self.type, inputs[0])
        window = window_of(args)
        resolved_pads(self.type, window, inputs[0][:-1])
        return (*window.output(inputs[0][:-1]), args.integer("filters"))

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        kernel, filters = args.sizes("kernel_size"), args.integer("filters")
        channels = require_channels(self.type, inputs[0])
        offsets = math.prod(kernel) * (3 if args.flag("modulated") else 2)
        bias = (Weight("bias", (filters,)),) if args.flag("use_bias") else ()
        return (
            Weight("kernel", (*kernel, channels, filters)),
            *bias,
            Weight("offset_kernel", (*kernel, channels, offsets)),
            Weight("offset_bias", (offsets,)),
        )

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        outputs = known_product(self.output_shape(inputs, args)[:-1]) or 0
        kernels = sum(weight.count for weight in self.weights(inputs, args) if weight.name.endswith("kernel"))
        read = math.prod(args.sizes("kernel_size")) * require_channels(self.type, inputs[0])
        return outputs * (kernels + _BLEND * read)

    def describe(self, args: Arguments) -> str:
        return join(
            str(args.integer("filters")),
            describe_window(window_of(args)),
            "modulated" if args.flag("modulated") else None,
            args.optional_text("activation"),
        )

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        arguments = keras_arguments(self, args, always=("filters", "kernel_size"), leave_out=("padding",))
        pads = resolved_pads(self.type, window_of(args), inputs[0][:-1])
        return (*pad_ahead(pads), Call("custom.DeformableConv2D", arguments))

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        pads = resolved_pads(self.type, window_of(args), inputs[0][:-1])
        arguments: dict[str, object] = {
            "in_channels": require_channels(self.type, inputs[0]),
            "out_channels": args.integer("filters"),
            "kernel_size": args.sizes("kernel_size"),
            "stride": args.sizes("strides"),
            "dilation": args.sizes("dilation_rate"),
            "bias": args.flag("use_bias"),
        }
        if args.flag("modulated"):
            arguments["modulated"] = True
        convolution = Call("custom.DeformableConv2d", Params(arguments))
        return with_activation((*torch_pad_ahead(pads), convolution), args.optional_text("activation"))
