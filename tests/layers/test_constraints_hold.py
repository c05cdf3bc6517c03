"""Every weight that is drawn has a penalty and a bound of its own to choose, and the bound holds after a training step."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from cnnstudio.core import edits
from cnnstudio.core.network import Network
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue
from tests.layers.layer_rows import ROWS, network_of

NETWORKS = {kind: network_of(kind, params, inputs) for kind, params, inputs, *_ in reversed(ROWS)}
"""Of every layer the first row, in which it is called `it`."""
BOUND = {
    kind: {name: "non_neg" for name in catalogue()[kind].params_by_name if name.endswith("_constraint")}
    for kind in NETWORKS
}


@pytest.mark.parametrize("kind", catalogue())
def test_what_is_drawn_by_a_rule_can_be_kept_small_and_held(kind: str) -> None:
    names = catalogue()[kind].params_by_name.keys()
    for name in names:
        if name.endswith("_initializer") and not name.startswith("moving_"):  # those are not learned
            weight = name.removesuffix("_initializer")
            assert {f"{weight}_regularizer", f"{weight}_constraint"} <= names


def trained(network: Network) -> list[NDArray[np.float32]]:
    """The weights of `it`, each value of which began as -1, after one small step.

    Without the offsets of a deformable convolution: they begin at 0, are no kernel, and its bounds are not for them.
    """
    model = build(network, catalogue())
    layer = model.get_layer("it")
    for weight in layer.trainable_weights:
        weight.assign(np.full(weight.shape, -1.0))
    model.compile(keras.optimizers.SGD(1e-4), "mse", run_eagerly=True)
    given = [np.ones((2, *tensor.shape[1:]), np.float32) for tensor in model.inputs]
    model.train_on_batch(given if len(given) > 1 else given[0], np.zeros((2, *model.output.shape[1:])))
    drawn = [weight for weight in layer.trainable_weights if "/offset/" not in weight.path]
    after = [keras.ops.convert_to_numpy(weight) for weight in drawn]
    keras.backend.clear_session()
    return after


@pytest.mark.engine
@pytest.mark.parametrize("kind", [kind for kind, bounds in BOUND.items() if bounds])
def test_a_bound_on_every_weight_of_a_layer_holds_after_a_training_step(kind: str) -> None:
    free, held = (trained(edits.set_params(NETWORKS[kind], "it", bounds)) for bounds in ({}, BOUND[kind]))
    assert free
    assert all(values.max() < 0 for values in free)
    assert all(values.min() >= 0 for values in held)


def test_there_are_layers_of_every_sort_with_bounds() -> None:
    assert {kind for kind, bounds in BOUND.items() if bounds} >= {
        "Conv2D",
        "Dense",
        "Embedding",
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "PReLU",
        "MultiHeadAttention",
    }
