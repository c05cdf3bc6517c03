"""Fixes: each one offered cures its problem, for the mistakes that people make."""

from __future__ import annotations

import time

import pytest

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Diagnostic
from cnnstudio.layers import catalogue
from cnnstudio.layers.fixes import MOST_FIXES, offer_fixes
from tests.layers.random_networks import random_network


def node(node_id: str, kind: str, **params: object) -> Node:
    return Node(id=node_id, type=kind, params=Params(params))


def network_of(*nodes: Node, wires: str = "") -> Network:
    """Nodes, and wires written as `a>b`, in the order of their slots."""
    edges: list[Edge] = []
    for wire in wires.split():
        source, target = wire.split(">")
        edges.append(Edge(source=source, target=target, slot=sum(edge.target == target for edge in edges)))
    return Network.of(nodes, edges)


def offered(network: Network) -> Analysis:
    analyser = Analyser(catalogue())
    return offer_fixes(network, analyser.analyse(network), analyser)


IMAGE = node("image", "Input", shape=[8, 8, 3])
MISTAKES: dict[str, tuple[Network, str]] = {
    "a window larger than its input": (
        network_of(IMAGE, node("conv", "Conv2D", kernel_size=16), wires="image>conv"),
        "Set kernel_size of conv to 8",
    ),
    "a dilated window larger than its input": (
        network_of(IMAGE, node("conv", "Conv2D", kernel_size=5, dilation_rate=3), wires="image>conv"),
        "Set kernel_size of conv to 3",
    ),
    "a pooling window larger than its input": (
        network_of(node("image", "Input", shape=[2, 1, 3]), node("pool", "MaxPooling2D"), wires="image>pool"),
        "Set pool_size of pool to 2×1",
    ),
    "a value out of range": (
        network_of(IMAGE, node("conv", "Conv2D", filters=0), wires="image>conv"),
        "Set filters of conv to 1",
    ),
    "a word that is no choice": (
        network_of(IMAGE, node("conv", "Conv2D", activation="rellu"), wires="image>conv"),
        "Set activation of conv back to its default",
    ),
    "a parameter spelled wrong": (
        network_of(IMAGE, node("conv", "Conv2D", filtres=9), wires="image>conv"),
        "Rename filtres to filters",
    ),
    "a layer spelled wrong": (
        network_of(IMAGE, node("conv", "Conv2d", filters=9), wires="image>conv"),
        "Turn conv into Conv2D",
    ),
    "groups that do not divide": (
        network_of(IMAGE, node("conv", "Conv2D", filters=6, groups=2), wires="image>conv"),
        "Set groups of conv to 3",
    ),
    "strides with dilation": (
        network_of(IMAGE, node("conv", "Conv2D", strides=2, dilation_rate=2), wires="image>conv"),
        "Set dilation_rate of conv to 1",
    ),
    "too much padding for a pool": (
        network_of(IMAGE, node("pool", "MaxPooling2D", padding=3), wires="image>pool"),
        "Set padding of pool to 1",
    ),
    "no input": (network_of(IMAGE, node("conv", "Conv2D")), "Connect image to conv"),
    "no input anywhere": (network_of(node("conv", "Conv2D")), "Put an Input layer in front of conv"),
    "one input of two": (
        network_of(IMAGE, node("relu", "ReLU"), node("add", "Add"), wires="image>relu relu>add"),
        "Connect image to add",
    ),
    "two inputs for one": (
        network_of(
            IMAGE,
            node("a", "ReLU"),
            node("b", "ReLU"),
            node("conv", "Conv2D"),
            wires="image>a image>b a>conv b>conv",
        ),
        "Join its inputs with Concatenate in front of conv",
    ),
    "a circle": (
        network_of(IMAGE, node("a", "Add"), node("b", "ReLU"), wires="image>a a>b b>a"),
        "Remove the wire from a to b",
    ),
    "a convolution behind flatten": (
        network_of(IMAGE, node("flat", "Flatten"), node("conv", "Conv2D"), wires="image>flat flat>conv"),
        "Move conv in front of flat",
    ),
    "a picture given as a row": (
        network_of(node("image", "Input", shape=[784]), node("conv", "Conv2D"), wires="image>conv"),
        "Put a Reshape to 28×28×1 in front of conv",
    ),
    "a layer for another rank": (
        network_of(
            node("image", "Input", shape=[20, 3]), node("conv", "Conv2D", filters=4), wires="image>conv"
        ),
        "Turn conv into Conv1D",
    ),
    "a reshape that loses values": (
        network_of(IMAGE, node("shape", "Reshape", target_shape=[5, 3]), wires="image>shape"),
        "Set target_shape of shape to (-1, 3)",
    ),
    "two layers of one name": (
        network_of(
            IMAGE,
            Node(id="x", type="ReLU", name="same"),
            Node(id="y", type="ReLU", name="same"),
            wires="image>x x>y",
        ),
        "Rename it to same_2",
    ),
    "nothing at all": (Network(), "Add an Input layer"),
    "a shortcut past a stride": (
        network_of(
            IMAGE,
            node("conv", "Conv2D", filters=3, strides=2, padding="same"),
            node("add", "Add"),
            wires="image>conv conv>add image>add",
        ),
        "Put a 1×1 convolution with 3 filters and strides 2 behind image",
    ),
    "a stride too many": (
        network_of(
            IMAGE,
            node("conv", "Conv2D", filters=3, strides=2, padding="same"),
            node("add", "Add"),
            wires="image>conv conv>add image>add",
        ),
        "Set strides of conv to 1",
    ),
    "other channels on both sides of a sum": (
        network_of(
            IMAGE,
            node("conv", "Conv2D", filters=16, padding="same"),
            node("add", "Add"),
            wires="image>conv image>add conv>add",
        ),
        "Set filters of conv to 3",
    ),
    "branches that lose pixels": (
        network_of(
            IMAGE,
            node("a", "Conv2D", filters=4),
            node("b", "Conv2D", filters=4, kernel_size=5),
            node("join", "Concatenate"),
            wires="image>a image>b a>join b>join",
        ),
        "Set padding of b, a to same",
    ),
    "one input too many that fits nothing": (
        network_of(
            IMAGE,
            node("a", "ReLU"),
            node("other", "Input", shape=[3, 5, 2]),
            node("join", "Multiply"),
            wires="image>a a>join image>join other>join",
        ),
        "Remove the wire from other to join",
    ),
    "an unknown size where weights need one": (
        network_of(node("image", "Input", shape=[8, None]), node("dense", "Dense"), wires="image>dense"),
        "Set shape of image to 8×32",
    ),
    "a picture and a row": (
        network_of(
            IMAGE, node("row", "Input", shape=[5]), node("join", "Concatenate"), wires="image>join row>join"
        ),
        "Put Flatten behind image",
    ),
}


