"""LayerNormalization: each example gets mean 0 and variance 1 by itself."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, NormalisedValues
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape, Shapes, Weight
from cnnstudio.layers.arguments import known_axis, own_axis
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.scaling import axis_param, epsilon_param, scaling_params, scaling_weights
from cnnstudio.layers.torch_calls import channels_first, channels_last


class LayerNormalization(PlainLayer):
    """`keras.layers.LayerNormalization`. Ba et al. 2016."""

    type: ClassVar[str] = "LayerNormalization"
    category: ClassVar[str] = "normalisation"
    prefix: ClassVar[str] = "norm"
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("layernorm", "ln")
    drawing: ClassVar[Drawing] = NormalisedValues(over="place")
    help: ClassVar[Message] = Message(
        "Like batch normalisation, but over the values of one example, so that the batch does not matter."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        *scaling_params()[:2],
        epsilon_param(),
        axis_param(Message("The axis or axes whose values get mean 0 and variance 1."), several=True),
        *scaling_params()[2:],
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        self._sizes(inputs[0], args)
        return inputs[0]

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        return scaling_weights(self._sizes(inputs[0], args), args)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        """Over the last axes, as PyTorch has it, which are the last ones only with the channels behind."""
        shape, axis = inputs[0], args["axis"]
        axes = args.sizes("axis") if isinstance(axis, tuple) else (args.integer("axis"),)
        places = sorted(own_axis(self.type, one, shape) for one in axes)
        sizes = shape[places[0] :]
        both_or_gamma = args.flag("scale") or not args.flag("center")
        if places != list(range(places[0], len(shape))) or None in sizes or not both_or_gamma:
            return None
        norm = Call(
            "nn.LayerNorm",
            Params(
                normalized_shape=sizes,
                eps=args.number("epsilon"),
                elementwise_affine=args.flag("scale"),
                bias=args.flag("center"),
            ),
        )
        return (*channels_last(len(shape)), norm, *channels_first(len(shape)))

    def _sizes(self, shape: Shape, args: Arguments) -> tuple[int, ...]:
        axis = args["axis"]
        # Keras sorts the axes as they are written.
        axes = sorted(args.sizes("axis")) if isinstance(axis, tuple) else [args.integer("axis")]
        if not (args.flag("scale") or args.flag("center")):
            for one in axes:
                own_axis(self.type, one, shape)
            return ()
        return tuple(known_axis(self.type, one, shape) for one in axes)
