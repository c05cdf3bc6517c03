"""Embedding: a learned vector for every word."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, LookedUpRows
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Field, Fields, Formula, LayerSpec, Shape, Shapes, Weight
from cnnstudio.layers.arguments import constraint, initializer, keras_arguments, regularizer
from cnnstudio.layers.wording import join


class Embedding(LayerSpec):
    """`keras.layers.Embedding`: whole numbers below `input_dim` become vectors of `output_dim` values."""

    type: ClassVar[str] = "Embedding"
    category: ClassVar[str] = "input"
    prefix: ClassVar[str] = "embedding"
    order: ClassVar[int] = 20
    keywords: ClassVar[tuple[str, ...]] = ("word", "token", "text", "vocabulary", "lookup", "vector")
    drawing: ClassVar[Drawing] = LookedUpRows()
    help: ClassVar[Message] = Message(
        "Looks up a learned vector for every number of a sequence, so that a text of word numbers becomes a matrix "
        "of word vectors. Its input holds whole numbers from 0 up to the number of words."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(
            name="input_dim",
            default=1000,
            help=Message("How many different words there are: the largest number plus 1."),
        ),
        IntParam(name="output_dim", default=64, help=Message("How many values stand for one word.")),
        BoolParam(
            name="mask_zero",
            default=False,
            advanced=True,
            help=Message("Whether 0 stands for no word, which later layers that can will skip."),
        ),
        initializer("embeddings_initializer", "uniform", kernel=True),
        regularizer("embeddings_regularizer"),
        constraint("embeddings_constraint"),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        return (*inputs[0], args.integer("output_dim"))

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        return (Weight("embeddings", (args.integer("input_dim"), args.integer("output_dim"))),)

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return (Field(),) if len(inputs[0]) == 1 else fields[0]

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        words, values = args.integer("input_dim"), args.integer("output_dim")
        return (Formula("parameters", f"{words}*{values} = {words * values}"),)

    def describe(self, args: Arguments) -> str:
        return join(f"{args.integer('input_dim')} → {args.integer('output_dim')}")

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call("layers.Embedding", keras_arguments(self, args, always=("input_dim", "output_dim"))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        if len(inputs[0]) != 1:
            return None
        table = Params(
            num_embeddings=args.integer("input_dim"),
            embedding_dim=args.integer("output_dim"),
        )
        # PyTorch's convolutions take the values of a word as channels, in front of the sequence.
        return Call("nn.Embedding", table), Call("torch.movedim", Params(source=-1, destination=1))
