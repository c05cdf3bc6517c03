"""What the gradients of a network's layers say: one plain sentence, by a rule that says nothing unless it is sure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cnnstudio.core.message import NO_MESSAGE, Message

VANISHED = 1000.0
"""A layer near the input learns nothing beside one near the output whose gradient is this many times larger."""

Flow = Literal["vanishes", "explodes", "lost", "broken", "even", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerGradient:
    """The L2 norm of the loss's gradient over a layer's trainable weights; None where none is trainable."""

    name: str
    norm: float | None
    count: int = 0
    normalises: bool = False
    """Whether the layer only scales and shifts: the rule looks at those that compute."""

    @property
    def root_mean_square(self) -> float | None:
        """The size of a single value's gradient; None where there is none."""
        return self.norm / math.sqrt(self.count) if self.norm is not None and self.count else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFinding:
    """How the gradient comes from the output to the input, in words."""

    flow: Flow
    message: Message
    hint: Message = NO_MESSAGE


def judge(layers: Sequence[LayerGradient]) -> FlowFinding:
    """What to say of layers in their order from input to output.

    `vanishes`: some layer of the half near the input has a gradient 1,000 times smaller than one of the half near the
    output. `explodes`: the other way round. `lost`: a layer gets none at all. `broken`: not a number.
    """
    known = [(layer, layer.norm) for layer in layers if layer.norm is not None and not layer.normalises]
    if not known:
        return FlowFinding(flow="unknown", message=Message("No layer of this network can learn."))
    for layer, norm in known:
        if not math.isfinite(norm):
            return FlowFinding(
                flow="broken",
                message=Message("The gradient of {name} is no longer a number.", name=layer.name),
                hint=Message("Use a smaller learning rate, or add batch normalisation."),
            )
    lost = [layer.name for layer, norm in known if norm == 0.0]
    if lost:
        return FlowFinding(
            flow="lost",
            message=Message("No gradient at all reaches {names}: it learns nothing.", names=lost[0])
            if len(lost) == 1
            else Message(
                "No gradient at all reaches {count} layers, {name} first: they learn nothing.",
                count=len(lost),
                name=lost[0],
            ),
            hint=Message(
                "Behind it, units may be dead (ReLU that is 0 for every image) or saturated (sigmoid, tanh); try a"
                " smaller learning rate, other initial weights, or batch normalisation."
            ),
        )
    if len(known) == 1:
        return FlowFinding(flow="even", message=Message("Only {name} learns.", name=known[0][0].name))
    middle = (len(known) + 1) // 2
    front, back = known[:middle], known[middle:]
    low, high = min(front, key=_norm), max(back, key=_norm)
    if high[1] >= VANISHED * low[1]:
        return FlowFinding(
            flow="vanishes",
            message=Message(
                "The gradient of {small} is {times} times smaller than that of {large}: it vanishes on its way to the"
                " input, so {small} hardly learns.",
                small=low[0].name,
                large=high[0].name,
                times=times_text(high[1] / low[1]),
            ),
            hint=Message("Shortcuts (Add), batch normalisation, or ReLU in place of sigmoid help."),
        )
    high, low = max(front, key=_norm), min(back, key=_norm)
    if high[1] >= VANISHED * low[1]:
        return FlowFinding(
            flow="explodes",
            message=Message(
                "The gradient of {large} is {times} times larger than that of {small}: it explodes on its way to the"
                " input.",
                small=low[0].name,
                large=high[0].name,
                times=times_text(high[1] / low[1]),
            ),
            hint=Message("Batch normalisation, smaller initial weights or clipping of gradients help."),
        )
    least, most = min(known, key=_norm), max(known, key=_norm)
    return FlowFinding(
        flow="even",
        message=Message(
            "Gradients reach every layer: the smallest, of {small}, is {times} times smaller than the largest, of"
            " {large}.",
            small=least[0].name,
            large=most[0].name,
            times=times_text(most[1] / least[1]),
        ),
    )


def times_text(ratio: float) -> str:
    """`4,000`, `2.5`, `3e9`: two digits tell enough of how many times."""
    if not math.isfinite(ratio) or ratio >= 1e7:
        return f"{ratio:.0e}".replace("e+0", "e").replace("e+", "e")
    rounded = float(f"{ratio:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


def _norm(row: tuple[LayerGradient, float]) -> float:
    return row[1]
