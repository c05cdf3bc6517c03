"""The memory rule on networks small enough to add up by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from cnnstudio.layers.memory import optimizer_slots, training_memory
from cnnstudio.zoo import templates


def chain(*layers: tuple[str, dict[str, object]], shape: tuple[int | None, ...] = (8, 8, 3)) -> Analysis:
    nodes = [Node(id="image", type="Input", params=Params(shape=shape))]
    nodes += [
        Node(id=f"n{number}", type=kind, params=Params(params))
        for number, (kind, params) in enumerate(layers)
    ]
    edges = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    return Analyser(catalogue()).analyse(Network.of(nodes, edges))


CONV: tuple[str, dict[str, object]] = ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same"})


def test_weights_gradients_and_slots_of_adam() -> None:
    memory = training_memory(chain(CONV), slots=2)
    weights = 4 * (3 * 3 * 3 * 4 + 4)
    assert (memory.weights, memory.gradients, memory.slots) == (weights, weights, 2 * weights)


def test_moving_statistics_have_no_gradient() -> None:
    memory = training_memory(chain(("BatchNormalization", {})), slots=2)
    assert memory.weights == 4 * 12
    assert memory.gradients == 4 * 6


def test_a_convolution_keeps_its_input_and_an_activation_its_output() -> None:
    linear = training_memory(chain(CONV))
    assert (linear.layers["image"].kept, linear.layers["n0"].kept) == (8 * 8 * 3 * 4, 0)
    active = training_memory(chain((CONV[0], {**CONV[1], "activation": "relu"})))
    assert active.layers["n0"].kept == 8 * 8 * 4 * 4


def test_conv_norm_relu_keeps_two_tensors_not_three() -> None:
    memory = training_memory(chain(CONV, ("BatchNormalization", {}), ("Activation", {"activation": "relu"})))
    one = 8 * 8 * 4 * 4
    assert [memory.layers[name].kept for name in ("n0", "n1", "n2")] == [one, 0, one]


def test_flatten_makes_no_new_tensor_but_keeps_the_one_before_it() -> None:
    memory = training_memory(chain(CONV, ("Flatten", {}), ("Dense", {"units": 10})))
    assert memory.layers["n0"].kept == 8 * 8 * 4 * 4
    assert memory.layers["n1"].kept == 0


def test_dropout_keeps_a_byte_for_each_value() -> None:
    assert training_memory(chain(("Dropout", {"rate": 0.5}))).layers["n0"].kept == 8 * 8 * 3


def test_mixed_precision_halves_what_is_kept_and_copies_the_weights() -> None:
    full, mixed = (training_memory(chain(CONV), mixed_precision=half) for half in (False, True))
    assert full.kept == 2 * (mixed.kept or 0)
    assert mixed.weights == full.weights * 3 // 2
    assert mixed.gradients == full.gradients


def test_the_total_is_what_there_is_in_any_case_and_so_much_for_each_image() -> None:
    memory = training_memory(Analyser(catalogue()).analyse(templates()["resnet18"].build()), slots=2)
    one, two = memory.total(1), memory.total(2)
    assert one is not None
    assert two is not None
    assert two - one == memory.per_image
    assert one - (memory.per_image or 0) == memory.fixed
    assert memory.fixed == sum(
        layer.weights + layer.gradients + layer.slots for layer in memory.layers.values()
    )


def test_the_largest_batch_fits_and_one_more_does_not() -> None:
    memory = training_memory(Analyser(catalogue()).analyse(templates()["lenet5"].build()), slots=2)
    room = 10_000_000
    most = memory.largest_batch(room)
    assert most is not None
    assert (memory.total(most) or 0) <= room < (memory.total(most + 1) or 0)
    assert memory.largest_batch(1000) == 0


def test_nothing_is_claimed_where_sizes_are_unknown() -> None:
    memory = training_memory(chain(CONV, shape=(None, None, 3)))
    assert memory.total(8) is None
    assert memory.largest_batch(10**9) is None
    assert memory.weights > 0


@pytest.mark.parametrize(
    ("optimizer", "momentum", "slots"),
    [
        ("sgd", 0.0, 0),
        ("sgd", 0.9, 1),
        ("rmsprop", 0.0, 1),
        ("rmsprop", 0.9, 2),
        ("adam", 0.0, 2),
        ("lion", 0.0, 1),
    ],
)
def test_slots_are_those_that_keras_makes(optimizer: str, momentum: float, slots: int) -> None:
    import keras

    assert optimizer_slots(optimizer, momentum) == slots
    settings = {"momentum": momentum} if momentum else {}
    made = keras.optimizers.get({"class_name": optimizer, "config": settings})
    weight = keras.Variable([1.0, 2.0])
    made.build([weight])
    assert sum(tuple(variable.shape) == (2,) for variable in made.variables) == slots
