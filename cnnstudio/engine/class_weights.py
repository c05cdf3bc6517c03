"""How much each class's images count in the loss."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.engine.datasets import ImageData
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.heads import Head
from cnnstudio.runs.plan import TrainingPlan


def class_weights_of(plan: TrainingPlan, data: ImageData, head: Head) -> dict[int, float] | None:
    """The weight of each class by its number, for `fit(class_weight=…)`; None: all count alike. Raises EngineError."""
    wanted = plan.class_weights
    if wanted == "none":
        return None
    if head.task != "classification":
        raise EngineError(
            Message("Class weights need one class for each image."), Message("Set class_weights to none.")
        )
    if head.ends > 1:
        raise EngineError(
            Message("Class weights do not go with a network of several ends."),
            Message("Set class_weights to none, or remove the auxiliary ends."),
        )
    if isinstance(wanted, Mapping):
        strangers = [name for name in wanted if name not in data.classes]
        if strangers:
            raise EngineError(
                Message(
                    "class_weights names classes that the data does not have: {names}.",
                    names=", ".join(strangers),
                ),
                Message("There are {names}.", names=", ".join(data.classes)),
            )
        return {number: float(wanted.get(name, 1.0)) for number, name in enumerate(data.classes)}
    counts = np.bincount(data.train.labels, minlength=len(data.classes))
    present = int((counts > 0).sum())
    return {
        number: float(counts.sum() / (present * count)) if count else 1.0
        for number, count in enumerate(counts)
    }
