"""The rule about dilation: rates with a common factor leave pixels that no layer ever sees. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.layers.fix_situation import Situation
from cnnstudio.layers.hints import kinds
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Seen, Survey, remark

_WIDEST = 4096
"""Pixels up to which coverage is computed; wider stacks are not judged."""

_BETWEEN = kinds.NORMALISATION | kinds.DROPOUT | kinds.ACTIVATION_LAYERS.keys() | {"Activation", "Identity"}
"""Layers that move no pixels."""


def _gridding(survey: Survey) -> Iterator[Diagnostic]:
    for chain in _chains(survey):
        dilated = [seen for seen in chain if _rate(seen) > 1]
        if len(dilated) < 2 or all(_covers(chain, axis) for axis in range(len(chain[0].windows))):
            continue
        yield remark(
            dilated[-1],
            "hint.gridding",
            Message(
                "{first} to {last} have the dilation rates {rates}, which leave out pixels between.",
                first=dilated[0].label,
                last=dilated[-1].label,
                rates=", ".join(str(_rate(seen)) for seen in dilated),
            ),
            Message("Rates with a common factor look at a grid again and again; mix them, such as 1, 2, 5."),
            param="dilation_rate",
        )


def _rate(seen: Seen) -> int:
    return max(window.dilation for window in seen.windows)


def _chains(survey: Survey) -> Iterator[list[Seen]]:
    """Runs of convolutions of stride 1 that follow one another and of which some are dilated."""
    last_of: dict[str, list[Seen]] = {}
    complete: list[list[Seen]] = []
    if not any(_rate(seen) > 1 for seen in survey.convolutions):
        return
    for seen in survey:
        source = survey.source(seen)
        chain = last_of.get(source.id) if source is not None else None
        if seen.type in _BETWEEN:
            if chain is not None:
                last_of[seen.id] = chain
        elif seen.type in kinds.CONVOLUTIONS and seen.windows and all(w.strides == 1 for w in seen.windows):
            if chain is None or len(survey.network.outputs(source.id if source else "")) != 1:
                chain = []
                complete.append(chain)
            chain.append(seen)
            last_of[seen.id] = chain
    for chain in complete:
        if any(_rate(seen) > 1 for seen in chain):
            yield chain


def _covers(chain: list[Seen], axis: int) -> bool:
    """Whether the last unit sees every pixel between the first and the last one that it sees."""
    seen_pixels = 1  # one bit for each pixel
    for seen in chain:
        window = seen.windows[axis]
        if seen_pixels.bit_length() > _WIDEST:
            return True
        wider = 0
        for tap in range(window.kernel):
            wider |= seen_pixels << (tap * window.dilation)
        seen_pixels = wider
    return seen_pixels & (seen_pixels + 1) == 0


def _mixed_rates(survey: Survey, situation: Situation) -> Iterator[Fix]:
    """1, 2, 5, 1, 2, 5 … in place of the rates. Wang et al. 2018."""
    chain = next((chain for chain in _chains(survey) if survey.nodes[situation.node.id] in chain), None)
    if chain is None:
        return
    dilated = [seen for seen in chain if _rate(seen) > 1]
    rates = [(1, 2, 5)[number % 3] for number in range(len(dilated))]

    def edit(network: Network) -> Network:
        for seen, rate in zip(dilated, rates, strict=True):
            network = edits.set_params(network, seen.id, {"dilation_rate": rate})
        return network

    yield Fix(
        label=Message(
            "Set dilation_rate of {nodes} to {rates}",
            nodes=", ".join(seen.label for seen in dilated),
            rates=", ".join(map(str, rates)),
        ),
        edit=edit,
    )


RULES = (
    Rule(
        code="hint.gridding",
        title=Message("Dilation rates are mixed"),
        find=_gridding,
        cure=_mixed_rates,
    ),
)
