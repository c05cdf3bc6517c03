"""FixedFilter2D: the classic filters of image processing, as a layer."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, FilteredPicture
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, ChoiceParam, PaddingParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Fields, Formula, LayerSpec, Shape, Shapes, Weight
from cnnstudio.layers.convolution_layer import strides_param
from cnnstudio.layers.matrix_param import Matrix, MatrixParam, matrix_of
from cnnstudio.layers.padding import pad_ahead, resolved_pads, torch_padding
from cnnstudio.layers.window import Window
from cnnstudio.layers.wording import (
    join,
    known_product,
    require_channels,
    require_rank,
    shape_text,
    sizes_text,
)


def _scaled(factor: float, rows: Matrix) -> Matrix:
    return tuple(tuple(number * factor for number in row) for row in rows)


KERNELS: dict[str, Matrix] = {
    "mean": _scaled(1 / 9, ((1, 1, 1),) * 3),
    "gaussian": _scaled(1 / 16, ((1, 2, 1), (2, 4, 2), (1, 2, 1))),
    "sobel_x": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "sobel_y": ((-1, -2, -1), (0, 0, 0), (1, 2, 1)),
    "prewitt_x": ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
    "prewitt_y": ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
    "roberts_x": ((1, 0), (0, -1)),
    "roberts_y": ((0, 1), (-1, 0)),
    "scharr_x": ((-3, 0, 3), (-10, 0, 10), (-3, 0, 3)),
    "scharr_y": ((-3, -10, -3), (0, 0, 0), (3, 10, 3)),
    "laplacian_4": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "laplacian_8": ((1, 1, 1), (1, -8, 1), (1, 1, 1)),
    "sharpen_5": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "sharpen_9": ((-1, -1, -1), (-1, 9, -1), (-1, -1, -1)),
}
"""The kernels by name; x finds edges along x, that is upright ones. Gonzalez & Woods, Digital Image Processing, ch. 3, 10."""


class FixedFilter2D(LayerSpec):
    """One kernel, given and not learned, slides over every channel by itself. Weights: kernel `(K_h, K_w, channels, 1)`.

    As everywhere in such networks it is a cross-correlation: the kernel is not flipped.
    """

    type: ClassVar[str] = "FixedFilter2D"
    category: ClassVar[str] = "convolution"
    prefix: ClassVar[str] = "filter"
    order: ClassVar[int] = 70
    keywords: ClassVar[tuple[str, ...]] = (
        "sobel", "gaussian", "blur", "mean", "edge", "laplacian", "sharpen", "prewitt", "roberts", "scharr", "kernel",
    )  # fmt: skip
    drawing: ClassVar[Drawing] = FilteredPicture(kernel=KERNELS["sobel_x"])
    help: ClassVar[Message] = Message(
        "A well-known filter over each channel by itself: blurs, finds edges or sharpens. Its kernel is given and "
        "stays as it is, unless it may be trained: then training starts from it."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        ChoiceParam(
            name="filter",
            default="sobel_x",
            choices=(*KERNELS, "own"),
            help=Message("Which filter; 'own' takes the kernel below. x finds upright edges, y level ones."),
        ),
        MatrixParam(
            name="kernel",
            default="0 0 0; 0 1 0; 0 0 0",
            help=Message("Your own kernel: rows parted by ';', numbers by spaces, such as 1/9."),
        ),
        strides_param(2),
        PaddingParam(
            name="padding",
            rank=2,
            default="same",
            help=Message(
                "Zeros around the input. 'same': as many as keep the size. 'valid': none. Or a number of pixels."
            ),
        ),
        BoolParam(name="trainable", default=False, help=Message("Whether training may change the kernel.")),
    )

    def drawing_for(self, args: Arguments) -> Drawing | None:
        name = args.text("filter")
        return FilteredPicture(kernel=matrix_of(args.text("kernel")) if name == "own" else KERNELS[name])

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_rank(self.type, inputs[0], 2)
        channels = require_channels(self.type, inputs[0])
        window = self._window(args)
        resolved_pads(self.type, window, inputs[0][:-1])
        return (*window.output(inputs[0][:-1]), channels)

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        channels = require_channels(self.type, inputs[0])
        return (Weight("kernel", (*self._window(args).kernel, channels, 1), args.flag("trainable")),)

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        outputs = known_product(self.output_shape(inputs, args)[:-1]) or 0
        return outputs * self.weights(inputs, args)[0].count

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return self._window(args).grow(fields[0], inputs[0][:-1])

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        return self._window(args).formula(inputs[0][:-1])

    def describe(self, args: Arguments) -> str:
        window = self._window(args)
        return join(
            args.text("filter"),
            shape_text(window.kernel),
            sizes_text("s", window.strides) if max(window.strides) > 1 else None,
            None if window.padding == "same" else window.describe(),
            "trainable" if args.flag("trainable") else None,
        )

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        arguments: dict[str, object] = {"kernel": matrix(args)}
        strides = args.sizes("strides")
        if max(strides) > 1:
            arguments["strides"] = strides
        if args.flag("trainable"):
            arguments["trainable"] = True
        pads = resolved_pads(self.type, self._window(args), inputs[0][:-1])
        return (*pad_ahead(pads), Call("custom.FixedFilter2D", Params(arguments)))

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        window = self._window(args)
        pad, padding = torch_padding(window, inputs[0][:-1])
        if pad is None:
            return None
        arguments: dict[str, object] = {
            "channels": require_channels(self.type, inputs[0]),
            "kernel": matrix(args),
            "stride": window.strides,
            "padding": padding,
        }
        if args.flag("trainable"):
            arguments["trainable"] = True
        return (*pad, Call("custom.FixedFilter2d", Params(arguments)))

    def _window(self, args: Arguments) -> Window:
        rows = matrix(args)
        return Window(
            kernel=(len(rows), len(rows[0])),
            strides=args.sizes("strides"),
            dilation=(1, 1),
            padding=args.padding(),
            param="kernel",
        )


def matrix(args: Arguments) -> Matrix:
    """The kernel that the parameters name."""
    name = args.text("filter")
    return matrix_of(args.text("kernel")) if name == "own" else KERNELS[name]
