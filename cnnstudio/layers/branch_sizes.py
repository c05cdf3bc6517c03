"""What might make one branch as high and wide as another: padding in pixels, cropping, pooling, up-sampling. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Node
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Fix
from cnnstudio.core.spec import Shape
from cnnstudio.layers.fix_situation import Situation
from cnnstudio.layers.solve import solve
from cnnstudio.layers.wording import shape_text

MOST_CROPPED = 8
"""Rows or columns that may be cut off or added where nothing else fits."""


def padded_layer(situation: Situation, branch: Sequence[Node], have: Shape, want: Shape) -> Iterator[Fix]:
    """Padding in pixels for a layer behind which nothing changes the size, so that the branch comes out as wanted."""
    if have[:-1] == want[:-1]:
        return
    for node in branch:
        result = situation.analysis.nodes[node.id]
        spec, shapes, output = situation.catalogue.get(node.type), result.input_shapes, result.output_shape
        if spec is None or output is None or not shapes or shapes[0] is None:
            return
        if output[:-1] != have[:-1]:
            return  # what comes after it has changed the size
        wanted, window = want[0], result.formula[0].window if result.formula else None
        if "padding" in spec.params_by_name and wanted is not None and window is not None:
            pads = solve(spec, (shapes[0],), node.params, "padding", axis=0, wanted=wanted).values
            if pads and pads[0] < window.effective_kernel:  # more would be windows on nothing but padding
                yield situation.set(node, "padding", pads[0])
        if shapes[0][:-1] != output[:-1]:
            return


def resized(situation: Situation, wire: Edge, have: Shape, want: Shape, *, by_factor: bool) -> Iterator[Fix]:
    """A layer on the wire that pools or repeats by a whole factor; or else one that crops or pads a few pixels."""
    sizes = [(h, w) for h, w in zip(have[:-1], want[:-1], strict=True) if h is not None and w is not None]
    if not sizes or len(sizes) != len(have) - 1 or have[:-1] == want[:-1]:
        return
    source, rank = situation.network.nodes[wire.source].label, len(sizes)

    def put(kind: str, params: Params, label: Message) -> Iterator[Fix]:
        if kind in situation.catalogue:
            yield situation.insert(wire, kind, params, label)

    if all(w <= h for h, w in sizes):
        if by_factor and all(h % w == 0 for h, w in sizes):
            factors = tuple(h // w for h, w in sizes)
            yield from put(
                f"MaxPooling{rank}D",
                Params(pool_size=factors),
                Message("Put max pooling by {factor} behind {source}", factor=_text(factors), source=source),
            )
        cut = [(h - w) for h, w in sizes]
        if not by_factor and max(cut) <= MOST_CROPPED:
            yield from put(
                f"Cropping{rank}D",
                Params(cropping=_sides(cut)),
                Message("Crop {source} to {size}", source=source, size=shape_text(want[:-1])),
            )
    elif all(w >= h for h, w in sizes):
        if by_factor and all(w % h == 0 for h, w in sizes):
            factors = tuple(w // h for h, w in sizes)
            yield from put(
                f"UpSampling{rank}D",
                Params(size=factors[0] if rank == 1 else factors),
                Message("Put up-sampling by {factor} behind {source}", factor=_text(factors), source=source),
            )
        added = [(w - h) for h, w in sizes]
        if not by_factor and max(added) <= MOST_CROPPED:
            yield from put(
                f"ZeroPadding{rank}D",
                Params(padding=_sides(added)),
                Message("Pad {source} with zeros to {size}", source=source, size=shape_text(want[:-1])),
            )


def _sides(pixels: Sequence[int]) -> tuple[object, ...]:
    """Half before and half after, the odd one after; a pair alone for one axis."""
    pairs = tuple((count // 2, count - count // 2) for count in pixels)
    return cast("tuple[object, ...]", pairs[0] if len(pairs) == 1 else pairs)


def _text(factors: Sequence[int]) -> str:
    return str(factors[0]) if len(set(factors)) == 1 else shape_text(factors)
