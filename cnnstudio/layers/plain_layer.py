"""A layer that keeps its input's shape and is one Keras call with its own parameters. Standard library only."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec
from cnnstudio.core.spec import Call, LayerSpec, Shape, Shapes
from cnnstudio.layers.arguments import keras_arguments


class PlainLayer(LayerSpec):
    """Base of layers that work value by value, or that only rescale."""

    always: ClassVar[tuple[str, ...]] = ()
    """Parameters written in the call even where they are the default: those Keras has no default for."""

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        return inputs[0]

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call(f"layers.{self.type}", keras_arguments(self, args, always=self.always)),)


def seed_param() -> ParamSpec:
    """Where random values start."""
    return IntParam(
        name="seed",
        minimum=0,
        optional=True,
        advanced=True,
        help=Message("The same seed gives the same random values."),
    )
