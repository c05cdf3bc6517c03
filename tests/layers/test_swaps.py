"""Swaps: what is promised before is what the analysis and Keras say after; the output's shape never changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.document import Document
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.engine.builder import build
from cnnstudio.layers import catalogue
from cnnstudio.layers.swaps import Comparison, Swap, compare, new_ids, swapped

CATALOGUE = catalogue()


def network_with(layer: str, shape: list[int], **params: object) -> Network:
    """image → before → conv → after, and a second branch from `before` that joins nothing."""
    nodes = [
        Node(id="image", type="Input", params=Params(shape=shape)),
        Node(id="before", type="Activation"),
        Node(id="conv", type=layer, name="my conv", params=Params(params)),
        Node(id="after", type="Activation"),
        Node(id="branch", type="Activation"),
    ]
    wires = [("image", "before"), ("before", "conv"), ("conv", "after"), ("before", "branch")]
    return Network.of(nodes, [Edge(source=a, target=b) for a, b in wires])


def comparison_of(network: Network) -> Comparison:
    analysis = Analyser(CATALOGUE).analyse(network)
    assert analysis.ok, analysis.diagnostics
    found = compare(network, analysis, "conv", CATALOGUE)
    assert found is not None
    return found


def done(network: Network, swap: Swap) -> Network:
    ids = new_ids(swap, CATALOGUE, mint())
    return swapped(network, "conv", swap, ids)


def mint() -> object:
    numbers = iter(range(1, 99))
    return lambda prefix: f"{prefix}_{next(numbers)}"


CASES: list[tuple[str, list[int], dict[str, object]]] = [
    ("Conv2D", [24, 24, 16], {"filters": 32, "kernel_size": 3, "padding": "same"}),
    ("Conv2D", [24, 21, 16], {"filters": 32, "kernel_size": 5, "padding": 2, "strides": 2, "activation": "relu"}),
    ("Conv2D", [24, 24, 8], {"filters": 8, "kernel_size": 5, "padding": "valid", "use_bias": False}),
    ("Conv2D", [24, 24, 8], {"filters": 12, "kernel_size": 7, "padding": [[3, 2], [0, 4]], "activation": "tanh"}),
    ("Conv2D", [24, 24, 8], {"filters": 8, "kernel_size": 7, "padding": "full", "strides": [2, 1]}),
    ("Conv2D", [24, 24, 8], {"filters": 8, "kernel_size": [5, 3], "padding": "same", "activation": "softmax"}),
    ("Conv2D", [24, 24, 8], {"filters": 8, "kernel_size": 3, "padding": 2, "dilation_rate": 2}),
    ("Conv2D", [24, 24, 8], {"filters": 16, "kernel_size": 3, "padding": "same", "groups": 4}),
    ("Conv2D", [24, 24, 8], {"filters": 16, "kernel_size": 4, "padding": 1}),
    ("Conv2D", [24, 24, 3], {"filters": 7, "kernel_size": 3}),
    ("Conv2D", [24, 24, 8], {"filters": 16, "kernel_size": 1}),
    ("Conv2D", [24, 24, 8], {"filters": 16, "kernel_size": 5, "padding": 5}),
    ("Conv1D", [64, 8], {"filters": 16, "kernel_size": 5, "padding": "causal"}),
    ("Conv1D", [64, 8], {"filters": 16, "kernel_size": 7, "padding": "same", "strides": 3}),
    ("Conv3D", [9, 9, 9, 4], {"filters": 8, "kernel_size": 5, "padding": "same"}),
    ("SeparableConv2D", [24, 24, 8], {"filters": 16, "kernel_size": 3, "padding": "same", "depth_multiplier": 2}),
    ("DepthwiseConv2D", [24, 24, 8], {"kernel_size": 3, "padding": 1, "depth_multiplier": 2}),
    ("SpatiallySeparableConv2D", [24, 24, 8], {"filters": 16, "kernel_size": [3, 5], "padding": "same"}),
]  # fmt: skip


def cases() -> Iterator[object]:
    for layer, shape, params in CASES:
        if layer in CATALOGUE:
            yield pytest.param(layer, shape, params, id=f"{layer}-{params}")


@pytest.mark.parametrize(("layer", "shape", "params"), cases())
def test_what_is_promised_is_what_the_analysis_says_after(
    layer: str, shape: list[int], params: dict[str, object]
) -> None:
    network = network_with(layer, shape, **params)
    before = Analyser(CATALOGUE).analyse(network)
    found = comparison_of(network)
    assert found.swaps
    for swap in found.swaps:
        edited = done(network, swap)
        after = Analyser(CATALOGUE).analyse(edited)
        assert after.ok, (swap.code, after.diagnostics)
        assert after.nodes["conv"].output_shape == before.nodes["conv"].output_shape, swap.code
        assert after.total_params - before.total_params == swap.cost.params - found.current.params, swap.code
        assert after.macs - before.macs == swap.cost.macs - found.current.macs, swap.code
        assert after.nodes["conv"].fields == swap.cost.fields, swap.code


@pytest.mark.parametrize(("layer", "shape", "params"), cases())
def test_keras_builds_every_swap_with_the_promised_shape_and_parameters(
    layer: str, shape: list[int], params: dict[str, object]
) -> None:
    network = network_with(layer, shape, **params)
    found = comparison_of(network)
    for swap in found.swaps:
        model = build(done(network, swap), CATALOGUE)
        assert model.count_params() == swap.cost.params, swap.code
        shapes = {tuple(output.shape[1:]) for output in model.outputs}
        assert found.output_shape in shapes, swap.code


def test_the_textbook_five_by_five() -> None:
    found = comparison_of(network_with("Conv2D", [28, 28, 64], filters=64, kernel_size=5, padding="same", use_bias=False))  # fmt: skip
    by_code = {swap.code: swap for swap in found.swaps}
    assert found.current.params == 25 * 64 * 64
    assert by_code["stacked"].cost.params == 2 * 9 * 64 * 64
    assert by_code["stacked"].cost.fields == found.current.fields
    assert by_code["grouped4"].cost.params * 4 == found.current.params
    assert by_code["depthwise"].cost.params == 25 * 64 + 64 * 64
    assert by_code["sparse"].cost.params == 9 * 64 * 64
    assert by_code["sparse"].cost.fields == found.current.fields
    assert by_code["dilated"].cost.params == found.current.params
    fields = by_code["dilated"].cost.fields
    assert fields is not None
    assert fields[0].size == 9
    assert by_code["bottleneck"].cost.params == 64 * 16 + 25 * 16 * 16 + 16 * 64
    assert by_code["bottleneck"].cost.memory == (16 + 16 + 64) * 28 * 28 * 4


def test_swapping_there_and_back_gives_the_first_layer_again() -> None:
    network = network_with(
        "Conv2D", [24, 24, 8], filters=16, kernel_size=3, padding="same", activation="relu"
    )
    separable = next(swap for swap in comparison_of(network).swaps if swap.code == "depthwise")
    there = done(network, separable)
    ordinary = next(swap for swap in comparison_of(there).swaps if swap.code == "ordinary")
    assert done(there, ordinary).nodes["conv"] == network.nodes["conv"]


@pytest.mark.parametrize("code", ["grouped2", "stacked", "bottleneck", "spatial", "depthwise"])
def test_undo_restores_the_network_exactly(code: str) -> None:
    network = network_with("Conv2D", [24, 24, 8], filters=16, kernel_size=5, padding="same")
    swap = next((swap for swap in comparison_of(network).swaps if swap.code == code), None)
    if swap is None:
        pytest.skip("not in this catalogue")
    document = Document(Project(network=network))
    ids = new_ids(swap, CATALOGUE, document.mint)
    document.apply(lambda n: swapped(n, "conv", swap, ids), Message("Swap"))
    after = document.network
    assert after != network
    document.undo()
    assert document.network == network
    document.redo()
    assert document.network == after


def test_the_wires_in_and_out_and_the_name_stay() -> None:
    network = network_with("Conv2D", [24, 24, 8], filters=16, kernel_size=5, padding="same")
    swap = next(swap for swap in comparison_of(network).swaps if swap.code == "stacked")
    edited = done(network, swap)
    assert edited.nodes["conv"].name == "my conv"
    assert [edge.source for edge in edited.inputs("conv_1")] == ["before"]
    assert [edge.source for edge in edited.inputs("conv")] == ["conv_1"]
    assert [edge.target for edge in edited.outputs("conv")] == ["after"]
    assert {edge.target for edge in edited.outputs("before")} == {"conv_1", "branch"}


def test_nothing_is_offered_where_nothing_is_known() -> None:
    network = network_with("Conv2D", [24, 24, 8], filters=16, kernel_size=3)
    broken = network_with("Conv2D", [24, 24, 8], filters=16, kernel_size=99)
    for tried, node in ((network, "before"), (network, "nobody"), (broken, "conv")):
        assert compare(tried, Analyser(CATALOGUE).analyse(tried), node, CATALOGUE) is None


def test_unknown_sizes_are_compared_by_parameters() -> None:
    nodes = [
        Node(id="image", type="Input", params=Params(shape=[None, None, 8])),
        Node(id="conv", type="Conv2D", params=Params(filters=16, kernel_size=3, padding="same")),
    ]
    network = Network.of(nodes, [Edge(source="image", target="conv")])
    found = comparison_of(network)
    assert found.current.memory is None
    assert {swap.code for swap in found.swaps} >= {"grouped2", "depthwise", "bottleneck"}
