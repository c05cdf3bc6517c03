"""What a change of data settings did, in the words of the history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import PurePath

from cnnstudio.core.document import DATA_CHANGED
from cnnstudio.core.message import Message
from cnnstudio.data.problem import printable
from cnnstudio.data.settings import DataSettings

_OTHERS_THAN_PATH = ("reader", "table", "quarantine")
"""What another path takes with it."""
_RESIZED = {
    "stretch": Message("Stretch images to the input"),
    "crop": Message("Let images fill the input, and cut them"),
    "pad": Message("Fit images into the input, on black"),
}


def described_change(before: DataSettings, after: DataSettings) -> Message:
    """One short sentence, as `Set the validation share to 25 %`."""
    changed = [
        field.name for field in fields(after) if getattr(before, field.name) != getattr(after, field.name)
    ]
    if "path" in changed:
        changed = [name for name in changed if name not in _OTHERS_THAN_PATH]
    told = list(_told(before, after, changed))
    if len(told) == 1 and len(changed) == 1:
        return told[0]
    return DATA_CHANGED


def _told(before: DataSettings, after: DataSettings, changed: list[str]) -> Iterator[Message]:
    for name in changed:
        match name:
            case "path":
                file = printable(PurePath(after.path).name or after.path)
                yield Message("Choose the data {name}", name=file) if file else Message("Choose no data")
            case "validation_split":
                yield Message("Set the validation share to {share}", share=_share(after.validation_split))
            case "test_split":
                yield Message("Set the test share to {share}", share=_share(after.test_split))
            case "seed":
                yield Message("Set the split's seed to {seed}", seed=after.seed)
            case "stratified":
                yield (
                    Message("Split each class alike")
                    if after.stratified
                    else Message("Split all images at once")
                )
            case "keep_alike":
                yield (
                    Message("Keep look-alikes in one part")
                    if after.keep_alike
                    else Message("Let look-alikes be in several parts")
                )
            case "group_by":
                yield (
                    Message("Group images by {pattern}", pattern=after.group_by)
                    if after.group_by
                    else Message("Split images without groups")
                )
            case "resize":
                yield _RESIZED[after.resize]
            case "table":
                yield Message("Change how the table is read")
            case "quarantine":
                yield _left_out(set(before.quarantine), set(after.quarantine))


def _share(share: float) -> str:
    return f"{100 * share:g} %"


def _left_out(before: set[str], after: set[str]) -> Message:
    more, fewer = after - before, before - after
    if more and fewer:
        return Message("Change which images are left out")
    if len(more) == 1:
        return Message("Leave out {image}", image=next(iter(more)))
    if more:
        return Message("Leave out {count} images", count=len(more))
    if len(fewer) == 1:
        return Message("Put {image} back", image=next(iter(fewer)))
    return Message("Put {count} images back", count=len(fewer))
