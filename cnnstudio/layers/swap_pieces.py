"""What can stand in place of a convolution: chains of layers from the textbooks. Standard library only.

Nothing here is checked to fit; `cnnstudio.layers.swaps` keeps those whose output has the shape that was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, Pads
from cnnstudio.core.params import Params, Value
from cnnstudio.core.spec import LayerSpec
from cnnstudio.layers.window import Window, window_of
from cnnstudio.layers.wording import shape_text

ORDINARY = {"Conv1D": 1, "Conv2D": 2, "Conv3D": 3}
_BACK = {
    "SeparableConv1D": "Conv1D",
    "SeparableConv2D": "Conv2D",
    "SpatiallySeparableConv2D": "Conv2D",
    "DepthwiseConv1D": "Conv1D",
    "DepthwiseConv2D": "Conv2D",
}
SWAPPABLE = frozenset((*ORDINARY, *_BACK))
"""Types for which there are pieces."""

GROUPS = (2, 4, 8)
NARROWING = 4
"""How many times fewer channels the middle of a bottleneck has. He et al. 2016."""
MOST_STACKED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Layers, one after another, as types and parameters. The last takes the place of the layer that goes."""

    code: str
    title: Message
    note: Message
    layers: tuple[tuple[str, Params], ...]


@dataclass(frozen=True, slots=True)
class Convolution:
    """The layer that goes: its parameters as written and complete, and the channels that come in and out."""

    spec: LayerSpec
    params: Params
    args: Arguments
    channels: int
    filters: int
    window: Window = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "window", window_of(self.args))

    @property
    def rank(self) -> int:
        return self.window.rank

    @property
    def plain(self) -> str:
        return f"Conv{self.rank}D"

    def has(self, name: str) -> bool:
        return name in self.args.values

    @property
    def groups(self) -> int:
        return self.args.integer("groups") if self.has("groups") else 1

    @property
    def is_unit(self) -> bool:
        """Whether the window is a single pixel."""
        return max(self.window.kernel) == 1

    def changed(self, **values: Value) -> Params:
        """The parameters as written, some replaced."""
        return Params({**self.params, **values})

    def without(self, *names: str) -> Params:
        return Params({name: value for name, value in self.params.items() if name not in names})


def pieces(layer: Convolution) -> Iterator[Piece]:
    """The alternatives, from the one most like the layer to the least."""
    if layer.spec.type in _BACK:
        yield _ordinary(layer)
        return
    if layer.groups > 1:
        yield Piece(
            code="ungrouped",
            title=Message("Ordinary convolution"),
            note=Message("Every filter sees all channels again."),
            layers=((layer.plain, layer.without("groups")),),
        )
    yield from _grouped(layer)
    if not layer.is_unit and layer.groups == 1:
        yield from _separable(layer)
    yield from _dilated(layer)
    if not layer.is_unit and layer.groups == 1:
        yield from _stacked(layer)
        yield from _bottleneck(layer)


def _ordinary(layer: Convolution) -> Piece:
    kept = layer.without("depth_multiplier")
    return Piece(
        code="ordinary",
        title=Message("Ordinary convolution"),
        note=Message("One kernel over all channels and both axes at once."),
        layers=((_BACK[layer.spec.type], Params({**_shared(kept), "filters": layer.filters})),),
    )


def _shared(params: Params) -> dict[str, Value]:
    """What a convolution of another kind takes too; initialisers and the like of kernels it has not are left behind."""
    odd = ("depthwise_", "pointwise_", "kernel_initializer", "kernel_regularizer", "kernel_constraint")
    return {name: value for name, value in params.items() if not name.startswith(odd)}


def _grouped(layer: Convolution) -> Iterator[Piece]:
    for groups in GROUPS:
        if groups == layer.groups or layer.channels % groups or layer.filters % groups:
            continue
        if groups < layer.channels:
            yield Piece(
                code=f"grouped{groups}",
                title=Message("Grouped, {groups} groups", groups=groups),
                note=Message(
                    "Channels are split into {groups} groups that do not see each other: 1/{groups} of "
                    "the weights. Trains slowly on a processor.",
                    groups=groups,
                ),
                layers=((layer.plain, layer.changed(groups=groups)),),
            )


def _separable(layer: Convolution) -> Iterator[Piece]:
    shared = _shared(layer.without("groups"))
    if layer.rank < 3:
        yield Piece(
            code="depthwise",
            title=Message("Depthwise separable"),
            note=Message("Each channel gets a kernel of its own, then a 1×1 kernel mixes the channels. As MobileNet does."),
            layers=((f"SeparableConv{layer.rank}D", Params(shared)),),
        )  # fmt: skip
    if layer.rank == 2 and min(layer.window.kernel) > 1 and max(layer.window.dilation) == 1:
        shared.pop("dilation_rate", None)
        high, wide = layer.window.kernel
        yield Piece(
            code="spatial",
            title=Message("{high}×1, then 1×{wide}", high=high, wide=wide),
            note=Message(
                "A kernel of one column, then one of one row: spatially separable, as in Inception v3."
            ),
            layers=(("SpatiallySeparableConv2D", Params(shared)),),
        )


