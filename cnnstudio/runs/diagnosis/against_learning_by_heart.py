"""What makes it harder to learn images by heart, as far as the network does not do it already."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.runs.diagnosis.curves import RunCurves
from cnnstudio.runs.diagnosis.finding import Remedy


def harder(curves: RunCurves) -> tuple[Remedy, ...]:
    """What to try in the network and with the images; nothing that is there already is advised as new."""
    if curves.augments and curves.drops_out:
        text = Message("Augment the images more strongly, or let Dropout leave out more")
    elif curves.augments:
        text = Message("Augment the images more strongly, or add Dropout before the last layers")
    elif curves.drops_out:
        text = Message("Augment the images, or let Dropout leave out more")
    else:
        text = Message("Augment the images, or add Dropout before the last layers")
    return (Remedy(label=text), Remedy(label=Message("More training images")))


def easier(curves: RunCurves) -> Remedy:
    """What holds the network back less."""
    if curves.augments and curves.drops_out:
        return Remedy(label=Message("More filters or layers; less dropout and augmentation"))
    if curves.augments:
        return Remedy(label=Message("More filters or layers; less augmentation"))
    if curves.drops_out:
        return Remedy(label=Message("More filters or layers; less dropout"))
    return Remedy(label=Message("More filters or layers"))
