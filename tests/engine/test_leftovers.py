"""What jobs leave in the engine's process: nothing that grows from run to run."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from cnnstudio.engine.leftovers import sweep_up


def traced_gradients() -> list[str]:
    from tensorflow.python.framework import ops

    return [name for name in ops.gradient_registry._registry if name.startswith("CustomGradient-")]


def train_once() -> weakref.ref[object]:
    """A model whose loss has a gradient of its own, trained a step; gives what stays alive as long as its graph does."""
    import keras
    import tensorflow as tf

    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3)])

    @tf.custom_gradient
    def as_it_is(values: object) -> tuple[object, object]:
        return values, lambda upstream: upstream

    def loss(wanted: object, given: object) -> object:
        return tf.reduce_mean(tf.square(as_it_is(given) - wanted))

    model.compile("sgd", loss)
    model.fit(np.ones((8, 4), "float32"), np.ones((8, 3), "float32"), verbose=0)
    return weakref.ref(model)


@pytest.mark.engine
def test_the_graph_of_a_training_step_goes_with_its_model() -> None:
    sweep_up()
    assert traced_gradients() == []
    model = train_once()
    gc.collect()
    assert traced_gradients(), (
        "TensorFlow keeps them somewhere else now, or no more: see what sweep_up has to do"
    )
    sweep_up()
    assert traced_gradients() == []
    assert model() is None


@pytest.mark.engine
def test_runs_leave_no_objects_behind() -> None:
    counts = []
    for _ in range(4):
        train_once()
        sweep_up()
        counts.append(len(gc.get_objects()))
    assert counts[-1] - counts[1] < 400, counts
