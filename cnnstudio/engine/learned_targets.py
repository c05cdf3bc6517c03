"""Classes, labels and numbers of other images, brought into the order in which a trained model knows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.core.task import Task
from cnnstudio.engine.datasets import ImageData, Images
from cnnstudio.engine.failures import EngineError

_TOLD = {
    "classification": Message("classes"),
    "multi_label": Message("several labels of an image"),
    "regression": Message("numbers"),
}


def as_learned(images: Images, data: ImageData, task: Task, names: Sequence[str]) -> Images:
    """`images`, some of `data`, with labels or targets as a model of `task` numbers its `names`.

    Labels that the data lack are on none of the images. Raises EngineError when the data tell something else.
    """
    if data.task != task:
        raise EngineError(
            Message(
                "The model tells {known}, the data tell {found}.", known=_TOLD[task], found=_TOLD[data.task]
            ),
            Message("Choose data like those that it was trained on."),
        )
    if task == "classification":
        return _renumbered(images, data.classes, names)
    assert images.targets is not None
    strangers = [name for name in data.target_names if name not in names]
    if strangers:
        raise EngineError(
            Message("The model does not know these labels or numbers: {names}.", names=", ".join(strangers)),
            Message("They must be named as in training: {names}.", names=", ".join(names)),
        )
    missing = [name for name in names if name not in data.target_names]
    if missing and task == "regression":
        raise EngineError(
            Message("The data do not tell these numbers: {names}.", names=", ".join(missing)),
            Message("Add columns of these names."),
        )
    targets = np.zeros((len(images), len(names)), np.float32)
    targets[:, [names.index(name) for name in data.target_names]] = images.targets
    return replace(images, targets=targets)


def _renumbered(images: Images, found: Sequence[str], wanted: Sequence[str]) -> Images:
    """Labels as the model numbers its classes, by name."""
    strangers = [name for name in found if name not in wanted]
    if strangers:
        raise EngineError(
            Message("The model does not know these classes: {names}.", names=", ".join(strangers)),
            Message("Class folders must be named as in training: {names}.", names=", ".join(wanted)),
        )
    numbers = np.array([wanted.index(name) for name in found], np.int32)
    return replace(images, labels=numbers[images.labels])
