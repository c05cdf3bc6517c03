"""Rules about steps: large strides, and pixels that no window reaches. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator

from cnnstudio.core.message import Message
from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.core.spec import WindowSum
from cnnstudio.layers.fix_situation import Situation
from cnnstudio.layers.hints import kinds
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Seen, Survey, remark
from cnnstudio.layers.wording import shape_text

MOST_STRIDES = 2
"""Larger ones are usual in a first layer alone."""


def _large_strides(survey: Survey) -> Iterator[Diagnostic]:
    for seen in survey:
        if not any(window.strides > MOST_STRIDES and window.output > 1 for window in seen.windows):
            continue
        if seen.type not in kinds.POOLING and seen.id not in survey.behind_a_kernel:
            continue
        strides = [window.strides for window in seen.windows]
        yield remark(
            seen,
            "hint.stride",
            Message(
                "{node} moves its window by {strides} pixels at a time.",
                node=seen.label,
                strides=strides[0] if len(set(strides)) == 1 else shape_text(strides),
            ),
            Message(
                "Strides above 2 lose much of what earlier layers found; they are usual only in a first convolution."
            ),
            param="strides",
        )


def _smaller_strides(survey: Survey, situation: Situation) -> Iterator[Fix]:
    windows = survey.nodes[situation.node.id].windows
    strides = tuple(min(window.strides, MOST_STRIDES) for window in windows)
    yield situation.set(situation.node, "strides", strides[0] if len(set(strides)) == 1 else strides)


def _pixels_lost(survey: Survey) -> Iterator[Diagnostic]:
    for seen in survey:
        for window in seen.windows:
            if window.strides > 1 and pixels_lost(window):
                yield _lost(survey, seen)
                break


def pixels_lost(window: WindowSum) -> int:
    """Pixels of the input, not of its padding, at the far end that no window covers.

    Where strides exceed the window, gaps of their difference lie everywhere, so one at the end is no loss of its own.
    """
    gap = max(0, window.strides - window.effective_kernel)
    return max(0, window.dropped - window.pad_after - gap)


def _lost(survey: Survey, seen: Seen) -> Diagnostic:
    sides = [
        _side(line.axis, lost, line.window.size)
        for line in seen.result.formula
        if line.window is not None and (lost := pixels_lost(line.window))
    ]
    what = sides[0]
    if len(sides) == 2:
        what = Message("{one} and {two}", one=sides[0], two=sides[1])
    elif len(sides) > 2:
        what = Message("{one}, {two} and {three}", one=sides[0], two=sides[1], three=sides[2])
    source = survey.source(seen)
    return remark(
        seen,
        "hint.dropped",
        Message("{node} leaves out {what}.", node=seen.label, what=what)
        if source is None
        else Message(
            "{node} leaves out {what} of {source}.", node=seen.label, what=what, source=source.label
        ),
        Message("They do not fill a last window. Padding keeps them, or a stride that divides what is left."),
        param="strides",
    )


def _side(axis: str, lost: int, size: int) -> Message:
    if axis == "height":
        return Message("{lost} of {size} rows at the bottom", lost=lost, size=size)
    if axis == "width":
        return Message("{lost} of {size} columns at the right", lost=lost, size=size)
    if axis == "depth":
        return Message("{lost} of {size} slices at the back", lost=lost, size=size)
    return Message("{lost} of {size} steps at the end", lost=lost, size=size)


def _keep_all_pixels(_survey: Survey, situation: Situation) -> Iterator[Fix]:
    node = situation.node
    if node.type in kinds.POOLING:
        yield situation.set(node, "ceil_mode", True)
    yield situation.set(node, "padding", "same")


RULES = (
    Rule(
        code="hint.stride",
        title=Message("Strides above 2 belong in a first layer"),
        find=_large_strides,
        cure=_smaller_strides,
    ),
    Rule(
        code="hint.dropped",
        title=Message("No rows or columns are left out at the end"),
        find=_pixels_lost,
        cure=_keep_all_pixels,
    ),
)
