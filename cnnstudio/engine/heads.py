"""What a network's end means: what is learned there, the loss and the labels that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.core.task import Task
from cnnstudio.engine.failures import EngineError

Activation = Literal["softmax", "sigmoid", "linear"]
OF_NUMBERS = ("mean_squared_error", "mean_absolute_error", "huber")
"""Losses that compare values as they are."""
_TRANSPARENT = ("Flatten", "Reshape", "Identity", "Dropout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The main end of a network. `units`: values per image; `activation`: what they went through."""

    units: int
    activation: Activation
    loss: str
    """Name of the Keras loss."""
    one_hot: bool
    """Whether labels are vectors of `units` zeros and a one, else class numbers."""
    task: Task = "classification"
    main: int = 0
    """Which of the network's outputs it is."""
    auxiliary: Mapping[int, Head] = field(default_factory=dict)
    """The other outputs by their number: they learn the same labels, and are not asked for their guess."""
    output: str = ""
    """Name of the main output where there are others."""

    @property
    def is_binary(self) -> bool:
        """Whether one value tells two classes apart."""
        return self.units == 1 and self.task == "classification"

    @property
    def ends(self) -> int:
        """How many outputs the network has."""
        return 1 + len(self.auxiliary)

    def labels(self, labels: NDArray[np.int32], targets: NDArray[np.float32] | None) -> NDArray[Any]:
        """What the loss compares with: targets as they are, else classes as numbers or vectors."""
        if self.task != "classification":
            assert targets is not None
            return targets
        if self.is_binary:
            return labels.astype(np.float32)[:, None]
        if self.one_hot:
            return np.eye(self.units, dtype=np.float32)[labels]
        return labels

    def probabilities(self, outputs: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Probabilities of classes or labels, shape (images, classes), from the network's outputs (images, units).

        Numbers stay as they are.
        """
        if self.task == "regression":
            return np.asarray(outputs, np.float32)
        values = np.asarray(outputs, np.float64)
        if self.activation == "linear" and self.loss not in OF_NUMBERS:
            if self.is_binary or self.task == "multi_label":
                values = 1.0 / (1.0 + np.exp(-np.clip(values, -500, 500)))
            else:
                values = np.exp(values - values.max(axis=1, keepdims=True))
                values /= values.sum(axis=1, keepdims=True)
        if self.is_binary:
            values = np.concatenate([1.0 - values, values], axis=1)
        return values.astype(np.float32)


def head_of(
    model: keras.Model,
    class_count: int,
    loss: str = "auto",
    *,
    task: Task = "classification",
    label_smoothing: float = 0.0,
) -> Head:
    """How to train `model` to tell `class_count` classes apart, or to tell that many labels or numbers.

    Raises EngineError when it cannot. Of several ends the one whose layer is named `main`, else the one with the most
    layers before it, is the main one.
    """
    if len(model.inputs) != 1:
        raise EngineError(
            Message("The network has {inputs} inputs; images go into one.", inputs=len(model.inputs)),
            Message("Wire the loose ends together, or remove what leads nowhere."),
        )
    main = _main_output(model)
    heads = [
        _one_head(tensor, class_count, loss, task, label_smoothing, several=len(model.outputs) > 1)
        for tensor in model.outputs
    ]
    if len(heads) == 1:
        return heads[0]
    head = heads[main]
    others = {number: other for number, other in enumerate(heads) if number != main}
    if any(other.one_hot != head.one_hot or other.is_binary != head.is_binary for other in others.values()):
        raise EngineError(
            Message("The ends of the network need different labels."),
            Message("Give all ends the same number of units and the same activation."),
        )
    return Head(
        units=head.units,
        activation=head.activation,
        loss=head.loss,
        one_hot=head.one_hot,
        task=task,
        main=main,
        auxiliary=others,
        output=model.output_names[main],
    )


def main_part(model: keras.Model, head: Head) -> keras.Model:
    """The model with its main end alone, sharing all weights; the model itself where there is no other."""
    if len(model.outputs) == 1:
        return model
    return keras.Model(model.input, model.outputs[head.main], name=model.name)


def _one_head(
    tensor: Any, class_count: int, loss: str, task: Task, label_smoothing: float, *, several: bool
) -> Head:
    shape = tuple(tensor.shape[1:])
    if len(shape) != 1 or shape[0] is None:
        text = " × ".join("?" if size is None else str(size) for size in shape)
        hint = Message(
            "End it with Flatten or GlobalAveragePooling2D and a Dense layer of {units} units.",
            units=class_count,
        )
        if several:
            raise EngineError(
                Message(
                    "The network's end {name} gives {shape} values for each image, not a plain list.",
                    name=tensor._keras_history.operation.name,
                    shape=text,
                ),
                hint,
            )
        raise EngineError(
            Message("The network ends in {shape} values for each image, not in a plain list.", shape=text),
            hint,
        )
    units = int(shape[0])
    activation = _activation(tensor)
    if task != "classification":
        return _head_of_targets(units, activation, class_count, loss, task)
    if units != class_count and not (units == 1 and class_count == 2):
        raise EngineError(
            Message(
                "The network tells {units} classes apart, but the data has {classes}.",
                units=units,
                classes=class_count,
            ),
            Message("Give the last layer {units} units, one for each class.", units=class_count),
        )
    if units == 1 and activation == "softmax":
        raise EngineError(
            Message("The last layer is a softmax over one value, which is always 1."),
            Message("Use sigmoid there, or 2 units."),
        )
    chosen = _loss(loss, units, activation)
    if label_smoothing and chosen == "sparse_categorical_crossentropy":
        chosen = "categorical_crossentropy"  # the same loss; it alone can smooth labels
    one_hot = units > 1 and chosen != "sparse_categorical_crossentropy"
    return Head(units=units, activation=activation, loss=chosen, one_hot=one_hot)


def _head_of_targets(units: int, activation: Activation, count: int, loss: str, task: Task) -> Head:
    """The head of a network that tells several labels, or numbers."""
    labels = task == "multi_label"
    if units != count:
        message = (
            Message("The network tells {units} labels, but the data has {count}.", units=units, count=count)
            if labels
            else Message(
                "The network tells {units} numbers, but the data has {count}.", units=units, count=count
            )
        )
        raise EngineError(message, Message("Give the last layer {units} units.", units=count))
    if activation == "softmax":
        raise EngineError(
            Message("The network ends in a softmax, whose values are bound to add up to 1."),
            Message("Use sigmoid there, as an image may have several labels.")
            if labels
            else Message("Use no activation there, so that it can tell any number."),
        )
    fitting = ("binary_crossentropy",) if labels else OF_NUMBERS
    chosen = fitting[0] if loss == "auto" else loss
    if chosen not in fitting:
        raise EngineError(
            Message("The loss {loss} does not go with this data.", loss=loss),
            Message("Use the loss auto, or one of {losses}.", losses=", ".join(fitting)),
        )
    return Head(units=units, activation=activation, loss=chosen, one_hot=False, task=task)


def _main_output(model: keras.Model) -> int:
    """The output whose layer is named `main`, else the one with the most layers before it, else the last."""
    if len(model.outputs) == 1:
        return 0
    names = [tensor._keras_history.operation.name for tensor in model.outputs]
    if "main" in names:
        return names.index("main")
    sizes = [_layers_before(tensor) for tensor in model.outputs]
    return max(range(len(sizes)), key=lambda number: (sizes[number], number))


def _layers_before(tensor: Any) -> int:
    seen: set[int] = set()
    waiting = [tensor]
    while waiting:
        layer, node_index, _ = waiting.pop()._keras_history
        if id(layer) not in seen:
            seen.add(id(layer))
            waiting.extend(layer._inbound_nodes[node_index].input_tensors)
    return len(seen)


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


def _activation(tensor: Any) -> Activation:
    """What the last values went through; layers that only reshape are looked through."""
    while True:
        layer, node_index, _ = tensor._keras_history
        if isinstance(layer, keras.layers.Softmax):
            return "softmax"
        name = getattr(getattr(layer, "activation", None), "__name__", "")
        if name == "softmax":
            return "softmax"
        if name == "sigmoid":
            return "sigmoid"
        if type(layer).__name__ not in _TRANSPARENT:
            return "linear"
        tensor = layer._inbound_nodes[node_index].input_tensors[0]
