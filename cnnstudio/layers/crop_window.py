"""A window of fixed size cut out of a picture: sizes, receptive field and checks. Standard library only."""

from __future__ import annotations

from dataclasses import replace

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Fields, Formula, Shape
from cnnstudio.layers.wording import AXES, require_rank, shape_text


def crop_params() -> tuple[ParamSpec, ...]:
    """Height and width of what is kept."""
    return (
        IntParam(name="height", default=24, help=Message("The height that is kept, in pixels.")),
        IntParam(name="width", default=24, help=Message("The width that is kept, in pixels.")),
    )


def crop_size(args: Arguments) -> tuple[int, int]:
    """Height and width of what is kept."""
    return args.integer("height"), args.integer("width")


def cropped(layer: str, shape: Shape, args: Arguments) -> Shape:
    """The shape that is kept. Raises ShapeError when the picture is smaller, or its size unknown."""
    require_rank(layer, shape, 2)
    for name, size, kept in zip(AXES[2], shape[:-1], crop_size(args), strict=True):
        if size is None:
            raise ShapeError(
                Message(
                    "{layer} needs to know the {axis} of its input, which is unknown here.",
                    layer=layer,
                    axis=name,
                ),
                code="shape.unknown",
                hint=Message("Give the Input layer numbers in place of null."),
                slot=0,
            )
        if kept > size:
            raise ShapeError(
                Message(
                    "The {axis} to keep is {kept}, the input has only {size}.",
                    axis=name,
                    kept=kept,
                    size=size,
                ),
                code="shape.window",
                hint=Message("Keep {size} or less, or use Resizing.", size=size),
                param=name,
            )
    return (*crop_size(args), shape[-1])


def is_large_enough(shape: Shape, args: Arguments) -> bool:
    """Whether the picture's size is known and holds the window."""
    return all(
        size is not None and kept <= size for size, kept in zip(shape[:-1], crop_size(args), strict=True)
    )


def crop_starts(shape: Shape, args: Arguments) -> tuple[int, int]:
    """Rows and columns cut off before the middle window, as Keras counts them."""
    height, width = ((size or kept) - kept for size, kept in zip(shape[:-1], crop_size(args), strict=True))
    return height // 2, width // 2


def crop_fields(fields: Fields, shape: Shape, args: Arguments) -> Fields:
    """The receptive field of the middle window's pixels."""
    if fields is None or len(fields) != 2:
        return None
    starts = crop_starts(shape, args)
    return tuple(
        replace(field, start=field.start + start * field.jump)
        for field, start in zip(fields, starts, strict=True)
    )


def crop_formula(shape: Shape, args: Arguments) -> tuple[Formula, ...]:
    """What is cut off, per axis."""
    return tuple(
        Formula(name, f"{size} - {(size or kept) - kept} = {kept}")
        for name, size, kept in zip(AXES[2], shape[:-1], crop_size(args), strict=True)
    )


def describe_crop(args: Arguments) -> str:
    """`24×24`."""
    return shape_text(crop_size(args))
