"""How large the gradient of the loss is for each layer's weights: one batch of the images that are trained on.

Loss, labels, class weights and the scaling of pixels are those of training, and layers do as in training (batch
normalisation takes the batch's own mean and variance, dropout drops); nothing of the network is changed by it. It is
computed in float32 even where training computes in float16, so that a small gradient is told from none. TensorFlow alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.project import Project
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine.batches import TrainingBatches, naming_broken_files
from cnnstudio.engine.best_weights import put_best_weights, refuse_without_model
from cnnstudio.engine.class_weights import class_weights_of
from cnnstudio.engine.datasets import ImageData
from cnnstudio.engine.devices import keras_device
from cnnstudio.engine.epoch_keeper import copies
from cnnstudio.engine.failures import CancelledError, EngineError
from cnnstudio.engine.heads import Head
from cnnstudio.engine.initial_weights import take_weights
from cnnstudio.engine.pixels import pixel_range
from cnnstudio.engine.preparing import Prepared, prepare, read_images, told_by
from cnnstudio.engine.run_data import settings_for
from cnnstudio.engine.understanding.weights import weight_name
from cnnstudio.runs.backends import AUTO
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.run_folder import RunFolder

Say = Callable[[Message], None]
IsCancelled = Callable[[], bool]


def gradients_of_run(
    run_dir: Path,
    data_dir: Path | None = None,
    *,
    say: Say = lambda _: None,
    cancelled: IsCancelled = lambda: False,
) -> dict[str, object]:
    """The gradients in a run's best model, on the first batch of the images that it was trained on; see `measured`.

    `data_dir`: where those images are now. Raises as training does, and CancelledError.
    """
    _refuse_other_backends()
    folder = RunFolder.open(run_dir)
    refuse_without_model(folder)
    record, project = folder.record, folder.project()
    place = data_dir or _place_of(str(record.data.get("path", "") or ""))
    data, _ = read_images(project, place, settings_for(place, record), say=say, cancelled=cancelled)
    if record.classes and told_by(data) != record.classes:
        raise EngineError(
            Message("The data folder has other classes than the run was trained on."),
            Message("Choose the folder with the classes {classes}.", classes=", ".join(record.classes)),
        )
    say(Message("Building the network"))
    prepared = prepare(project, _plain(record.plan), data)
    put_best_weights(
        keras.Model(prepared.model.input, prepared.model.output), folder
    )  # without its optimizer
    return _on_first_batch(prepared, record.plan, data, record.pixels, say, cancelled)


def fresh_gradients(
    project: Project,
    plan: TrainingPlan,
    data_dir: Path | None = None,
    *,
    say: Say = lambda _: None,
    cancelled: IsCancelled = lambda: False,
) -> dict[str, object]:
    """The same in a network as a run of this plan would begin with it. Raises as training does, and CancelledError."""
    _refuse_other_backends()
    settings = DataSettings.from_json(project.data)
    place = data_dir or _place_of(settings.path)
    data, _ = read_images(project, place, settings, say=say, cancelled=cancelled)
    say(Message("Building the network"))
    prepared = prepare(project, _plain(plan), data)
    if plan.initial_weights:
        take_weights(prepared.model, Path(plan.initial_weights))
    return _on_first_batch(prepared, plan, data, pixel_range(project.network), say, cancelled)


def measured(model: keras.Model, pixels: Any, labels: Any, sample_weight: Any = None) -> dict[str, object]:
    """The gradients of the compiled loss on one batch, as it is trained; the model is left as it was.

    `loss`, `images` (how many the batch had) and `layers`: those with weights, from input to output, each with `name`,
    `type`, `norm` (the L2 norm over all its trainable weights; None where none is trainable), `count` (their values)
    and `weights`, of each trainable one `name`, `norm` and `count`. A norm may be infinite or not a number.
    """
    import tensorflow as tf

    with _kept(model):
        with tf.GradientTape() as tape:
            outputs = model(pixels, training=True)
            loss = model.compute_loss(
                x=pixels, y=labels, y_pred=outputs, sample_weight=sample_weight, training=True
            )
        weights = list(model.trainable_weights)
        slopes = tape.gradient(loss, [weight.value for weight in weights])
    norms = {id(weight): _norm(slope) for weight, slope in zip(weights, slopes, strict=True)}
    layers = []
    for layer in model.layers:
        if not layer.weights:
            continue
        rows = [
            {"name": weight_name(layer, weight), "norm": norms[id(weight)], "count": math.prod(weight.shape)}
            for weight in layer.trainable_weights
        ]
        layers.append(
            {
                "name": layer.name,
                "type": type(layer).__name__,
                "norm": math.hypot(*(norms[id(weight)] for weight in layer.trainable_weights))
                if rows
                else None,
                "count": sum(math.prod(weight.shape) for weight in layer.trainable_weights),
                "weights": rows,
            }
        )
    return {"loss": float(loss), "images": int(pixels.shape[0]), "layers": layers}


def _norm(slope: Any) -> float:
    """In float64: the squares of small gradients are nothing in float32."""
    if slope is None:  # the loss does not depend on it
        return 0.0
    import tensorflow as tf

    return float(np.linalg.norm(np.asarray(tf.convert_to_tensor(slope), np.float64)))


@contextmanager
def _kept(model: keras.Model) -> Iterator[None]:
    """Put back what a step in training changes beside the weights: moving statistics, random states, metrics."""
    variables = [*model.non_trainable_variables, *model.metrics_variables]
    before = copies(variables)
    try:
        yield
    finally:
        for variable, values in zip(variables, before, strict=True):
            variable.assign(values)


def _on_first_batch(
    prepared: Prepared, plan: TrainingPlan, data: ImageData, pixels: str, say: Say, cancelled: IsCancelled
) -> dict[str, object]:
    if cancelled():
        raise CancelledError
    say(Message("Measuring the gradients"))
    head = prepared.head
    batches = TrainingBatches(data.train, head, batch_size=plan.batch_size, seed=plan.seed, pixels=pixels)
    weights = class_weights_of(plan, data, head)
    with keras.device(keras_device(prepared.device)), naming_broken_files(data.train):
        batches.begin_epoch(0)
        images, labels = batches.batch(np.int64(0))
        reply = measured(prepared.model, images, labels, _sample_weight(labels, weights, head))
    say(NO_MESSAGE)
    return reply


def _sample_weight(
    labels: Any, weights: Mapping[int, float] | None, head: Head
) -> NDArray[np.float32] | None:
    """What each image counts in the loss, as `fit(class_weight=…)` has it; None: all alike."""
    if weights is None:
        return None
    told = np.asarray(labels)
    numbers = told.argmax(axis=-1) if head.one_hot else told.reshape(len(told)).astype(int)
    return np.array([weights[int(number)] for number in numbers], np.float32)


def _plain(plan: TrainingPlan) -> TrainingPlan:
    """The plan for one look: what changes the whole process or the precision is left out, and the least memory taken."""
    return replace(
        plan,
        backend=AUTO,
        mixed_precision=False,
        deterministic=False,
        use_ema=False,
        optimizer="sgd",
        momentum=0.0,
    )


def _place_of(path: str) -> Path:
    if not path:
        raise EngineError(
            Message("No data is chosen."),
            Message("Choose images in Data: gradients are those of the loss on a batch of them."),
        )
    return Path(path)


def _refuse_other_backends() -> None:
    if keras.backend.backend() != "tensorflow":
        raise EngineError(
            Message("Gradients are measured with TensorFlow alone."),
            Message("Set the plan's backend to TensorFlow; the weights can be looked at with any."),
        )
