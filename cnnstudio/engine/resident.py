"""A model that makes its batches by itself, several steps in one call. TensorFlow, CPU.

`fit` on batches that flow through `tf.data` pays for each of them: a call from Python, a hand-over between threads, a
copy. Where a step takes few milliseconds that is a fifth of the time. Here the dataset holds only the numbers at which
batches begin, of images in memory the step gathers its own (others are fetched ahead of it), and Keras runs several steps in one call (`steps_per_execution`).
What each single step measured is noted in a small table, so that the curve of the batches stays whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.engine.batches import Batches, OrderedBatches, TrainingBatches

NOTED = ("loss", "accuracy")
"""What is noted of each step: running means of the epoch, as Keras's logs hold them."""
MOST_STEPS = 32
_SECONDS_AT_ONCE = 0.05
_MULTIPLICATIONS_A_SECOND = 10e9
"""What two cores do in training; an error of some times only makes pauses a little slower or calls more frequent."""


def steps_at_once(macs: int, batch_size: int) -> int:
    """How many steps go into one call so that it takes about a twentieth of a second: 1 to 32.

    `macs` is for one image, forwards; training takes three times as much.
    """
    seconds = 3 * max(1, macs) * batch_size / _MULTIPLICATIONS_A_SECOND
    return max(1, min(MOST_STEPS, round(_SECONDS_AT_ONCE / seconds)))


class ResidentModel(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """A functional model that is fitted on the starts of batches. Shares layers and weights with the one it is made of.

    Before `feed` it takes batches as any model does.
    """

    @classmethod
    def of(cls, model: keras.Model) -> ResidentModel:
        """A resident model with the layers of `model`, to be compiled."""
        return cls(model.input, model.output, name=model.name)

    def feed(self, training: TrainingBatches, validation: OrderedBatches | None, steps: int) -> None:
        """Where `fit` shall take its batches from, and how many steps at once; after `compile`, before `fit`."""
        self.steps_per_execution = steps
        # straight into the dictionary: Keras must not take what is held for state of the model
        self.__dict__["_training"] = training
        self.__dict__["_validation"] = validation
        with tf.device("CPU:0"):
            self.__dict__["_rows"] = tf.Variable(np.zeros((steps, len(NOTED)), np.float32), trainable=False)

    def notes(self, steps: int) -> list[dict[str, float]]:
        """What the first `steps` steps of the last call noted, one after the other."""
        rows: NDArray[np.float32] = self.__dict__["_rows"].numpy()
        return [
            {"loss": float(loss)} | ({} if np.isnan(accuracy) else {"accuracy": float(accuracy)})
            for loss, accuracy in rows[:steps]
        ]

    def train_step(self, data: Any) -> Mapping[str, Any]:
        """One step on the batch that an element of `for_steps` stands for, noted."""
        training = self.__dict__.get("_training")
        if training is None:
            usual: Mapping[str, Any] = super().train_step(data)
            return usual
        start, batch = training.of_step(data)
        logs: Mapping[str, Any] = super().train_step(batch)
        row = tf.stack([tf.cast(logs.get(name, np.nan), tf.float32) for name in NOTED])
        number = start // training.batch_size % self.steps_per_execution
        self.__dict__["_rows"].scatter_update(tf.IndexedSlices(row, number))
        return logs

    def test_step(self, data: Any) -> Mapping[str, Any]:
        """One batch of validation, the one that an element of `for_steps` stands for."""
        validation = self.__dict__.get("_validation")
        logs: Mapping[str, Any] = super().test_step(
            data if validation is None else validation.of_step(data)[1]
        )
        return logs


def fed(batches: Batches, model: keras.Model) -> Any:
    """What `fit` is given: a `tf.data.Dataset` that a resident model makes batches of, or of the batches themselves."""
    return batches.for_steps() if isinstance(model, ResidentModel) else batches.dataset()
