"""What is known beside the network: the data's classes and images, and the loss of the training plan. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.task import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class HintContext:
    """What rules may know besides the network. None: not known, and rules that need it are silent."""

    classes: int | None = None
    """Classes of the data."""
    task: Task | None = None
    """What is to be learned of the data."""
    samples: int | None = None
    """Images to train with."""
    image_size: tuple[int, int] | None = None
    """Height and width, in pixels, that most images have; used where the network's input is of unknown size."""
    loss: str = "auto"
    """The loss of the training plan; `auto` is chosen from the network's end and fits it always."""


NO_CONTEXT = HintContext()
