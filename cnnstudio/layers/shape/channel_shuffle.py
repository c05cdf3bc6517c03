"""ChannelShuffle: channels of several groups take turns."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, ShuffledChannels
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Formula, LayerSpec, Shape, Shapes
from cnnstudio.layers.wording import require_channels, undivided


class ChannelShuffle(LayerSpec):
    """The first channel of every group, then the second of every group, and so on. Zhang et al. 2018 (ShuffleNet)."""

    type: ClassVar[str] = "ChannelShuffle"
    category: ClassVar[str] = "shape"
    prefix: ClassVar[str] = "shuffle"
    order: ClassVar[int] = 70
    keywords: ClassVar[tuple[str, ...]] = ("shufflenet", "groups", "mix")
    drawing: ClassVar[Drawing] = ShuffledChannels()
    help: ClassVar[Message] = Message(
        "Deals the channels out anew, one from each group in turn, so that the next grouped convolution sees "
        "channels of every group. Values stay as they are."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(name="groups", default=2, help=Message("How many groups the channels come in.")),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        channels, groups = require_channels(self.type, inputs[0]), args.integer("groups")
        if channels % groups:
            raise undivided(
                channels,
                groups,
                Message("Choose a number of groups that divides {channels}.", channels=channels),
            )
        return inputs[0]

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        channels, groups = require_channels(self.type, inputs[0]), args.integer("groups")
        return (Formula("channels", f"{groups} groups of {channels}/{groups} = {channels // groups}"),)

    def describe(self, args: Arguments) -> str:
        return f"g{args.integer('groups')}"

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call("custom.ChannelShuffle", Params(groups=args.integer("groups"))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        if len(inputs[0]) < 2:
            return None
        return (Call("nn.ChannelShuffle", Params(groups=args.integer("groups"))),)
