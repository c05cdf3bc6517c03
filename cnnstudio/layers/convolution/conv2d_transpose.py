"""Conv2DTranspose: a convolution run backwards, which makes pictures larger."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, SpreadWindow
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.transposed_convolution_layer import TransposedConvolution, transposed_params


class Conv2DTranspose(TransposedConvolution):
    """`keras.layers.Conv2DTranspose`; with padding in pixels, PyTorch's `ConvTranspose2d`."""

    type: ClassVar[str] = "Conv2DTranspose"
    rank: ClassVar[int] = 2
    order: ClassVar[int] = 50
    drawing: ClassVar[Drawing] = SpreadWindow(rank=2)
    help: ClassVar[Message] = Message(
        "Spreads every pixel over a window of the output, so that a picture gets larger: the way back from a "
        "convolution with strides. A kernel size that the stride does not divide leaves a checkerboard pattern."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = transposed_params(2)
