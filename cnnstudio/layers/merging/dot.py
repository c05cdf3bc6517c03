"""Dot: products of two inputs summed along an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from cnnstudio.core.drawings import DotProduct, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, ParamSpec
from cnnstudio.core.params import Params, Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Formula, Shape, Shapes
from cnnstudio.layers.arguments import AxesParam, own_axis
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import known_product, shape_text


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoAxesParam(AxesParam):
    """One axis for both inputs, or one for each."""

    several: bool = True

    def normalise(self, value: Value) -> Value:
        if isinstance(value, tuple) and len(value) != 2:
            raise self.refuse(Message("it must be one axis for both inputs, or one for each."), value)
        return AxesParam.normalise(self, value)


class Dot(PlainLayer):
    """`keras.layers.Dot`: `(…, n, …)` and `(…, n, …)` become what is left of both, n being summed over."""

    type: ClassVar[str] = "Dot"
    category: ClassVar[str] = "merging"
    prefix: ClassVar[str] = "dot"
    order: ClassVar[int] = 70
    keywords: ClassVar[tuple[str, ...]] = ("product", "matrix", "matmul", "cosine", "similarity")
    minimum_inputs: ClassVar[int] = 2
    maximum_inputs: ClassVar[int | None] = 2
    drawing: ClassVar[Drawing] = DotProduct()
    help: ClassVar[Message] = Message(
        "Multiplies two inputs value by value along an axis and adds the products up: how alike two vectors are, or "
        "a matrix product."
    )
    always: ClassVar[tuple[str, ...]] = ("axes",)
    params: ClassVar[tuple[ParamSpec, ...]] = (
        TwoAxesParam(
            name="axes",
            help=Message(
                "The axis that is summed over, the batch being 0 and the last -1; or one per input."
            ),
        ),
        BoolParam(
            name="normalize",
            default=False,
            help=Message("Whether vectors get length 1 first, which gives the cosine of their angle."),
        ),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        (one, first), (other, second) = self._sides(inputs, args)
        if one[first] != other[second]:
            sizes = [None if size is None else size for size in (one[first], other[second])]
            raise ShapeError(
                Message(
                    "Dot cannot multiply {one} and {other}: the axes have the sizes {sizes}.",
                    one=shape_text(one),
                    other=shape_text(other),
                    sizes=" and ".join("?" if size is None else str(size) for size in sizes),
                ),
                code="shape.mismatch",
                hint=Message("Choose axes of equal size."),
                slot=1,
            )
        left = (*one[:first], *one[first + 1 :], *other[:second], *other[second + 1 :])
        return left or (1,)

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        (one, first), _ = self._sides(inputs, args)
        return (known_product(self.output_shape(inputs, args)) or 0) * (one[first] or 0)

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return None

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        one, other = inputs
        output = self.output_shape(inputs, args)
        return (Formula("shape", f"({shape_text(one)}) · ({shape_text(other)}) = {shape_text(output)}"),)

    def describe(self, args: Arguments) -> str:
        return "cosine" if args.flag("normalize") else ""

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        if args.flag("normalize") or any(len(shape) != 1 for shape in inputs):
            return None
        return Call("torch.mul", suffix="products"), Call("torch.sum", Params(dim=1, keepdim=True))

    def _sides(self, inputs: Shapes, args: Arguments) -> tuple[tuple[Shape, int], tuple[Shape, int]]:
        axes = args["axes"]
        first, second = cast("tuple[int, int]", axes if isinstance(axes, tuple) else (axes, axes))
        one, other = inputs
        return (
            (one, own_axis(self.type, first, one, param="axes")),
            (other, own_axis(self.type, second, other, param="axes")),
        )
