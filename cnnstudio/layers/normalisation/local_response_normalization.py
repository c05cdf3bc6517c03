"""LocalResponseNormalization: channels that are strong damp their neighbours."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, NeighbouringChannels
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes
from cnnstudio.layers.arguments import keras_arguments
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import require_channels


class LocalResponseNormalization(PlainLayer):
    """`y = x / (k + alpha / size * sum of x² over size neighbouring channels) ** beta`. Krizhevsky et al. 2012.

    As in PyTorch, alpha is divided by size.
    """

    type: ClassVar[str] = "LocalResponseNormalization"
    category: ClassVar[str] = "normalisation"
    prefix: ClassVar[str] = "lrn"
    order: ClassVar[int] = 40
    keywords: ClassVar[tuple[str, ...]] = ("lrn", "alexnet")
    drawing: ClassVar[Drawing] = NeighbouringChannels()
    help: ClassVar[Message] = Message(
        "Divides every value by a measure of its neighbours in the channels around it. AlexNet used it; "
        "batch normalisation has taken its place. As in PyTorch, alpha is divided by the size."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(name="size", default=5, help=Message("How many neighbouring channels count.")),
        FloatParam(name="alpha", default=1e-4, help=Message("How strongly neighbours damp.")),
        FloatParam(name="beta", default=0.75, help=Message("The power of the divisor.")),
        FloatParam(name="k", default=1.0, help=Message("What the divisor starts from; AlexNet took 2.")),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_channels(self.type, inputs[0])
        return inputs[0]

    def describe(self, args: Arguments) -> str:
        return f"{args.integer('size')}"

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call(f"custom.{self.type}", keras_arguments(self, args, always=tuple(self.params_by_name))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        if len(inputs[0]) < 2:
            return None
        return (Call("nn.LocalResponseNorm", Params(args.values)),)
