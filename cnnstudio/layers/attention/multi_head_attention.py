"""MultiHeadAttention: every place looks at every other and takes what fits."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import AttentionWeights, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Formula, LayerSpec, Shape, Shapes, Weight
from cnnstudio.layers.arguments import keras_arguments, weight_params
from cnnstudio.layers.wording import join, known_product, require_channels, shape_text

_MOST_AXES = 4
"""Three of places and the features: with the batch and the heads, weights then have eight axes."""


class MultiHeadAttention(LayerSpec):
    """`keras.layers.MultiHeadAttention` over all axes but the last. Vaswani et al. 2017.

    One input looks at itself; with two, the first looks at the second. Weights: kernel and bias of query, key and
    value `(features, heads, size)`, then of the output `(heads, value size, features)`.
    """

    type: ClassVar[str] = "MultiHeadAttention"
    category: ClassVar[str] = "attention"
    prefix: ClassVar[str] = "attention"
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("transformer", "self-attention", "query", "key", "value", "vit")
    maximum_inputs: ClassVar[int | None] = 2
    drawing: ClassVar[Drawing] = AttentionWeights()
    help: ClassVar[Message] = Message(
        "Every place of the first input compares itself with every place of the second, or of the first where there "
        "is only one, and takes a mean of their values, weighted by how well they fit. Several heads look for "
        "different things. Its cost grows with the square of the number of places."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(name="num_heads", default=4, help=Message("How many heads look side by side.")),
        IntParam(name="key_dim", default=32, help=Message("How many values a head compares.")),
        IntParam(
            name="value_dim",
            optional=True,
            advanced=True,
            help=Message("How many values a head takes; as many as it compares by default."),
        ),
        FloatParam(
            name="dropout",
            default=0.0,
            minimum=0,
            maximum=1,
            help=Message("The part of the weights set to zero while training."),
        ),
        *weight_params(activation=False),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        query = inputs[0]
        for slot, shape in enumerate(inputs):
            if len(shape) < 2 or len(shape) != len(query):
                raise ShapeError(
                    Message(
                        "{layer} needs places × features; it gets {shape}.",
                        layer=self.type,
                        shape=" and ".join(shape_text(one) for one in inputs),
                    ),
                    code="shape.rank",
                    hint=Message("Give a sequence or a picture, and both inputs as many axes."),
                    slot=slot,
                )
            if len(shape) > _MOST_AXES:  # TensorFlow's choice between two tensors ends at eight axes
                raise ShapeError(
                    Message(
                        "{layer} takes three axes of places at most; it gets {shape}.",
                        layer=self.type,
                        shape=shape_text(shape),
                    ),
                    code="shape.rank",
                    hint=Message("Put several axes into one with Reshape."),
                    slot=slot,
                )
            require_channels(self.type, shape)
        return query

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        query, value = require_channels(self.type, inputs[0]), require_channels(self.type, inputs[-1])
        heads, compared, taken = self._sizes(args)
        found: list[Weight] = []
        for name, kernel, bias in (
            ("query", (query, heads, compared), (heads, compared)),
            ("key", (value, heads, compared), (heads, compared)),
            ("value", (value, heads, taken), (heads, taken)),
            ("output", (heads, taken, query), (query,)),
        ):
            found.append(Weight(f"{name}_kernel", kernel))
            if args.flag("use_bias"):
                found.append(Weight(f"{name}_bias", bias))
        return tuple(found)

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        heads, compared, taken = self._sizes(args)
        queries, values = (known_product(shape[:-1]) or 0 for shape in (inputs[0], inputs[-1]))
        kernels = {weight.name: weight.count for weight in self.weights(inputs, args)}
        dense = queries * (kernels["query_kernel"] + kernels["output_kernel"])
        dense += values * (kernels["key_kernel"] + kernels["value_kernel"])
        return dense + queries * values * heads * (compared + taken)

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return None

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        queries, values = (known_product(shape[:-1]) for shape in (inputs[0], inputs[-1]))
        heads = args.integer("num_heads")
        if queries is None or values is None:
            return ()
        return (Formula("comparisons", f"{heads} heads * {queries} * {values} = {heads * queries * values}"),)

    def describe(self, args: Arguments) -> str:
        return join(f"{args.integer('num_heads')} heads", str(args.integer("key_dim")))

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call("custom.Attention", keras_arguments(self, args, always=("num_heads", "key_dim"))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        heads, compared, taken = self._sizes(args)
        arguments: dict[str, object] = {
            "features": require_channels(self.type, inputs[0]),
            "other_features": require_channels(self.type, inputs[-1]),
            "num_heads": heads,
            "key_dim": compared,
            "value_dim": taken,
        }
        if args.number("dropout"):
            arguments["dropout"] = args.number("dropout")
        return (Call("custom.MultiHeadAttention", Params({**arguments, "bias": args.flag("use_bias")})),)

    def _sizes(self, args: Arguments) -> tuple[int, int, int]:
        """Heads, values that a head compares, values that it takes."""
        compared, taken = args.integer("key_dim"), args["value_dim"]
        return args.integer("num_heads"), compared, compared if taken is None else args.integer("value_dim")
