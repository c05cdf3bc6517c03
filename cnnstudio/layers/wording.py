"""Sizes and shapes as words, and the checks on an input's rank that every layer shares. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cnnstudio.core.message import Message
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Shape

AXES: dict[int, tuple[str, ...]] = {
    1: ("length",),
    2: ("height", "width"),
    3: ("depth", "height", "width"),
}
"""Names of the spatial axes of a layer of rank 1, 2 or 3."""


def shape_text(shape: Sequence[int | None]) -> str:
    """`28×28×6`; an unknown size is `?`."""
    return "×".join("?" if size is None else str(size) for size in shape)


def sizes_text(prefix: str, sizes: Sequence[int]) -> str:
    """`s2`, or `s2×1` where the axes differ."""
    return prefix + (str(sizes[0]) if len(set(sizes)) == 1 else shape_text(sizes))


def join(*parts: str | None) -> str:
    """The parts that say something, as on a node's card: `6 · 5×5 · s1`."""
    return " · ".join(part for part in parts if part)


def known_product(shape: Sequence[int | None]) -> int | None:
    """Values in a tensor of this shape; None when a size is unknown."""
    return None if None in shape else math.prod(size for size in shape if size is not None)


def require_rank(layer: str, shape: Shape, rank: int) -> None:
    """Raise ShapeError, code `shape.rank`, unless `shape` is `rank` spatial axes and channels."""
    if len(shape) == rank + 1:
        return
    axes = " × ".join([*AXES[rank], "channels"])
    if len(shape) < rank + 1:
        hint = Message("Put this layer before Flatten, or put Reshape in front of it.")
    else:
        hint = Message("Use the {rank}D form of this layer, or put Reshape in front.", rank=len(shape) - 1)
    raise ShapeError(
        Message(
            "{layer} needs an input of {axes}; it gets {shape}.",
            layer=layer,
            axes=axes,
            shape=shape_text(shape) or Message("a single value"),
        ),
        code="shape.rank",
        hint=hint,
        slot=0,
    )


def require_channels(layer: str, shape: Shape) -> int:
    """The size of the last axis. Raises ShapeError when it is unknown, since weights depend on it."""
    if not shape:
        raise ShapeError(
            Message("{layer} needs an input with at least one axis besides the batch.", layer=layer),
            code="shape.rank",
            slot=0,
        )
    channels = shape[-1]
    if channels is None:
        raise ShapeError(
            Message("{layer} needs to know the last size of its input, which is unknown here.", layer=layer),
            code="shape.unknown",
            hint=Message("Give the Input layer a number in place of null."),
            slot=0,
        )
    return channels


def undivided(channels: int, groups: int, hint: Message) -> ShapeError:
    """The error, code `param.groups`, of channels that do not divide into that many groups."""
    return ShapeError(
        Message("{channels} channels do not divide into {groups} groups.", channels=channels, groups=groups),
        code="param.groups",
        hint=hint,
        param="groups",
    )
