"""The loss and the metrics that go with a network's head, as a plan wants them, and compiling a model with them."""

from __future__ import annotations

from typing import Any

import keras

from cnnstudio.engine.heads import Head
from cnnstudio.engine.optimizers import optimizer_of
from cnnstudio.runs.plan import TrainingPlan


def compile_model(model: keras.Model, head: Head, plan: TrainingPlan, steps_per_epoch: int = 1) -> None:
    """Give the model its optimizer, loss and metrics, as the plan says. `steps_per_epoch` is for the schedule."""
    # XLA is slower than TensorFlow's own kernels on processors; JAX compiles always and torch never gains here
    jit = "auto" if keras.backend.backend() == "jax" else False
    optimizer = optimizer_of(plan, steps_per_epoch)
    if len(model.outputs) == 1:
        model.compile(
            optimizer=optimizer, loss=loss_of(head, plan), metrics=metrics_of(head), jit_compile=jit
        )
        return
    ends = range(len(model.outputs))
    model.compile(
        optimizer=optimizer,
        loss=[loss_of(head if end == head.main else head.auxiliary[end], plan) for end in ends],
        loss_weights=[1.0 if end == head.main else plan.auxiliary_weight for end in ends],
        metrics=[metrics_of(head) if end == head.main else [] for end in ends],
        jit_compile=jit,
    )


def loss_of(head: Head, plan: TrainingPlan) -> keras.losses.Loss:
    """The Keras loss of a head."""
    losses = keras.losses
    from_logits = head.activation == "linear"
    smoothing = plan.label_smoothing
    if head.loss == "sparse_categorical_crossentropy":
        return losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    if head.loss == "categorical_crossentropy":
        return losses.CategoricalCrossentropy(from_logits=from_logits, label_smoothing=smoothing)
    if head.loss == "binary_crossentropy":
        return losses.BinaryCrossentropy(from_logits=from_logits, label_smoothing=smoothing)
    if head.loss == "mean_absolute_error":
        return losses.MeanAbsoluteError()
    if head.loss == "huber":
        return losses.Huber()
    return losses.MeanSquaredError()


def metrics_of(head: Head) -> list[keras.metrics.Metric]:
    """What is measured beside the loss: `accuracy`, of several labels also `f1`, of numbers `mae`."""
    metrics = keras.metrics
    if head.task == "regression":
        return [metrics.MeanAbsoluteError(name="mae")]
    logits = head.activation == "linear" and head.loss == "binary_crossentropy"
    if head.task == "multi_label":
        threshold = 0.0 if logits else 0.5
        return [metrics.BinaryAccuracy(name="accuracy", threshold=threshold), LabelF1(logits=logits)]
    if head.is_binary:
        return [metrics.BinaryAccuracy(name="accuracy", threshold=0.0 if logits else 0.5)]
    if head.one_hot:
        return [metrics.CategoricalAccuracy(name="accuracy")]
    return [metrics.SparseCategoricalAccuracy(name="accuracy")]


class LabelF1(keras.metrics.F1Score):  # type: ignore[misc]  # Keras ships no types
    """The mean over labels of each label's F1, at a probability of one half; takes logits too."""

    def __init__(self, *, logits: bool = False, name: str = "f1") -> None:
        super().__init__(average="macro", threshold=0.5, name=name)
        self._logits = logits

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        if self._logits:
            y_pred = keras.ops.sigmoid(y_pred)
        return super().update_state(y_true, y_pred, sample_weight)
