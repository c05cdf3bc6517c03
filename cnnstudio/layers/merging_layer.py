"""What the layers with several inputs have in common. Standard library only."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import shape_text

_MOST_STRETCHES = 5


class Merging(PlainLayer):
    """Base of Add, Subtract and the others that work value by value. Sizes of 1 stretch, as in Keras."""

    category: ClassVar[str] = "merging"
    minimum_inputs: ClassVar[int] = 2
    maximum_inputs: ClassVar[int | None] = None
    torch_pair: ClassVar[str] = ""
    """PyTorch's function of two inputs, if it has one."""
    torch_fold: ClassVar[str] = ""
    """PyTorch's function that folds an axis of stacked inputs, if it has one."""

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        merged = inputs[0]
        for shape in inputs[1:]:
            together = broadcast(merged, shape)
            if together is None:
                raise mismatch(self.type, inputs)
            if _stretches(merged, shape) > _MOST_STRETCHES:
                raise ShapeError(
                    Message(
                        "{layer} cannot stretch {one} and {other} to one size: that goes along a few axes alone.",
                        layer=self.type,
                        one=shape_text(merged),
                        other=shape_text(shape),
                    ),
                    code="shape.rank",
                    hint=Message("Give both branches as many axes, or fewer, with Reshape."),
                )
            merged = together
        return merged

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        if len({len(shape) for shape in inputs}) > 1:
            return None  # aligned at the channels here, at the width there
        if len(inputs) == 2 and self.torch_pair:
            return (Call(self.torch_pair),)
        if len(set(inputs)) > 1 or not self.torch_fold:
            return None
        return Call("torch.stack", Params(dim=0), suffix="stack"), Call(self.torch_fold, Params(dim=0))


def broadcast(one: Shape, other: Shape) -> Shape | None:
    """The shape of both together, aligned at the last axis; None where they do not go together."""
    if len(one) < len(other):
        one, other = other, one
    merged: list[int | None] = list(one[: len(one) - len(other)])
    for a, b in zip(one[len(one) - len(other) :], other, strict=True):
        if a is None or b is None:
            merged.append(None)
        elif a == b or 1 in (a, b):
            merged.append(b if a == 1 else a)
        else:
            return None
    return tuple(merged)


def _stretches(one: Shape, other: Shape) -> int:
    """Runs of axes, the batch's included, along which neither shape is stretched, or the same one is.

    TensorFlow works value by value on five of them at most: `BCast` folds each run into one axis.
    """
    short, long = sorted((one, other), key=len)
    runs = ["neither"]
    for a, b in zip((1,) * (len(long) - len(short)) + short, long, strict=True):
        if None in (a, b) or a == b == 1:
            continue
        run = "neither" if a == b else "first" if a == 1 else "second"
        if run != runs[-1]:
            runs.append(run)
    return len(runs)


def odd_one(shapes: Shapes) -> int:
    """The input whose shape differs from the most common one; the last where all differ."""
    (common, count), *_ = Counter(shapes).most_common()
    if count == 1:
        return len(shapes) - 1
    return next(slot for slot in reversed(range(len(shapes))) if shapes[slot] != common)


def mismatch(
    layer: str, inputs: Shapes, *, shown: Shapes | None = None, hint: Message | None = None
) -> ShapeError:
    """The error for shapes that do not go together, naming the odd one out and one that it does not fit.

    `shown`: the shapes as the user knows them, where `inputs` are reduced to what must agree.
    """
    slot = odd_one(inputs)
    other = next(place for place, shape in enumerate(inputs) if shape != inputs[slot])
    shown = shown or inputs
    return ShapeError(
        Message(
            "{layer} cannot join {one} and {other}.",
            layer=layer,
            one=shape_text(shown[other]),
            other=shape_text(shown[slot]),
        ),
        code="shape.mismatch",
        hint=hint
        or Message(
            "Give both branches the same strides, padding and filters, or a 1×1 convolution to one of them."
        ),
        slot=slot,
    )
