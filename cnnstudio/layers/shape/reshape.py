"""Reshape: the same values in another shape."""

from __future__ import annotations

import math
from typing import ClassVar

from cnnstudio.core.drawings import Drawing, Reshaped
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntsParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Formula, Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.torch_calls import channels_first, channels_last
from cnnstudio.layers.wording import known_product, shape_text


class Reshape(PlainLayer):
    """`keras.layers.Reshape`; one size may be -1, which takes what is left."""

    type: ClassVar[str] = "Reshape"
    category: ClassVar[str] = "shape"
    prefix: ClassVar[str] = "reshape"
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("view", "resize")
    drawing: ClassVar[Drawing] = Reshaped()
    help: ClassVar[Message] = Message(
        "Puts the same values into another shape, row by row. The number of values must stay the same; "
        "one size may be -1 and is worked out."
    )
    always: ClassVar[tuple[str, ...]] = ("target_shape",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntsParam(
            name="target_shape",
            default=(-1,),
            minimum=-1,
            minimum_length=1,
            help=Message("The shape that comes out, without the batch."),
        ),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        target = args.sizes("target_shape")
        total = known_product(inputs[0])
        if target.count(-1) > 1 or 0 in target:
            raise ShapeError(
                Message("The target shape {shape} is not one.", shape=shape_text(target)),
                code="param.value",
                hint=Message("Use sizes of 1 or more, and -1 at most once."),
                param="target_shape",
            )
        if total is None:
            return tuple(None if size == -1 else size for size in target)
        known = math.prod(size for size in target if size != -1)
        if total % known or (-1 not in target and total != known):
            raise ShapeError(
                Message(
                    "{values} values ({shape}) do not fit the target shape {target}.",
                    values=total,
                    shape=shape_text(inputs[0]),
                    target=shape_text(target),
                ),
                code="shape.values",
                hint=Message(
                    "Choose sizes that multiply to {values}, or put -1 for one of them.", values=total
                ),
                param="target_shape",
            )
        return tuple(total // known if size == -1 else size for size in target)

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return None

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        sides = ["*".join("?" if size is None else str(size) for size in inputs[0])]
        sides.append("*".join("?" if s is None else str(s) for s in self.output_shape(inputs, args)))
        return (Formula("values", " = ".join(sides)),)

    def describe(self, args: Arguments) -> str:
        return shape_text(args.sizes("target_shape"))

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        shape = self.output_shape(inputs, args)
        if None in shape:
            return None
        laid_out = Call("torch.reshape", Params(shape=(-1, *shape)))
        return (*channels_last(len(inputs[0])), laid_out, *channels_first(len(shape)))
