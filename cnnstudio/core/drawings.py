"""What a layer's help shows beside its words, as data: one small class per kind of drawing. Standard library only.

A layer names its drawing; `ui` knows how each kind is painted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reduction = Literal["max", "mean"]


class Drawing:
    """Base of all kinds. Instances are immutable values."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlidingWindow(Drawing):
    """A kernel over a sequence (rank 1), a picture (2) or a volume (3). Sizes in cells, the same on every axis."""

    rank: int
    kernel: int = 3
    strides: int = 1
    dilation: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKernels(Drawing):
    """A kernel for each channel by itself; `mixes`: a weighted sum of the channels follows."""

    rank: int
    mixes: bool = False


@dataclass(frozen=True, slots=True)
class GroupedChannels(Drawing):
    """Kernels that see the channels of their own group alone."""


@dataclass(frozen=True, slots=True)
class ColumnThenRow(Drawing):
    """A kernel of one column, then one of one row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadWindow(Drawing):
    """Every value spread over a window of the output."""

    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredPicture(Drawing):
    """A picture before and after a given kernel of odd size."""

    kernel: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class BentWindow(Drawing):
    """A kernel whose places have moved."""


@dataclass(frozen=True, slots=True)
class GraphNeighbours(Drawing):
    """A node that gathers what its neighbours hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledWindows(Drawing):
    """One value out of every window."""

    reduction: Reduction
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledChannels(Drawing):
    """One value out of every channel."""

    reduction: Reduction
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedWindows(Drawing):
    """Windows laid so that a wanted number of values comes out."""

    reduction: Reduction
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCurve(Drawing):
    """The graph of a function of one number, by its name in `layers.activation_curves`.

    The numbers are those of the functions that have any: `slope` and `top` and `threshold` of relu, `slope` of
    leaky_relu, `slope` (alpha) of elu.
    """

    function: str
    slope: float | None = None
    top: float | None = None
    threshold: float = 0.0


@dataclass(frozen=True, slots=True)
class LearnedSlope(Drawing):
    """A bent line with a slope that training finds."""


@dataclass(frozen=True, slots=True)
class Shares(Drawing):
    """Scores and the shares made of them by softmax."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalisedValues(Drawing):
    """The block of batch, channels and places, with the values that are brought to one scale together.

    `over`: all of one channel over the batch; the channels of one place; a group's channels, or one channel, of one
    example; all of one example. `to`: mean 0 and variance 1; mean square 1; length 1.
    """

    over: Literal["batch", "place", "group", "channel", "example"]
    to: Literal["standard", "scale", "length"] = "standard"


@dataclass(frozen=True, slots=True)
class NeighbouringChannels(Drawing):
    """A value divided by a measure of the channels around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisturbedValues(Drawing):
    """Values while training: some dropped, dropped to selu's lowest, noise added, or multiplied with noise."""

    by: Literal["drop", "alpha_drop", "add_noise", "multiply_noise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedChannels(Drawing):
    """Whole channels set to zero."""

    rank: int


@dataclass(frozen=True, slots=True)
class Penalty(Drawing):
    """Values that pass, and what they add to the loss."""


@dataclass(frozen=True, slots=True)
class Unrolled(Drawing):
    """A picture with channels as one row."""


@dataclass(frozen=True, slots=True)
class Reshaped(Drawing):
    """The same values, row by row, in another shape."""


@dataclass(frozen=True, slots=True)
class Transposed(Drawing):
    """Rows become columns."""


@dataclass(frozen=True, slots=True)
class RepeatedRow(Drawing):
    """One vector several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Border(Drawing):
    """A border of zeros put on, or one cut off."""

    rank: int
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Enlarged(Drawing):
    """Values repeated, or blended between."""

    rank: int
    blended: bool = False


@dataclass(frozen=True, slots=True)
class Resized(Drawing):
    """Pictures of several sizes brought to one."""


@dataclass(frozen=True, slots=True)
class ShuffledChannels(Drawing):
    """Channels dealt out anew, one from each group in turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedValues(Drawing):
    """Two grids made one, value by value."""

    operation: Literal["add", "subtract", "multiply", "average", "maximum", "minimum"]


@dataclass(frozen=True, slots=True)
class JoinedChannels(Drawing):
    """Stacks of channels behind each other."""


@dataclass(frozen=True, slots=True)
class DotProduct(Drawing):
    """Products along an axis, added up."""


@dataclass(frozen=True, slots=True)
class DenseFan(Drawing):
    """Every output wired to every input."""


@dataclass(frozen=True, slots=True)
class PassedOn(Drawing):
    """Values that stay as they are."""


@dataclass(frozen=True, slots=True)
class MovedRange(Drawing):
    """A range of numbers brought to another."""


@dataclass(frozen=True, slots=True)
class StandardisedData(Drawing):
    """The values of a data set before and after their mean and deviation are taken off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPicture(Drawing):
    """A small picture before and after a change."""

    change: Literal[
        "flip", "flip_across", "flip_down", "rotation", "zoom", "translation", "contrast", "brightness", "crop",
        "center_crop", "erasing",
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class AttentionWeights(Drawing):
    """One place that looks at all others, at each as much as it fits."""


@dataclass(frozen=True, slots=True)
class PictureData(Drawing):
    """A picture as height, width and channels."""


@dataclass(frozen=True, slots=True)
class NumberedWords(Drawing):
    """Words and their numbers in the vocabulary."""


@dataclass(frozen=True, slots=True)
class LookedUpRows(Drawing):
    """Numbers, and the rows of a table that they stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockEnd(Drawing):
    """A wire that comes into a block, or leaves it."""

    inwards: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTile:
    """A layer of a block in its drawing: how many rows along the data's way it stands, and how many columns across."""

    along: float
    across: float
    type: str
    category: str
    mark: str = ""
    is_end: bool = False
    is_block: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLayout(Drawing):
    """What a block holds. Wires lead from tile to tile by number; `repeat` copies follow one another."""

    tiles: tuple[BlockTile, ...]
    wires: tuple[tuple[int, int], ...]
    repeat: int = 1
