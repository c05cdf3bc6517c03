"""What max and average pooling of one, two and three axes have in common. Standard library only."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, PaddingParam, ParamSpec, SizeParam
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Formula, LayerSpec, Shape, Shapes
from cnnstudio.layers.arguments import keras_arguments
from cnnstudio.layers.padding import pad_and_window
from cnnstudio.layers.window import Window, window_of
from cnnstudio.layers.wording import join, require_rank, shape_text, sizes_text


def pooling_params(rank: int) -> tuple[ParamSpec, ...]:
    """Keras's parameters of pooling, and PyTorch's `ceil_mode`."""
    return (
        SizeParam(
            name="pool_size",
            rank=rank,
            default=(2,) * rank,
            help=Message("How far the window reaches along each axis."),
        ),
        SizeParam(
            name="strides",
            rank=rank,
            optional=True,
            help=Message(
                "How many pixels the window moves; the pool size by default, so that windows do not overlap."
            ),
        ),
        PaddingParam(
            name="padding",
            rank=rank,
            help=Message(
                "'valid': windows stay inside. 'same': the output is the input's size divided by the stride."
            ),
        ),
        BoolParam(
            name="ceil_mode",
            default=False,
            advanced=True,
            help=Message("Whether a last window that hangs over the edge counts."),
        ),
    )


class Pooling(LayerSpec):
    """Base of the pooling layers. `same` and `valid` are Keras's own; all else follows PyTorch."""

    category: ClassVar[str] = "pooling"
    prefix: ClassVar[str] = "pool"
    rank: ClassVar[int]

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], self.rank)
        window = window_of(args, kernel="pool_size")
        sizes = inputs[0][:-1]
        self._check(window, sizes, args)
        return (*window.output(sizes), inputs[0][-1])

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return window_of(args, kernel="pool_size").grow(fields[0], inputs[0][:-1])

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        return window_of(args, kernel="pool_size").formula(inputs[0][:-1])

    def describe(self, args: Arguments) -> str:
        window = window_of(args, kernel="pool_size")
        return join(
            shape_text(window.kernel),
            sizes_text("s", window.strides),
            None if window.padding == "valid" else window.describe(),
            "ceil" if window.ceil_mode else None,
        )

    def _check(self, window: Window, sizes: Shape, args: Arguments) -> None:
        """Raise ShapeError for what our own pooling, where it is used, cannot do."""
        if not self.needs_custom(window, args):
            return
        pads = window.explicit_pads or ()
        for size, kernel, (before, after) in zip(sizes, window.kernel, pads, strict=True):
            if max(before, after) >= kernel:
                raise ShapeError(
                    Message(
                        "A padding of {pad} lets a window of {kernel} lie wholly outside the input.",
                        pad=max(before, after),
                        kernel=kernel,
                    ),
                    code="param.padding",
                    hint=Message("Use a padding of {most} or less.", most=kernel - 1),
                    param="padding",
                )
            if size is None and window.ceil_mode:
                raise ShapeError(
                    Message("ceil_mode needs to know the size of its input, which is unknown here."),
                    code="shape.unknown",
                    hint=Message("Give the Input layer numbers in place of null, or turn ceil_mode off."),
                    param="ceil_mode",
                )

    def needs_custom(self, window: Window, args: Arguments) -> bool:
        """Whether Keras's own layer, with zeros in front at most, cannot do it."""
        raise NotImplementedError

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        window = window_of(args, kernel="pool_size")
        if self.needs_custom(window, args):
            return (Call(f"custom.{self.custom}", self._custom_arguments(window, args)),)
        return pad_and_window(
            window,
            lambda padding: Call(
                f"layers.{self.type}",
                keras_arguments(
                    self,
                    args,
                    always=("pool_size",),
                    leave_out=("ceil_mode", "count_include_pad"),
                    changed={
                        "padding": padding,
                        "strides": None if window.strides == window.kernel else window.strides,
                    },
                ),
            ),
        )

    custom: ClassVar[str]
    """The layer in `cnnstudio.engine.custom_layers` for what Keras has not."""

    def _custom_arguments(self, window: Window, args: Arguments) -> Params:
        return Params(
            pool_size=window.kernel,
            strides=window.strides,
            padding=window.explicit_pads,
            ceil_mode=window.ceil_mode,
        )

    def _torch_arguments(self, window: Window) -> Params | None:
        pads = window.explicit_pads
        if pads is None or any(a != b or 2 * a > k for (a, b), k in zip(pads, window.kernel, strict=True)):
            return None
        return Params(
            kernel_size=window.kernel,
            stride=window.strides,
            padding=tuple(before for before, _ in pads),
            ceil_mode=window.ceil_mode,
        )


class MaxPooling(Pooling):
    """Base of MaxPooling1D, 2D and 3D. Padding counts as minus infinity."""

    custom: ClassVar[str] = "PaddedMaxPooling"

    def needs_custom(self, window: Window, args: Arguments) -> bool:
        pads = window.explicit_pads
        return pads is not None and (window.ceil_mode or any(a or b for a, b in pads))

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        arguments = self._torch_arguments(window_of(args, kernel="pool_size"))
        return None if arguments is None else (Call(f"nn.MaxPool{self.rank}d", arguments),)


class AveragePooling(Pooling):
    """Base of AveragePooling1D, 2D and 3D. `same` leaves padding out of the average, as Keras does."""

    custom: ClassVar[str] = "PaddedAveragePooling"

    def needs_custom(self, window: Window, args: Arguments) -> bool:
        pads = window.explicit_pads
        padded = pads is not None and any(a or b for a, b in pads)
        return pads is not None and (window.ceil_mode or (padded and not args.flag("count_include_pad")))

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        arguments = self._torch_arguments(window_of(args, kernel="pool_size"))
        if arguments is None:
            return None
        included = args.flag("count_include_pad")
        return (Call(f"nn.AvgPool{self.rank}d", arguments.with_value("count_include_pad", included)),)

    def _custom_arguments(self, window: Window, args: Arguments) -> Params:
        shared = super()._custom_arguments(window, args)
        return shared.with_value("count_include_pad", args.flag("count_include_pad"))


def average_pooling_params(rank: int) -> tuple[ParamSpec, ...]:
    """Those of pooling, and whether padding counts in the average."""
    return (
        *pooling_params(rank),
        BoolParam(
            name="count_include_pad",
            default=True,
            advanced=True,
            help=Message("Whether padding given in pixels counts as zeros in the average."),
        ),
    )
