"""BatchNormalization: each channel gets mean 0 and variance 1 over the batch."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, NormalisedValues
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.arguments import initializer, known_axis, own_axis
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.scaling import axis_param, epsilon_param, scaling_params, scaling_weights


class BatchNormalization(PlainLayer):
    """`keras.layers.BatchNormalization`. Ioffe & Szegedy 2015."""

    type: ClassVar[str] = "BatchNormalization"
    category: ClassVar[str] = "normalisation"
    prefix: ClassVar[str] = "norm"
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("batchnorm", "bn", "moving mean")
    drawing: ClassVar[Drawing] = NormalisedValues(over="batch")
    help: ClassVar[Message] = Message(
        "Shifts and scales every channel to mean 0 and variance 1 over the batch, then by a learned factor (gamma) "
        "and offset (beta). Networks learn faster with it. When the network is used it takes the running mean and "
        "variance that it kept while training."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="momentum",
            default=0.99,
            minimum=0,
            maximum=1,
            help=Message("How much of the running mean is kept at each step. Keras's 0.9 is PyTorch's 0.1."),
        ),
        *scaling_params()[:2],
        epsilon_param(),
        axis_param(Message("The axis that keeps its own statistics: the channels.")),
        *scaling_params()[2:],
        initializer("moving_mean_initializer", "zeros"),
        initializer("moving_variance_initializer", "ones"),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        known_axis(self.type, args.integer("axis"), inputs[0])
        return inputs[0]

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        shape = (known_axis(self.type, args.integer("axis"), inputs[0]),)
        return (
            *scaling_weights(shape, args),
            Weight("moving_mean", shape, trainable=False),
            Weight("moving_variance", shape, trainable=False),
        )

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        spatial = len(inputs[0]) - 1
        last = own_axis(self.type, args.integer("axis"), inputs[0]) == spatial
        if not last or spatial > 3 or args.flag("scale") != args.flag("center"):
            return None
        return (
            Call(
                f"nn.BatchNorm{max(1, spatial)}d",
                Params(
                    num_features=inputs[0][-1],
                    eps=args.number("epsilon"),
                    momentum=round(1 - args.number("momentum"), 12),
                    affine=args.flag("scale"),
                ),
            ),
        )
