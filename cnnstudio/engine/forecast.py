"""What a run will take: memory by arithmetic, time by training a few real batches of random pixels for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.frozen import with_frozen
from cnnstudio.core.project import Project
from cnnstudio.engine.builder import build
from cnnstudio.engine.datasets import input_shape_of
from cnnstudio.engine.devices import allow_memory_growth, choose_device, keras_device
from cnnstudio.engine.freezing import freeze
from cnnstudio.engine.heads import OF_NUMBERS, Head, head_of
from cnnstudio.engine.losses import compile_model
from cnnstudio.layers import catalogue
from cnnstudio.layers.memory import optimizer_slots, training_memory
from cnnstudio.runs.plan import TrainingPlan

_MEASURE_SECONDS = 1.0
_USABLE = 0.85
"""Share of a device's memory that the rule may fill: training was measured to take up to an eighth more an image."""
_PROGRAM = 300 * 2**20
"""What tracing and algorithms take besides, whatever the batch."""


def forecast(
    project: Project, plan: TrainingPlan, images: int, *, cancelled: Callable[[], bool] = lambda: False
) -> dict[str, object]:
    """`device`, `parameters`, `weight_bytes`, `training_bytes` (weights, gradients, optimizer, activations of a batch),
    `largest_batch` (images that the device's memory holds at once, None when not known),
    `images_per_second` (measured, after tracing), `seconds_per_epoch` for `images`, `seconds`. Raises as training does.
    """
    analysis = Analyser(catalogue()).analyse(project.network)
    allow_memory_growth()
    device = choose_device(plan.device)
    with keras.device(keras_device(device)):
        model = build(project.network, catalogue(), mixed_precision=plan.mixed_precision)
        shapes = {node_id: node.output_shape for node_id, node in analysis.nodes.items()}
        shape = input_shape_of(project.network, shapes)
        units = int(model.outputs[0].shape[-1] or 1)
        of_numbers = plan.loss in OF_NUMBERS and units == 1
        head = head_of(
            model,
            units if of_numbers else max(2, units),
            plan.loss,
            task="regression" if of_numbers else "classification",
            label_smoothing=plan.label_smoothing,
        )
        freeze(model, project.network, plan.frozen)
        compile_model(model, head, plan)
        speed = _measure(model, shape, head, plan.batch_size, cancelled=cancelled)
    memory = training_memory(
        with_frozen(analysis, plan.frozen),
        slots=optimizer_slots(
            plan.optimizer,
            plan.momentum,
            amsgrad=plan.amsgrad,
            centered=plan.centered,
            use_ema=plan.use_ema,
        ),
        mixed_precision=plan.mixed_precision,
    )
    room = device.memory if device.kind == "gpu" else device.memory_free
    largest = memory.largest_batch(int(room * _USABLE) - _PROGRAM) if room else None
    seconds = images / speed if speed else 0.0
    return {
        "device": device.to_json(),
        "parameters": int(model.count_params()),
        "weight_bytes": memory.weights,
        "training_bytes": memory.total(plan.batch_size) or memory.fixed,
        "largest_batch": largest,
        "images_per_second": speed,
        "seconds_per_epoch": seconds,
        "seconds": seconds * plan.epochs,
    }


def _measure(
    model: keras.Model,
    shape: tuple[int, int, int],
    head: Head,
    batch_size: int,
    *,
    cancelled: Callable[[], bool],
) -> float:
    """Images a second, from whole training steps after the first, which traces."""
    generator = np.random.default_rng(0)
    pixels = generator.random((batch_size, *shape), np.float32)
    classes = generator.integers(0, max(2, head.units), batch_size).astype(np.int32)
    labels: Any = head.labels(classes, generator.random((batch_size, head.units), np.float32))
    if head.ends > 1:
        labels = [labels] * head.ends
    model.train_on_batch(pixels, labels)
    steps, start = 0, time.perf_counter()
    while True:
        model.train_on_batch(pixels, labels)
        steps += 1
        passed = time.perf_counter() - start
        if passed >= _MEASURE_SECONDS or cancelled():
            return steps * batch_size / passed
