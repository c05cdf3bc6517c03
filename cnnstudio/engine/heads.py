"""What a network's end means: the loss, the labels and the accuracy that go with its last layer and the classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.engine.failures import EngineError
from cnnstudio.runs.plan import TrainingPlan

Activation = Literal["softmax", "sigmoid", "linear"]
_TRANSPARENT = ("Flatten", "Reshape", "Identity", "Dropout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a classifier. `units`: values per image; `activation`: what they went through."""

    units: int
    activation: Activation
    loss: str
    """Name of the Keras loss."""
    one_hot: bool
    """Whether labels are vectors of `units` zeros and a one, else class numbers."""

    @property
    def is_binary(self) -> bool:
        """Whether one value tells two classes apart."""
        return self.units == 1

    def probabilities(self, outputs: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Class probabilities, shape (images, classes), from the network's outputs (images, units)."""
        values = np.asarray(outputs, np.float64)
        if self.activation == "linear" and self.loss != "mean_squared_error":
            if self.is_binary:
                values = 1.0 / (1.0 + np.exp(-np.clip(values, -500, 500)))
            else:
                values = np.exp(values - values.max(axis=1, keepdims=True))
                values /= values.sum(axis=1, keepdims=True)
        if self.is_binary:
            values = np.concatenate([1.0 - values, values], axis=1)
        return values.astype(np.float32)


def head_of(model: keras.Model, class_count: int, loss: str = "auto") -> Head:
    """How to train `model` to tell `class_count` classes apart. Raises EngineError when it cannot."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise EngineError(
            Message(
                "The network has {inputs} inputs and {outputs} ends; an image classifier has one of each.",
                inputs=len(model.inputs),
                outputs=len(model.outputs),
            ),
            Message("Wire the loose ends together, or remove what leads nowhere."),
        )
    shape = tuple(model.outputs[0].shape[1:])
    if len(shape) != 1 or shape[0] is None:
        text = " × ".join("?" if size is None else str(size) for size in shape)
        raise EngineError(
            Message("The network ends in {shape} values for each image, not in a plain list.", shape=text),
            Message(
                "End it with Flatten or GlobalAveragePooling2D and a Dense layer of {units} units.",
                units=class_count,
            ),
        )
    units = int(shape[0])
    activation = _activation(model)
    if units != class_count and not (units == 1 and class_count == 2):
        hint = Message("Give the last layer {units} units, one for each class.", units=class_count)
        raise EngineError(
            Message(
                "The network tells {units} classes apart, but the data has {classes}.",
                units=units,
                classes=class_count,
            ),
            hint,
        )
    if units == 1 and activation == "softmax":
        raise EngineError(
            Message("The last layer is a softmax over one value, which is always 1."),
            Message("Use sigmoid there, or 2 units."),
        )
    chosen = _loss(loss, units, activation)
    one_hot = units > 1 and chosen != "sparse_categorical_crossentropy"
    return Head(units=units, activation=activation, loss=chosen, one_hot=one_hot)


def compile_model(model: keras.Model, head: Head, plan: TrainingPlan) -> None:
    """Give the model its optimizer, loss and accuracy, as the plan says."""
    from_logits = head.activation == "linear"
    losses = keras.losses
    loss: keras.losses.Loss
    if head.loss == "sparse_categorical_crossentropy":
        loss = losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    elif head.loss == "categorical_crossentropy":
        loss = losses.CategoricalCrossentropy(from_logits=from_logits)
    elif head.loss == "binary_crossentropy":
        loss = losses.BinaryCrossentropy(from_logits=from_logits)
    else:
        loss = losses.MeanSquaredError()
    accuracy: keras.metrics.Metric
    if head.is_binary:
        threshold = 0.0 if from_logits and head.loss == "binary_crossentropy" else 0.5
        accuracy = keras.metrics.BinaryAccuracy(name="accuracy", threshold=threshold)
    elif head.one_hot:
        accuracy = keras.metrics.CategoricalAccuracy(name="accuracy")
    else:
        accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    # XLA is slower than TensorFlow's own kernels on processors; JAX compiles always and torch never gains here
    jit = "auto" if keras.backend.backend() == "jax" else False
    model.compile(optimizer=optimizer_of(plan), loss=loss, metrics=[accuracy], jit_compile=jit)


def optimizer_of(plan: TrainingPlan) -> keras.optimizers.Optimizer:
    """The plan's Keras optimizer."""
    classes: dict[str, type[keras.optimizers.Optimizer]] = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "sgd": keras.optimizers.SGD,
        "rmsprop": keras.optimizers.RMSprop,
        "nadam": keras.optimizers.Nadam,
        "adagrad": keras.optimizers.Adagrad,
        "adadelta": keras.optimizers.Adadelta,
        "adamax": keras.optimizers.Adamax,
        "lion": keras.optimizers.Lion,
    }
    settings: dict[str, float] = {"learning_rate": plan.learning_rate}
    if plan.weight_decay or plan.optimizer == "adamw":
        settings["weight_decay"] = plan.weight_decay
    if plan.momentum and plan.optimizer in ("sgd", "rmsprop"):
        settings["momentum"] = plan.momentum
    return classes[plan.optimizer](**settings)


def _loss(wanted: str, units: int, activation: Activation) -> str:
    if wanted == "auto":
        if units == 1 or activation == "sigmoid":
            return "binary_crossentropy"
        return "sparse_categorical_crossentropy"
    needs_distribution = wanted in ("sparse_categorical_crossentropy", "categorical_crossentropy")
    if needs_distribution and (units == 1 or activation == "sigmoid"):
        raise EngineError(
            Message("The loss {loss} needs one value for each class, from softmax or none.", loss=wanted),
            Message("Use the loss auto, or end the network in softmax with a unit for each class."),
        )
    if wanted == "binary_crossentropy" and activation == "softmax":
        raise EngineError(
            Message("The loss binary_crossentropy does not go with softmax."),
            Message("Use the loss auto."),
        )
    return wanted


def _activation(model: keras.Model) -> Activation:
    """What the last values went through; layers that only reshape are looked through."""
    tensor = model.outputs[0]
    while True:
        layer, node_index, _ = tensor._keras_history
        kind = type(layer).__name__
        if kind == "Softmax":
            return "softmax"
        name = getattr(getattr(layer, "activation", None), "__name__", "")
        if name == "softmax":
            return "softmax"
        if name == "sigmoid":
            return "sigmoid"
        if kind not in _TRANSPARENT:
            return "linear"
        tensor = layer._inbound_nodes[node_index].input_tensors[0]
