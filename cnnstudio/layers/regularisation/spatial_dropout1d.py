"""SpatialDropout1D: whole channels of a sequence become zero while training."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, DroppedChannels
from cnnstudio.core.message import Message
from cnnstudio.layers.spatial_dropout_layer import SpatialDropout


class SpatialDropout1D(SpatialDropout):
    """`keras.layers.SpatialDropout1D`. Tompson et al. 2014."""

    type: ClassVar[str] = "SpatialDropout1D"
    rank: ClassVar[int] = 1
    order: ClassVar[int] = 11
    drawing: ClassVar[Drawing] = DroppedChannels(rank=1)
    help: ClassVar[Message] = Message(
        "Like Dropout, but sets whole channels of a sequence to zero: neighbouring values are so alike that "
        "dropping single ones changes little."
    )
