"""Conv1DTranspose: a convolution run backwards, which makes sequences longer."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, SpreadWindow
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import ParamSpec
from cnnstudio.layers.transposed_convolution_layer import TransposedConvolution, transposed_params


class Conv1DTranspose(TransposedConvolution):
    """`keras.layers.Conv1DTranspose`; with padding in pixels, PyTorch's `ConvTranspose1d`."""

    type: ClassVar[str] = "Conv1DTranspose"
    rank: ClassVar[int] = 1
    order: ClassVar[int] = 51
    drawing: ClassVar[Drawing] = SpreadWindow(rank=1)
    help: ClassVar[Message] = Message(
        "Spreads every value over a window of the output, so that a sequence gets longer: the way back from a "
        "convolution with strides."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = transposed_params(1)