def first_error(analysis: Analysis) -> Diagnostic:
    return next(problem for problem in analysis.diagnostics if problem.severity == "error")


@pytest.mark.parametrize(("network", "label"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_usual_mistake_gets_the_fix_that_a_teacher_would_suggest(network: Network, label: str) -> None:
    assert label in [str(fix.label) for fix in first_error(offered(network)).fixes]


def broken_networks() -> list[Network]:
    networks = [network for network, _ in MISTAKES.values()]
    return networks + [random_network(seed) for seed in range(200)]


def test_every_fix_offered_cures_its_problem_and_breaks_nothing_that_was_fine() -> None:
    tried = 0
    for network in broken_networks():
        analysis = offered(network)
        for problem in analysis.diagnostics:
            assert len(problem.fixes) <= MOST_FIXES
            for fix in problem.fixes:
                tried += 1
                after = Analyser(catalogue()).analyse(fix.edit(network))
                left = [left for left in after.diagnostics if left.node == problem.node]
                assert not left or (problem.code, "network.cycle") != ("network.cycle", left[0].code)
                assert not left or problem.code == "network.cycle"
                for node_id, was in analysis.nodes.items():
                    now = after.nodes.get(node_id)
                    assert was.output_shape is None or now is None or now.error is None
    assert tried > 100


def test_most_errors_of_random_networks_get_a_fix() -> None:
    problems = [
        problem
        for seed in range(200)
        for problem in offered(random_network(seed)).diagnostics
        if problem.severity == "error"
    ]
    assert sum(bool(problem.fixes) for problem in problems) / len(problems) > 0.9


def test_a_network_without_errors_is_given_back_as_it_is() -> None:
    network = network_of(IMAGE, node("conv", "Conv2D"), wires="image>conv")
    analyser = Analyser(catalogue())
    analysis = analyser.analyse(network)
    assert offer_fixes(network, analysis, analyser) == analysis


def test_a_mistake_at_the_start_of_a_deep_network_gets_the_same_fixes() -> None:
    deep = [node(f"relu{number}", "ReLU") for number in range(150)]
    wires = " ".join(f"relu{number}>relu{number + 1}" for number in range(149))
    network = network_of(
        IMAGE, node("conv", "Conv2D", kernel_size=16), *deep, wires=f"image>conv conv>relu0 {wires}"
    )
    problem = first_error(offered(network))
    assert str(problem.fixes[0].label) == "Set kernel_size of conv to 8"
    assert all(Analyser(catalogue()).analyse(fix.edit(network)).ok for fix in problem.fixes)


def test_looking_for_fixes_does_not_disturb_the_analyser() -> None:
    network = MISTAKES["a shortcut past a stride"][0]
    analyser = Analyser(catalogue())
    analysis = analyser.analyse(network)
    offer_fixes(network, analysis, analyser)
    again = analyser.analyse(network)
    assert again == analysis
    assert all(again.nodes[node_id] is analysis.nodes[node_id] for node_id in analysis.nodes)


if __name__ == "__main__":
    for name, (network, _) in MISTAKES.items():
        start = time.perf_counter()
        found = offered(network)
        print(
            f"{(time.perf_counter() - start) * 1000:6.2f} ms  {name}:",
            [str(fix.label) for fix in first_error(found).fixes],
        )
