"""Conv3DTranspose: a convolution run backwards, which makes volumes larger."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, SpreadWindow
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.transposed_convolution_layer import TransposedConvolution, transposed_params


class Conv3DTranspose(TransposedConvolution):
    """`keras.layers.Conv3DTranspose`; with padding in pixels, PyTorch's `ConvTranspose3d`."""

    type: ClassVar[str] = "Conv3DTranspose"
    rank: ClassVar[int] = 3
    order: ClassVar[int] = 52
    drawing: ClassVar[Drawing] = SpreadWindow(rank=3)
    help: ClassVar[Message] = Message(
        "Spreads every value over a window of the output, so that a volume gets larger: the way back from a "
        "convolution with strides."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = transposed_params(3)
