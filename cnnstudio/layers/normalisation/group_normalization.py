"""GroupNormalization: groups of channels get mean 0 and variance 1, example by example."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, NormalisedValues
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.arguments import known_axis, own_axis
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.scaling import axis_param, epsilon_param, scaling_params, scaling_weights
from cnnstudio.layers.wording import undivided


class GroupNormalization(PlainLayer):
    """`keras.layers.GroupNormalization`; -1 groups is instance normalisation. Wu & He 2018."""

    type: ClassVar[str] = "GroupNormalization"
    category: ClassVar[str] = "normalisation"
    prefix: ClassVar[str] = "norm"
    order: ClassVar[int] = 20
    keywords: ClassVar[tuple[str, ...]] = ("groupnorm", "instance", "gn")
    drawing: ClassVar[Drawing] = NormalisedValues(over="group")
    help: ClassVar[Message] = Message(
        "Like layer normalisation, but over groups of channels. With -1, every channel is a group of its own: "
        "instance normalisation."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(
            name="groups",
            default=32,
            minimum=-1,
            help=Message("How many groups; -1 makes each channel a group."),
        ),
        *scaling_params()[:2],
        epsilon_param(),
        axis_param(Message("The axis that is split into groups: the channels.")),
        *scaling_params()[2:],
    )

    def drawing_for(self, args: Arguments) -> Drawing | None:
        groups = args.integer("groups")
        return NormalisedValues(over="channel" if groups == -1 else "example" if groups == 1 else "group")

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        channels, groups = known_axis(self.type, args.integer("axis"), inputs[0]), args.integer("groups")
        if groups == 0 or (groups > 0 and channels % groups):
            raise undivided(
                channels,
                groups,
                Message("Choose a number of groups that divides {channels}, or -1.", channels=channels),
            )
        return inputs[0]

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        return scaling_weights((known_axis(self.type, args.integer("axis"), inputs[0]),), args)

    def describe(self, args: Arguments) -> str:
        groups = args.integer("groups")
        return "instance" if groups == -1 else f"g{groups}"

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        last = own_axis(self.type, args.integer("axis"), inputs[0]) == len(inputs[0]) - 1
        if not last or args.flag("scale") != args.flag("center"):
            return None
        channels, groups = inputs[0][-1], args.integer("groups")
        return (
            Call(
                "nn.GroupNorm",
                Params(
                    num_groups=channels if groups == -1 else groups,
                    num_channels=channels,
                    eps=args.number("epsilon"),
                    affine=args.flag("scale"),
                ),
            ),
        )
