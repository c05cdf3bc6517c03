"""A model that fetches its own batches learns what any other learns, and tells of every single step."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from cnnstudio.core.network import Network
from cnnstudio.engine.batches import OrderedBatches, TrainingBatches
from cnnstudio.engine.builder import build
from cnnstudio.engine.datasets import Images
from cnnstudio.engine.heads import Head, head_of
from cnnstudio.engine.losses import compile_model
from cnnstudio.engine.pixels import SCALED
from cnnstudio.engine.resident import MOST_STEPS, ResidentModel, fed, steps_at_once
from cnnstudio.layers import catalogue
from cnnstudio.runs.plan import TrainingPlan
from tests.engine.small_data import network

EPOCHS = 2
BATCH = 8


class Logs(keras.callbacks.Callback):
    """Keeps what each call of Keras's told, and what the model noted of its steps."""

    def __init__(self) -> None:
        super().__init__()
        self.losses: list[float] = []
        self.noted: list[dict[str, float]] = []
        self._stepped = 0

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self._stepped = 0

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        assert logs is not None
        self.losses.append(float(logs["loss"]))
        if isinstance(self.model, ResidentModel):
            end = min(batch + 1, 7)
            self.noted += self.model.notes(end - self._stepped)
            self._stepped = end


def images(count: int, classes: int) -> Images:
    generator = np.random.default_rng(4)
    return Images(
        pixels=generator.integers(0, 256, (count, 16, 16, 1), np.uint8),
        labels=generator.integers(0, classes, count).astype(np.int32),
    )


def fitted(shown: Network, steps: int) -> tuple[keras.Model, keras.callbacks.History, Logs, Head]:
    """Two epochs on 50 images, 7 batches each; `steps` 0: through `tf.data`, one step a call."""
    keras.utils.set_random_seed(3)
    model = build(shown, catalogue())
    head = head_of(model, int(model.outputs[0].shape[-1]))
    if steps:
        model = ResidentModel.of(model)
    compile_model(model, head, TrainingPlan(), 7)
    training = TrainingBatches(images(50, head.units), head, batch_size=BATCH, seed=1, pixels=SCALED)
    training.begin_epoch(0)
    validation = OrderedBatches(images(20, head.units), head, pixels=SCALED, batch_size=BATCH)
    if isinstance(model, ResidentModel):
        model.feed(training, validation, steps)
    logs = Logs()
    history = model.fit(
        fed(training, model),
        validation_data=fed(validation, model),
        epochs=EPOCHS,
        callbacks=[logs],
        shuffle=False,
        verbose=0,
    )
    return model, history, logs, head


@pytest.mark.parametrize("steps", [1, 3, 7, 20])
def test_a_resident_model_learns_the_same_and_notes_each_step(steps: int) -> None:
    plain, wanted, single, _ = fitted(network(), 0)
    resident, history, logs, _ = fitted(network(), steps)
    for name, values in wanted.history.items():
        np.testing.assert_allclose(history.history[name], values, rtol=1e-4, atol=1e-6, err_msg=name)
    for ours, theirs in zip(resident.weights, plain.weights, strict=True):
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=1e-3, atol=1e-5)
    noted = [row["loss"] for row in logs.noted]
    assert len(noted) == len(single.losses) == 7 * EPOCHS
    np.testing.assert_allclose(noted, single.losses, rtol=1e-4)
    assert all(0 <= row["accuracy"] <= 1 for row in logs.noted)


def test_a_call_holds_many_steps_of_a_small_network_and_one_of_a_large_one() -> None:
    assert steps_at_once(400_000, 64) > 5
    assert steps_at_once(1, 1) == MOST_STEPS
    assert steps_at_once(4_000_000_000, 32) == 1


def test_before_it_is_fed_it_takes_batches_as_any_model_does() -> None:
    model = ResidentModel.of(build(network(), catalogue()))
    head = head_of(model, int(model.outputs[0].shape[-1]))
    compile_model(model, head, TrainingPlan())
    some = images(8, head.units)
    before = [np.array(weight) for weight in model.trainable_weights]
    loss = model.train_on_batch(some.pixels / np.float32(255), some.labels, return_dict=True)["loss"]
    assert np.isfinite(loss)
    assert any(
        np.any(np.asarray(weight) != old) for weight, old in zip(model.trainable_weights, before, strict=True)
    )
