"""What the transposed convolutions of one, two and three axes have in common. Standard library only."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec, SizeParam
from cnnstudio.core.params import Params, Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Formula, LayerSpec, Shape, Shapes, Weight
from cnnstudio.layers.arguments import keras_arguments, weight_params
from cnnstudio.layers.convolution_layer import (
    describe_window,
    dilation_param,
    kernel_param,
    padding_param,
    refuse_dilated_strides,
    strides_param,
)
from cnnstudio.layers.padding import compact_pads
from cnnstudio.layers.torch_calls import with_activation
from cnnstudio.layers.transposed_window import TransposedWindow
from cnnstudio.layers.window import window_of
from cnnstudio.layers.wording import join, known_product, require_channels, require_rank


def transposed_params(rank: int) -> tuple[ParamSpec, ...]:
    """Keras's parameters of ConvNDTranspose, in the order a person reads them."""
    shared = weight_params()
    return (
        IntParam(name="filters", default=32, help=Message("How many channels come out.")),
        kernel_param(rank),
        strides_param(rank),
        padding_param(rank, causal=False),
        SizeParam(
            name="output_padding",
            rank=rank,
            minimum=0,
            optional=True,
            help=Message("Rows and columns added at the end, fewer than the stride."),
        ),
        shared[0],
        dilation_param(rank),
        *shared[1:],
    )


class TransposedConvolution(LayerSpec):
    """Base of Conv1DTranspose, 2D and 3D; with padding in pixels, PyTorch's `ConvTransposeNd`."""

    category: ClassVar[str] = "convolution"
    prefix: ClassVar[str] = "deconv"
    keywords: ClassVar[tuple[str, ...]] = ("deconvolution", "upsample", "upconvolution", "decoder")
    rank: ClassVar[int]

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        refuse_dilated_strides(args)
        self._refuse_large_output_padding(args)
        require_rank(self.type, inputs[0], self.rank)
        require_channels(self.type, inputs[0])
        return (*self._window(args).output(inputs[0][:-1]), args.integer("filters"))

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        filters = args.integer("filters")
        kernel = Weight(
            "kernel", (*args.sizes("kernel_size"), filters, require_channels(self.type, inputs[0]))
        )
        return (kernel, Weight("bias", (filters,))) if args.flag("use_bias") else (kernel,)

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        return (known_product(inputs[0][:-1]) or 0) * self.weights(inputs, args)[0].count

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return self._window(args).grow(fields[0], inputs[0][:-1])

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        return self._window(args).formula(inputs[0][:-1])

    def describe(self, args: Arguments) -> str:
        return join(
            str(args.integer("filters")), describe_window(window_of(args)), args.optional_text("activation")
        )

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        window = self._window(args)
        crops = window.crops
        changed: dict[str, Value] = {"padding": "same" if window.padding == "same" else "valid"}
        if crops is not None:
            changed["output_padding"] = window.extra
        call = Call(
            f"{'custom.Dilated' if max(window.dilation) > 1 else 'layers.'}{self.type}",
            keras_arguments(self, args, always=("filters", "kernel_size"), changed=changed),
        )
        if crops is None or not any(side for pair in crops for side in pair):
            return (call,)
        return call, Call(f"layers.Cropping{self.rank}D", Params(cropping=compact_pads(crops)), suffix="crop")

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        window = self._window(args)
        crops = window.crops if window.crops is not None else ((0, 0),) * self.rank
        if window.padding == "same" or any(before != after for before, after in crops):
            return None
        extra = window.extra
        if extra is None:
            extra = tuple(max(s - k, 0) for s, k in zip(window.strides, window.effective_kernel, strict=True))
        convolution = Call(
            f"nn.ConvTranspose{self.rank}d",
            Params(
                in_channels=require_channels(self.type, inputs[0]),
                out_channels=args.integer("filters"),
                kernel_size=args.sizes("kernel_size"),
                stride=args.sizes("strides"),
                padding=tuple(before for before, _ in crops),
                output_padding=extra,
                bias=args.flag("use_bias"),
                dilation=args.sizes("dilation_rate"),
            ),
        )
        return with_activation((convolution,), args.optional_text("activation"))

    def _window(self, args: Arguments) -> TransposedWindow:
        return TransposedWindow(
            kernel=args.sizes("kernel_size"),
            strides=args.sizes("strides"),
            dilation=args.sizes("dilation_rate"),
            padding=args.padding(),
            output_padding=args.optional_sizes("output_padding"),
        )

    def _refuse_large_output_padding(self, args: Arguments) -> None:
        extra, strides = args.optional_sizes("output_padding"), args.sizes("strides")
        if extra is not None and any(e >= s for e, s in zip(extra, strides, strict=True)):
            raise ShapeError(
                Message("An output padding of {extra} is not less than the stride.", extra=max(extra)),
                code="param.conflict",
                hint=Message("Use {most} or less, or larger strides.", most=min(strides) - 1),
                param="output_padding",
            )
