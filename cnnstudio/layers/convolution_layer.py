"""What the convolutions of one, two and three axes have in common. Standard library only."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, GroupedChannels, SlidingWindow
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, PaddingParam, ParamSpec, SizeParam
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.arguments import keras_arguments, weight_params
from cnnstudio.layers.padding import pad_and_window, torch_padding
from cnnstudio.layers.sliding_layer import Sliding
from cnnstudio.layers.torch_calls import with_activation
from cnnstudio.layers.window import Window, window_of
from cnnstudio.layers.wording import (
    join,
    require_channels,
    require_rank,
    shape_text,
    sizes_text,
)


def kernel_param(rank: int) -> ParamSpec:
    """Height and width of the kernel."""
    return SizeParam(
        name="kernel_size",
        rank=rank,
        default=(3,) * rank,
        help=Message("How far the window reaches along each axis, in pixels."),
    )


def strides_param(rank: int) -> ParamSpec:
    """How far the window moves."""
    return SizeParam(
        name="strides",
        rank=rank,
        default=(1,) * rank,
        help=Message("How many pixels the window moves from one output to the next."),
    )


def padding_param(rank: int, *, causal: bool = True) -> ParamSpec:
    """What lies around the input; `causal` for layers of one axis that know it."""
    return PaddingParam(
        name="padding",
        rank=rank,
        modes=("valid", "same", "full", "causal") if rank == 1 and causal else ("valid", "same", "full"),
        help=Message(
            "Zeros around the input. 'valid': none. 'same': as many as keep the size at stride 1. "
            "'full': K - 1 on every side. Or a number of pixels."
        ),
    )


def dilation_param(rank: int) -> ParamSpec:
    """The gaps inside the kernel."""
    return SizeParam(
        name="dilation_rate",
        rank=rank,
        default=(1,) * rank,
        help=Message("The distance between neighbouring kernel values: 2 leaves gaps of one pixel."),
    )


def refuse_dilated_strides(args: Arguments) -> None:
    """Raise ShapeError when both strides and dilation exceed 1, as Keras does."""
    if max(args.sizes("strides")) > 1 and max(args.sizes("dilation_rate")) > 1:
        raise ShapeError(
            Message(
                "Strides of {strides} and a dilation of {dilation} do not go together.",
                strides=shape_text(args.sizes("strides")),
                dilation=shape_text(args.sizes("dilation_rate")),
            ),
            code="param.conflict",
            hint=Message("Set one of the two to 1; a pooling layer behind it can take the steps instead."),
            param="dilation_rate",
        )


class Convolution(Sliding):
    """Base of Conv1D, Conv2D and Conv3D."""

    category: ClassVar[str] = "convolution"
    prefix: ClassVar[str] = "conv"
    rank: ClassVar[int]

    def drawing_for(self, args: Arguments) -> Drawing | None:
        if args.integer("groups") > 1:
            return GroupedChannels()
        kernel, strides, dilation = (
            args.sizes(name)[-1] for name in ("kernel_size", "strides", "dilation_rate")
        )
        return SlidingWindow(rank=self.rank, kernel=kernel, strides=strides, dilation=dilation)

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        refuse_dilated_strides(args)
        require_rank(self.type, inputs[0], self.rank)
        channels = require_channels(self.type, inputs[0])
        self._require_groups(channels, args)
        return (*window_of(args).output(inputs[0][:-1]), args.integer("filters"))

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        filters = args.integer("filters")
        channels = require_channels(self.type, inputs[0]) // args.integer("groups")
        kernel = Weight("kernel", (*args.sizes("kernel_size"), channels, filters))
        return (kernel, Weight("bias", (filters,))) if args.flag("use_bias") else (kernel,)

    def describe(self, args: Arguments) -> str:
        window = window_of(args)
        groups = args.integer("groups")
        return join(
            str(args.integer("filters")),
            describe_window(window),
            f"g{groups}" if groups > 1 else None,
            args.optional_text("activation"),
        )

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        groups = args.integer("groups")
        function = f"custom.Grouped{self.type}" if groups > 1 else f"layers.{self.type}"
        return pad_and_window(
            window_of(args),
            lambda padding: Call(
                function,
                keras_arguments(self, args, always=("filters", "kernel_size"), changed={"padding": padding}),
            ),
        )

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        window = window_of(args)
        pad, padding = torch_padding(window, inputs[0][:-1])
        if pad is None:
            return None
        convolution = Call(
            f"nn.Conv{self.rank}d",
            Params(
                in_channels=require_channels(self.type, inputs[0]),
                out_channels=args.integer("filters"),
                kernel_size=args.sizes("kernel_size"),
                stride=args.sizes("strides"),
                padding=padding,
                dilation=args.sizes("dilation_rate"),
                groups=args.integer("groups"),
                bias=args.flag("use_bias"),
            ),
        )
        return with_activation((*pad, convolution), args.optional_text("activation"))

    def _require_groups(self, channels: int, args: Arguments) -> None:
        groups, filters = args.integer("groups"), args.integer("filters")
        for code, what, count in (
            ("param.groups", Message("input channels"), channels),
            ("param.filters", Message("filters"), filters),
        ):
            if count % groups:
                raise ShapeError(
                    Message(
                        "{count} {what} do not divide into {groups} groups.",
                        count=count,
                        what=what,
                        groups=groups,
                    ),
                    code=code,
                    hint=Message(
                        "Choose a number of groups that divides both {a} and {b}.", a=channels, b=filters
                    ),
                    param="groups",
                )


def convolution_params(rank: int) -> tuple[ParamSpec, ...]:
    """Keras's parameters of ConvND, in the order a person reads them."""
    shared = weight_params()
    return (
        IntParam(
            name="filters",
            default=32,
            help=Message("How many kernels are learned: the channels that come out."),
        ),
        kernel_param(rank),
        strides_param(rank),
        padding_param(rank),
        shared[0],
        dilation_param(rank),
        IntParam(
            name="groups",
            default=1,
            advanced=True,
            help=Message("Channels are split into this many groups that do not see each other."),
        ),
        *shared[1:],
    )


def describe_window(window: Window) -> str:
    """`5×5 · s1 · p2`, with `d2` where dilated."""
    return join(
        shape_text(window.kernel),
        sizes_text("s", window.strides),
        window.describe(),
        sizes_text("d", window.dilation) if max(window.dilation) > 1 else None,
    )


def depthwise_function(layer: str, window: Window, sizes: Shape) -> str:
    """The Keras layer, or ours where strides differ per axis, which TensorFlow's depthwise kernels refuse."""
    uneven = len(set(window.strides)) > 1
    return (
        f"custom.Strided{layer}"
        if uneven and (None not in sizes or window.padding != "same")
        else f"layers.{layer}"
    )
