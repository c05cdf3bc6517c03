"""Rules about what a unit sees: too little to recognise an object, or more than there is. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator

from cnnstudio.core.message import Message
from cnnstudio.core.problems import Diagnostic
from cnnstudio.layers.hints import kinds
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Seen, Survey, remark
from cnnstudio.layers.wording import shape_text

SMALLEST_SHARE = 0.5
"""Share of the picture, along an axis, that a unit should see before all units are averaged."""

LARGEST_SHARE = 2.0
"""How many times as large as the picture a receptive field may be in a network without branches."""


def _small(survey: Survey) -> Iterator[Diagnostic]:
    image = survey.image
    if image is None or len(image) < 2 or None in image:
        return
    for seen in survey:
        if seen.type not in kinds.GLOBAL_POOLING or not _leads_to_the_end(survey, seen):
            continue
        source = survey.source(seen)
        fields = source.result.fields if source is not None else None
        if source is None or fields is None or len(fields) != len(image):
            continue
        sizes = [field.size for field in fields]
        if all(size < SMALLEST_SHARE * (whole or 1) for size, whole in zip(sizes, image, strict=True)):
            yield remark(
                source,
                "hint.field_small",
                Message(
                    "Each unit of {node} sees {field} of the {image} pixels before {pool} pools them all.",
                    node=source.label,
                    field=shape_text(sizes),
                    image=shape_text(image),
                    pool=seen.label,
                ),
                Message(
                    "Objects larger than that are only seen in parts. More layers, larger strides or dilation widen it."
                ),
            )


def _leads_to_the_end(survey: Survey, seen: Seen) -> bool:
    """Whether nothing is joined to it afterwards: a gate or one branch of several need not see everything."""
    after: Seen | None = seen
    while after is not None:
        if after is survey.end:
            return True
        after = survey.consumer(after)
        if after is not None and after.type in kinds.MERGING:
            return False
    return False


def _large(survey: Survey) -> Iterator[Diagnostic]:
    image = survey.image
    if image is None or len(image) < 2 or None in image:
        return
    first: Seen | None = None
    largest: list[int] = []
    for seen in survey:
        if seen.type in kinds.MERGING:
            return
        fields = seen.result.fields
        if not seen.windows or fields is None or len(fields) != len(image):
            continue
        sizes = [field.size for field in fields]
        if all(size > (whole or 0) for size, whole in zip(sizes, image, strict=True)):
            first = first or seen
            largest = max(largest, sizes)
    if first is None or not all(
        size > LARGEST_SHARE * (whole or 0) for size, whole in zip(largest, image, strict=True)
    ):
        return
    yield remark(
        first,
        "hint.field_large",
        Message(
            "From {node} on, units see more than the whole {image} picture; the last ones {field}.",
            node=first.label,
            image=shape_text(image),
            field=shape_text(largest),
        ),
        Message(
            "Beyond the picture there is only padding. Fewer layers or less pooling do for pictures of this size."
        ),
    )


RULES = (
    Rule(code="hint.field_small", title=Message("A unit sees as much as an object is large"), find=_small),
    Rule(code="hint.field_large", title=Message("A unit does not see far beyond the picture"), find=_large),
)
