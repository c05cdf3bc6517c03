"""Pays for the first run before it is asked for: imports, the first trace, the first convolution, matplotlib's fonts."""

from __future__ import annotations

from itertools import pairwise

import keras
import numpy as np

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.engine.backend import versions
from cnnstudio.engine.control import RunControl
from cnnstudio.engine.datasets import ImageData, Images
from cnnstudio.engine.devices import allow_memory_growth, list_devices
from cnnstudio.engine.fit_callbacks import FitCallbacks
from cnnstudio.engine.fitting import feed, fit
from cnnstudio.engine.pixels import SCALED
from cnnstudio.engine.preparing import prepare
from cnnstudio.runs.curves import curves_png
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.training_run import TrainingRun


def warm_up() -> tuple[tuple[dict[str, object], ...], dict[str, str], str]:
    """Train a tiny network for one epoch, the way a run does. Gives devices, versions and the backend's name."""
    allow_memory_growth()
    devices = tuple(device.to_json() for device in list_devices())
    nodes = (
        Node(id="image", type="Input", params=Params(shape=(8, 8, 1))),
        Node(id="conv", type="Conv2D", params=Params(filters=2, kernel_size=3, activation="relu")),
        Node(id="pool", type="MaxPooling2D"),
        Node(id="flatten", type="Flatten"),
        Node(id="classes", type="Dense", params=Params(units=2, activation="softmax")),
    )
    edges = (Edge(source=a.id, target=b.id) for a, b in pairwise(nodes))
    project = Project(network=Network.of(nodes, edges))
    some = Images(pixels=np.zeros((8, 8, 8, 1), np.uint8), labels=np.array([0, 1] * 4, np.int32))
    data = ImageData(train=some, validation=some, test=some, classes=("0", "1"), problems=())
    plan = TrainingPlan(backend=keras.backend.backend(), batch_size=4)
    prepared = prepare(project, plan, data)
    source = feed(prepared, project.network, plan, data, SCALED)
    callbacks = FitCallbacks(
        prepared.model,
        _Nobody(),
        RunControl(),
        source.training.begin_epoch,
        steps=source.training.steps,
        batch_size=source.training.batch_size,
        count=source.training.count,
        notes=source.notes,
    )
    fit(prepared, source, callbacks, epochs=1)
    curves_png(TrainingRun(run_id=""))
    return devices, versions(), keras.backend.backend()


class _Nobody:
    """Hears everything and does nothing."""

    def on_batches(
        self,
        epoch: int,
        first_step: int,
        losses: list[float],
        accuracies: list[float],
        images_per_second: float,
    ) -> None:
        """Nothing."""

    def on_pause(self) -> None:
        """Nothing."""

    def on_continue(self) -> None:
        """Nothing."""

    def on_validation(self) -> None:
        """Nothing."""

    def on_epoch(self, epoch: int, step: int, metrics: dict[str, float], seconds: float) -> None:
        """Nothing."""
