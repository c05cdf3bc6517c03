"""What a run will take: memory by arithmetic, time by training a few real batches of random pixels for a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.project import Project
from cnnstudio.engine.builder import build
from cnnstudio.engine.datasets import input_shape_of
from cnnstudio.engine.devices import allow_memory_growth, choose_device, keras_device
from cnnstudio.engine.heads import compile_model, head_of
from cnnstudio.layers import catalogue
from cnnstudio.runs.plan import TrainingPlan

_MEASURE_SECONDS = 1.0
_SLOTS = {"sgd": 1, "adagrad": 1, "rmsprop": 1, "lion": 1}
"""Values that an optimizer keeps for each weight; 2 where not named."""


def forecast(
    project: Project, plan: TrainingPlan, images: int, *, cancelled: Callable[[], bool] = lambda: False
) -> dict[str, object]:
    """`device`, `parameters`, `weight_bytes`, `training_bytes` (weights, gradients, optimizer, activations of a batch),
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
        head = head_of(model, max(2, units), plan.loss)
        compile_model(model, head, plan)
        speed = _measure(model, shape, head.units, plan.batch_size, one_hot=head.one_hot, cancelled=cancelled)
    weights = 4 * int(model.count_params())
    trainable = 4 * analysis.trainable_params
    activations = sum(
        int(np.prod([size or 1 for size in node.output_shape]))
        for node in analysis.nodes.values()
        if node.output_shape is not None
    )
    width = 2 if plan.mixed_precision else 4
    slots = _SLOTS.get(plan.optimizer, 2)
    if plan.optimizer == "sgd" and not plan.momentum:
        slots = 0
    seconds = images / speed if speed else 0.0
    return {
        "device": device.to_json(),
        "parameters": int(model.count_params()),
        "weight_bytes": weights,
        "training_bytes": weights + trainable * (1 + slots) + 2 * activations * width * plan.batch_size,
        "images_per_second": speed,
        "seconds_per_epoch": seconds,
        "seconds": seconds * plan.epochs,
    }


def _measure(
    model: keras.Model,
    shape: tuple[int, int, int],
    units: int,
    batch_size: int,
    *,
    one_hot: bool,
    cancelled: Callable[[], bool],
) -> float:
    """Images a second, from whole training steps after the first, which traces."""
    generator = np.random.default_rng(0)
    pixels = generator.random((batch_size, *shape), np.float32)
    labels: Any = generator.integers(0, max(2, units), batch_size)
    if units == 1:
        labels = labels.astype(np.float32)[:, None]
    elif one_hot:
        labels = np.eye(units, dtype=np.float32)[labels]
    model.train_on_batch(pixels, labels)
    steps, start = 0, time.perf_counter()
    while True:
        model.train_on_batch(pixels, labels)
        steps += 1
        passed = time.perf_counter() - start
        if passed >= _MEASURE_SECONDS or cancelled():
            return steps * batch_size / passed
