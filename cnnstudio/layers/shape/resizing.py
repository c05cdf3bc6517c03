"""Resizing: pictures brought to one height and width."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from cnnstudio.core.drawings import Drawing, Resized
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, ChoiceParam, FloatParam, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Formula, Shape, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import AXES, join, require_rank, shape_text


class Resizing(PlainLayer):
    """`keras.layers.Resizing`; without keeping proportions, PyTorch's `Upsample` with a size."""

    type: ClassVar[str] = "Resizing"
    category: ClassVar[str] = "shape"
    prefix: ClassVar[str] = "resize"
    order: ClassVar[int] = 60
    keywords: ClassVar[tuple[str, ...]] = ("interpolate", "scale", "enlarge", "shrink", "bilinear")
    drawing: ClassVar[Drawing] = Resized()
    help: ClassVar[Message] = Message(
        "Brings pictures of any size to one height and width, so that a network with a fixed input can take them."
    )
    always: ClassVar[tuple[str, ...]] = ("height", "width")
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(name="height", default=28, help=Message("The height that comes out, in pixels.")),
        IntParam(name="width", default=28, help=Message("The width that comes out, in pixels.")),
        ChoiceParam(
            name="interpolation",
            default="bilinear",
            choices=("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"),
            help=Message("'nearest' takes the nearest pixel, the others blend."),
        ),
        BoolParam(
            name="crop_to_aspect_ratio",
            default=False,
            advanced=True,
            help=Message("Whether edges are cut off rather than proportions changed."),
        ),
        BoolParam(
            name="pad_to_aspect_ratio",
            default=False,
            advanced=True,
            help=Message("Whether edges are filled up rather than proportions changed."),
        ),
        FloatParam(
            name="fill_value",
            default=0.0,
            advanced=True,
            help=Message("The value that edges are filled up with: 0 is black."),
        ),
        BoolParam(
            name="antialias",
            default=False,
            advanced=True,
            help=Message("Whether shrinking takes the mean of the pixels it skips."),
        ),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        if args.flag("crop_to_aspect_ratio") and args.flag("pad_to_aspect_ratio"):
            raise ShapeError(
                Message("Proportions are kept by cutting or by filling, not by both."),
                code="param.conflict",
                hint=Message("Turn one of the two off."),
                param="pad_to_aspect_ratio",
            )
        require_rank(self.type, inputs[0], 2)
        return (args.integer("height"), args.integer("width"), inputs[0][-1])

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        before, sizes = fields[0], inputs[0][:-1]
        if before is None or len(before) != 2 or None in sizes or self._keeps_proportions(args):
            return None
        seen = 0 if args.text("interpolation") == "nearest" else 1
        wanted = (args.integer("height"), args.integer("width"))
        steps = [(size or 1) / out for size, out in zip(sizes, wanted, strict=True)]
        return tuple(
            replace(
                field,
                size=round(field.size + (seen if step != 1 else 0) * field.jump),
                jump=field.jump * step,
                start=field.start + (step - 1) / 2 * field.jump,
            )
            for field, step in zip(before, steps, strict=True)
        )

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        outputs = self.output_shape(inputs, args)
        return tuple(
            Formula(name, f"{'?' if size is None else size} -> {out}")
            for name, size, out in zip(AXES[2], inputs[0][:-1], outputs[:-1], strict=True)
        )

    def describe(self, args: Arguments) -> str:
        kind = args.text("interpolation")
        size = shape_text((args.integer("height"), args.integer("width")))
        return join(size, None if kind == "bilinear" else kind)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        kind = args.text("interpolation")
        if self._keeps_proportions(args) or args.flag("antialias") or kind not in ("bilinear", "nearest"):
            return None
        size = (args.integer("height"), args.integer("width"))
        if kind == "nearest":
            return (Call("nn.Upsample", Params(size=size, mode="nearest-exact")),)
        return (Call("nn.Upsample", Params(size=size, mode="bilinear", align_corners=False)),)

    def _keeps_proportions(self, args: Arguments) -> bool:
        return args.flag("crop_to_aspect_ratio") or args.flag("pad_to_aspect_ratio")
