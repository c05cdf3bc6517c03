"""SpatiallySeparableConv2D: a column kernel, then a row kernel."""

from __future__ import annotations

import math
from typing import ClassVar

from cnnstudio.core.drawings import ColumnThenRow, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Formula, Shape, Shapes, Weight
from cnnstudio.layers.arguments import keras_arguments, weight_params
from cnnstudio.layers.convolution_layer import describe_window, kernel_param, padding_param, strides_param
from cnnstudio.layers.padding import pad_and_window, torch_padding
from cnnstudio.layers.sliding_layer import Sliding
from cnnstudio.layers.torch_calls import with_activation
from cnnstudio.layers.window import window_of
from cnnstudio.layers.wording import join, known_product, require_channels, require_rank


class SpatiallySeparableConv2D(Sliding):
    """A K_h×1 convolution, then a 1×K_w convolution, nothing between them. Szegedy et al. 2016 (Inception v3).

    Weights: vertical kernel `(K_h, 1, channels, filters)`, horizontal kernel `(1, K_w, filters, filters)`, bias.
    """

    type: ClassVar[str] = "SpatiallySeparableConv2D"
    category: ClassVar[str] = "convolution"
    prefix: ClassVar[str] = "spatial"
    order: ClassVar[int] = 45
    keywords: ClassVar[tuple[str, ...]] = ("factorised", "asymmetric", "column", "row", "inception", "conv")
    drawing: ClassVar[Drawing] = ColumnThenRow()
    help: ClassVar[Message] = Message(
        "A kernel of one column, then a kernel of one row: together they see as far as the square kernel and take "
        "fewer multiplications. A 3×3 kernel on a 5×5 input takes 15·3 + 9·3 = 72 in place of 81."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(name="filters", default=32, help=Message("How many channels come out of either kernel.")),
        kernel_param(2),
        strides_param(2),
        padding_param(2),
        *weight_params(),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], 2)
        require_channels(self.type, inputs[0])
        return (*window_of(args).output(inputs[0][:-1]), args.integer("filters"))

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        filters, (height, width) = args.integer("filters"), args.sizes("kernel_size")
        kernels = (
            Weight("vertical_kernel", (height, 1, require_channels(self.type, inputs[0]), filters)),
            Weight("horizontal_kernel", (1, width, filters, filters)),
        )
        return (*kernels, Weight("bias", (filters,))) if args.flag("use_bias") else kernels

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        between, outputs = (known_product(sizes) or 0 for sizes in self._sizes(inputs, args))
        vertical, horizontal = self.weights(inputs, args)[:2]
        return between * vertical.count + outputs * horizontal.count

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        lines = window_of(args).formula(inputs[0][:-1])
        between, outputs = (known_product(sizes) for sizes in self._sizes(inputs, args))
        if between is None or outputs is None:
            return lines
        height, width = args.sizes("kernel_size")
        square = f"{outputs}*{height * width} = {math.prod((outputs, height, width))}"
        total = between * height + outputs * width
        text = f"{between}*{height} + {outputs}*{width} = {total} (a square kernel: {square})"
        return (*lines, Formula("multiplications of one kernel", text))

    def describe(self, args: Arguments) -> str:
        return join(
            str(args.integer("filters")), describe_window(window_of(args)), args.optional_text("activation")
        )

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return pad_and_window(
            window_of(args),
            lambda padding: Call(
                "custom.SpatiallySeparableConv2D",
                keras_arguments(self, args, always=("filters", "kernel_size"), changed={"padding": padding}),
            ),
        )

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        pad, padding = torch_padding(window_of(args), inputs[0][:-1])
        if pad is None or not isinstance(padding, (tuple, int)):
            return None
        top, left = padding if isinstance(padding, tuple) else (padding, padding)
        (height, width), (down, across) = args.sizes("kernel_size"), args.sizes("strides")
        filters = args.integer("filters")
        vertical = Params(
            in_channels=require_channels(self.type, inputs[0]),
            out_channels=filters,
            kernel_size=(height, 1),
            stride=(down, 1),
            padding=(top, 0),
            bias=False,
        )
        horizontal = Params(
            in_channels=filters,
            out_channels=filters,
            kernel_size=(1, width),
            stride=(1, across),
            padding=(0, left),
            bias=args.flag("use_bias"),
        )
        calls = (Call("nn.Conv2d", vertical, suffix="vertical"), Call("nn.Conv2d", horizontal))
        return with_activation((*pad, *calls), args.optional_text("activation"))

    def _sizes(self, inputs: Shapes, args: Arguments) -> tuple[Shape, Shape]:
        """Height and width between the two kernels and behind them."""
        window, (height, width) = window_of(args), inputs[0][:-1]
        rows, columns = window.output((height, width))
        pads = window.explicit_pads
        padded = width if pads is None or width is None else width + sum(pads[1])
        return (rows, padded), (rows, columns)