def _dilated(layer: Convolution) -> Iterator[Piece]:
    window = layer.window
    if max(window.dilation) > 1:
        yield Piece(
            code="undilated",
            title=Message("Without dilation"),
            note=Message("The kernel's values lie side by side: a smaller receptive field."),
            layers=((layer.plain, _with_dilation(layer, (1,) * layer.rank)),),
        )
        return
    if layer.is_unit:
        return
    kernel = window.kernel
    if max(kernel) >= 5 and all(size % 2 for size in kernel) and min(kernel) >= 3:
        dilation = tuple((size - 1) // 2 for size in kernel)
        yield Piece(
            code="sparse",
            title=Message("{small}, dilated by {dilation}", small=shape_text((3,) * layer.rank), dilation=_one(dilation)),
            note=Message("Reaches as far as the {kernel} kernel with gaps in it, and has fewer weights.", kernel=shape_text(kernel)),
            layers=((layer.plain, layer.changed(kernel_size=3, dilation_rate=_compact(dilation))),),
        )  # fmt: skip
    yield Piece(
        code="dilated",
        title=Message("Dilated by 2"),
        note=Message("The same weights spread out: a larger receptive field at the same cost."),
        layers=((layer.plain, _with_dilation(layer, (2,) * layer.rank)),),
    )


def _with_dilation(layer: Convolution, dilation: tuple[int, ...]) -> Params:
    """Another dilation; padding in pixels makes up for what the window grows or shrinks."""
    window = layer.window
    pads = window.explicit_pads
    if pads is None:
        return layer.changed(dilation_rate=_compact(dilation))
    grown = [
        (new - old) * (size - 1)
        for new, old, size in zip(dilation, window.dilation, window.kernel, strict=True)
    ]
    padded = tuple(
        (before + more // 2, after + more - more // 2)
        for (before, after), more in zip(pads, grown, strict=True)
    )
    return layer.changed(dilation_rate=_compact(dilation), padding=_compact_pads(padded))


def _stacked(layer: Convolution) -> Iterator[Piece]:
    """Several small kernels for a large one; the steps are taken by the last, so that the view stays the same."""
    window = layer.window
    size = window.kernel[0]
    count = (size - 1) // 2
    if (
        len(set(window.kernel)) > 1
        or size < 5
        or size % 2 == 0
        or count > MOST_STACKED
        or max(window.dilation) > 1
    ):
        return
    between = _between(layer)
    layers: list[tuple[str, Params]] = []
    for number in range(count):
        last = number == count - 1
        changes: dict[str, Value] = {
            "kernel_size": 3,
            "padding": _share_of_pads(window, number, count),
        }
        if not last:
            changes |= {"strides": 1, "activation": between}
        layers.append((layer.plain, layer.changed(**changes)))
    yield Piece(
        code="stacked",
        title=Message(
            "{count} of {small} for one {kernel}",
            count=count,
            small=shape_text((3,) * layer.rank),
            kernel=shape_text(window.kernel),
        ),
        note=Message(
            "See as far together, with {between} between them: fewer weights, more steps. As VGG does.",
            between=between,
        ),
        layers=tuple(layers),
    )


def _share_of_pads(window: Window, number: int, count: int) -> Value:
    """The padding of one of `count` small windows that together do what the large one's padding did.

    Each window gets a pixel as long as there are some, the first window first; it takes what is left over too.
    """
    pads = window.padding
    if isinstance(pads, str):
        return pads
    if number:
        return _compact_pads(tuple((int(before > number), int(after > number)) for before, after in pads))
    return _compact_pads(
        tuple(
            (before - min(max(before - 1, 0), count - 1), after - min(max(after - 1, 0), count - 1))
            for before, after in pads
        )
    )


def _bottleneck(layer: Convolution) -> Iterator[Piece]:
    narrow = layer.filters // NARROWING
    if narrow < 2 or layer.channels < 2:
        return
    between = _between(layer)
    unit = {"kernel_size": 1, "strides": 1, "padding": "valid"}
    inner = layer.without("dilation_rate")
    yield Piece(
        code="bottleneck",
        title=Message("Bottleneck, {narrow} channels inside", narrow=narrow),
        note=Message(
            "1×1 to {narrow} channels, the kernel on those, 1×1 back to {filters}; {between} between them. As ResNet-50 does.",
            narrow=narrow,
            filters=layer.filters,
            between=between,
        ),
        layers=(
            (layer.plain, Params({**inner, **unit, "filters": narrow, "activation": between})),
            (layer.plain, layer.changed(filters=narrow, activation=between)),
            (layer.plain, Params({**inner, **unit, "filters": layer.filters})),
        ),
    )


def _between(layer: Convolution) -> str:
    """The activation inside a chain: the layer's own, ReLU where it has none."""
    own = layer.args.optional_text("activation")
    return own if own not in (None, "linear", "softmax") else "relu"


def _compact(sizes: tuple[int, ...]) -> Value:
    """One number where all axes agree, as a person writes it."""
    return sizes[0] if len(set(sizes)) == 1 else sizes


def _compact_pads(pads: Pads) -> Value:
    """One number where all sides agree."""
    sides = {side for pair in pads for side in pair}
    return sides.pop() if len(sides) == 1 else pads


def _one(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else shape_text(sizes)
