"""SpatialDropout3D: whole channels of a volume become zero while training."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, DroppedChannels
from cnnstudio.core.message import Message
from cnnstudio.layers.spatial_dropout_layer import SpatialDropout


class SpatialDropout3D(SpatialDropout):
    """`keras.layers.SpatialDropout3D`. Tompson et al. 2014."""

    type: ClassVar[str] = "SpatialDropout3D"
    rank: ClassVar[int] = 3
    order: ClassVar[int] = 12
    drawing: ClassVar[Drawing] = DroppedChannels(rank=3)
    help: ClassVar[Message] = Message(
        "Like Dropout, but sets whole channels of a volume to zero: neighbouring voxels are so alike that "
        "dropping single ones changes little."
    )
