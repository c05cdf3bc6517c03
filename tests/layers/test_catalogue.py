"""Every layer is complete: found by itself, described, checked, and light to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import CATEGORIES, catalogue

LAYERS = list(catalogue().values())


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.type)
def test_every_layer_says_what_it_is_for(layer: object) -> None:
    spec = catalogue()[layer.type]  # type: ignore[attr-defined]
    assert len(str(spec.help)) > 20
    assert spec.category in CATEGORIES
    assert type(spec).__module__.split(".")[2] == spec.category
    assert spec.prefix.isidentifier()
    assert all(str(param.help) for param in spec.params)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.type)
def test_every_default_is_accepted_and_stays_as_it_is(layer: object) -> None:
    spec = catalogue()[layer.type]  # type: ignore[attr-defined]
    args = spec.arguments(Params())
    again = spec.arguments(Params(dict(args.values)))
    assert args == again
    assert isinstance(spec.describe(args), str)


def test_categories_come_in_the_palettes_order() -> None:
    order = [CATEGORIES.index(layer.category) for layer in LAYERS]
    assert order == sorted(order)
    firsts = {layer.category: layer.type for layer in reversed(LAYERS)}
    assert (firsts["input"], firsts["convolution"]) == ("Input", "Conv2D")


def test_the_catalogue_imports_no_heavy_library() -> None:
    code = "import sys; from cnnstudio.layers import catalogue; catalogue(); print(*sys.modules)"
    modules = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert "cnnstudio.layers.convolution.conv2d" in modules
    assert not modules & {"numpy", "keras", "tensorflow", "PySide6", "torch"}


@pytest.mark.parametrize("kind", ["Add", "Concatenate"])
def test_inputs_that_do_not_fit_mark_the_wire_of_the_odd_one(kind: str) -> None:
    nodes = [Node(id=name, type="Input", params=Params(shape=[8, 8, 3])) for name in ("a", "c")]
    nodes += [Node(id="b", type="Input", params=Params(shape=[4, 4, 3])), Node(id="join", type=kind)]
    edges = [Edge(source=name, target="join", slot=slot) for slot, name in enumerate("abc")]
    (problem,) = Analyser(catalogue()).analyse(Network.of(nodes, edges)).diagnostics
    assert problem.edge == edges[1]
    assert str(problem.message) == f"{kind} cannot join 8×8×3 and 4×4×3."


def test_concatenate_ignores_the_axis_that_grows_when_it_looks_for_the_odd_one() -> None:
    shapes = {"a": [8, 8, 3], "b": [8, 8, 5], "c": [4, 8, 3]}
    nodes = [Node(id=name, type="Input", params=Params(shape=shape)) for name, shape in shapes.items()]
    edges = [Edge(source=name, target="join", slot=slot) for slot, name in enumerate(shapes)]
    (problem,) = (
        Analyser(catalogue())
        .analyse(Network.of([*nodes, Node(id="join", type="Concatenate")], edges))
        .diagnostics
    )
    assert problem.edge == edges[2]


TORCH = [
    ("Add", 2, ["torch.add"]),
    ("Add", 3, ["torch.stack", "torch.sum"]),
    ("Average", 2, ["torch.stack", "torch.mean"]),
    ("Subtract", 2, ["torch.sub"]),
    ("Maximum", 3, ["torch.stack", "torch.amax"]),
    ("Concatenate", 3, ["torch.cat"]),
]


@pytest.mark.parametrize(("kind", "count", "functions"), TORCH)
def test_merging_layers_have_functions_that_pytorch_has(kind: str, count: int, functions: list[str]) -> None:
    spec = catalogue()[kind]
    calls = spec.torch(((8, 8, 3),) * count, spec.arguments(Params()))
    assert calls is not None
    assert [call.function for call in calls] == functions


def test_a_sum_of_different_ranks_has_no_pytorch_form() -> None:
    spec = catalogue()["Add"]
    assert spec.torch(((8, 8, 3), (3,)), spec.arguments(Params())) is None
