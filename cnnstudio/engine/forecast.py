"""What a run will take: memory by arithmetic, time by training on random pixels for a moment, exactly as a run does."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.project import Project
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine.averaging import AveragedWeights
from cnnstudio.engine.builder import build
from cnnstudio.engine.control import RunControl
from cnnstudio.engine.datasets import ImageData, Images, input_shape_of
from cnnstudio.engine.fit_callbacks import FitCallbacks
from cnnstudio.engine.fitting import feed, fit
from cnnstudio.engine.heads import OF_NUMBERS
from cnnstudio.engine.pixels import pixel_range
from cnnstudio.engine.preparing import Prepared, prepare
from cnnstudio.engine.resident import steps_at_once
from cnnstudio.layers import catalogue
from cnnstudio.runs.memory_forecast import memory_forecast
from cnnstudio.runs.plan import TrainingPlan

_MEASURE_SECONDS = 1.0
_PATIENCE_SECONDS = 3.0
"""How long a whole epoch is waited for; of a slow network single batches must do."""
_CALLS = 10
"""Calls in an epoch that is measured: what an epoch costs besides its batches must not weigh more than in a run."""
_MOST_BYTES = 64 * 2**20
_MANY_EPOCHS = 1_000_000


def forecast(
    project: Project, plan: TrainingPlan, images: int, *, cancelled: Callable[[], bool] = lambda: False
) -> dict[str, object]:
    """`device`, `parameters`, `weight_bytes`, `training_bytes` (weights, gradients, optimizer, activations of a batch),
    `largest_batch` (images that the device's memory holds at once, None when not known),
    `images_per_second` (training images, while batches are trained), `epoch_images_per_second` (training images by the
    time of whole epochs, validation included), `seconds_per_epoch` for `images`, `seconds`. Raises as training does.
    """
    analysis = Analyser(catalogue()).analyse(project.network)
    plan = replace(plan, deterministic=False)  # which would hold for the engine's whole life
    data = random_data(project, plan, analysis, images)
    prepared = prepare(project, plan, data)
    speed, epoch_speed = _measure(prepared, project, plan, data, cancelled)
    device = prepared.device.to_json()
    seconds = images / epoch_speed if epoch_speed else 0.0
    return {
        "device": device,
        "parameters": int(prepared.model.count_params()),
        **memory_forecast(analysis, plan, device),
        "images_per_second": speed,
        "epoch_images_per_second": epoch_speed,
        "seconds_per_epoch": seconds,
        "seconds": seconds * plan.epochs,
    }


def random_data(project: Project, plan: TrainingPlan, analysis: Analysis, images: int = 0) -> ImageData:
    """Random images for a project, split as its own would be; `images` to train on at most (0: not known).

    Enough for a few calls of several steps, or as many as fit into a fair amount of memory. Raises EngineError.
    """
    shapes = {node_id: node.output_shape for node_id, node in analysis.nodes.items()}
    if not analysis.ok:
        build(project.network, catalogue())  # raises, naming the layer
    shape = input_shape_of(project.network, shapes)
    ends = [shapes[node_id] for node_id in analysis.order if not analysis.expanded.network.outputs(node_id)]
    units = int((ends[0] or (1,))[-1] or 1) if ends else 1
    of_numbers = plan.loss in OF_NUMBERS and units == 1
    batch = plan.batch_size
    count = batch * steps_at_once(analysis.macs, batch) * _CALLS
    count = min(count, max(batch, _MOST_BYTES // math.prod(shape)), images or count)
    validation = min(_share(project, count), max(batch, _MOST_BYTES // math.prod(shape)))
    generator = np.random.default_rng(0)

    def some(number: int) -> Images:
        return Images(
            pixels=generator.integers(0, 256, (number, *shape), np.uint8),
            labels=generator.integers(0, max(2, units), number, np.int32),
            targets=generator.random((number, units), np.float32) if of_numbers else None,
        )

    return ImageData(
        train=some(count),
        validation=some(validation),
        test=some(0),
        classes=() if of_numbers else tuple(str(number) for number in range(max(2, units))),
        problems=(),
        task="regression" if of_numbers else "classification",
        target_names=("value",) if of_numbers else (),
    )


def _share(project: Project, training: int) -> int:
    """How many images are held back for validation beside so many for training."""
    settings = DataSettings.from_json(project.data)
    rest = 1 - settings.validation_split - settings.test_split
    return round(training * settings.validation_split / rest) if rest > 0 else 0


def _measure(
    prepared: Prepared, project: Project, plan: TrainingPlan, data: ImageData, cancelled: Callable[[], bool]
) -> tuple[float, float]:
    """Images a second of the batches alone, and of whole epochs; what is traced first does not count."""
    control = RunControl()
    source = feed(prepared, project.network, plan, data, pixel_range(project.network))
    clock = _Clock(control, len(data.train), source.training.batch_size, cancelled)
    callbacks = FitCallbacks(
        prepared.model,
        clock,
        control,
        source.training.begin_epoch,
        steps=source.training.steps,
        batch_size=source.training.batch_size,
        count=source.training.count,
        averaged=AveragedWeights(prepared.model),
        output=prepared.head.output,
        notes=source.notes,
    )
    weights = None
    if plan.class_weights != "none":
        weights = dict.fromkeys(range(len(data.classes)), 1.0)
    fit(prepared, source, callbacks, epochs=_MANY_EPOCHS, class_weight=weights)
    return clock.speed, clock.epoch_speed


class _Clock:
    """Listens to a `fit` and ends it once enough was seen."""

    def __init__(
        self, control: RunControl, count: int, batch_size: int, cancelled: Callable[[], bool]
    ) -> None:
        self._control = control
        self._count = count
        self._batch_size = batch_size
        self._cancelled = cancelled
        self._began: float | None = None
        self._images = 0
        self._seconds = 0.0
        self._epochs: list[float] = []

    @property
    def speed(self) -> float:
        """Images a second while batches are trained; 0 when nothing was measured."""
        return self._images / self._seconds if self._seconds else 0.0

    @property
    def epoch_speed(self) -> float:
        """Training images by the seconds of whole epochs, or of the batches where none was seen whole."""
        if not self._epochs:
            return self.speed
        return self._count * len(self._epochs) / sum(self._epochs)

    def on_batches(
        self,
        epoch: int,  # noqa: ARG002 - a listener's signature
        first_step: int,  # noqa: ARG002
        losses: list[float],
        accuracies: list[float],  # noqa: ARG002
        images_per_second: float,
    ) -> None:
        """Count all but the first report, whose batches were traced."""
        now = time.perf_counter()
        if self._began is None:
            self._began = now
        else:
            images = min(len(losses) * self._batch_size, self._count)
            self._images += images
            self._seconds += images / images_per_second
        enough = now - self._began >= (_MEASURE_SECONDS if self._epochs else _PATIENCE_SECONDS)
        if self._cancelled() or (enough and self._seconds):
            self._control.stop_now()

    def on_pause(self) -> None:
        """Nothing."""

    def on_continue(self) -> None:
        """Nothing."""

    def on_validation(self) -> None:
        """Nothing."""

    def on_epoch(self, epoch: int, step: int, metrics: dict[str, float], seconds: float) -> None:  # noqa: ARG002
        """The first epoch traces training and validation; the others are as a run's."""
        if epoch > 1:
            self._epochs.append(seconds)
