"""SpatialDropout2D: whole channels of a picture become zero while training."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, DroppedChannels
from cnnstudio.core.message import Message
from cnnstudio.layers.spatial_dropout_layer import SpatialDropout


class SpatialDropout2D(SpatialDropout):
    """`keras.layers.SpatialDropout2D`. Tompson et al. 2014."""

    type: ClassVar[str] = "SpatialDropout2D"
    rank: ClassVar[int] = 2
    order: ClassVar[int] = 10
    drawing: ClassVar[Drawing] = DroppedChannels(rank=2)
    help: ClassVar[Message] = Message(
        "Like Dropout, but sets whole channels of a picture to zero: neighbouring pixels are so alike that "
        "dropping single ones changes little."
    )
