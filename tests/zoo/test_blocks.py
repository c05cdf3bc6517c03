"""Every ready-made block: its sizes against hand counts, its shapes and weights against Keras, its source against both."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.code_writer import keras_source
from cnnstudio.core.custom_source import custom_layer_source
from cnnstudio.core.edits import set_params
from cnnstudio.core.levels import level_analysis, network_at
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import parse_project, project_text
from cnnstudio.core.spec import Shape
from cnnstudio.layers import catalogue
from cnnstudio.zoo.blocks import block_templates
from tests.layers.agreement import disagreements

SHAPES: tuple[tuple[int, int, int], ...] = ((32, 32, 64), (30, 20, 24), (16, 24, 3))


def alone(name: str, shape: Shape, **params: object) -> Network:
    """An input and one block; a block with two inputs gets the picture twice as large as its second."""
    template = block_templates()[name]
    given = (50, 20) if name == "Phrase branch" else shape
    nodes = [
        Node(id="image", type="Input", params=Params(shape=list(given))),
        template.node("b", channels=given[-1]),
    ]
    edges = [Edge(source="image", target="b")]
    if template.inputs == 2:
        nodes.insert(1, Node(id="large", type="UpSampling2D"))
        edges += [Edge(source="image", target="large"), Edge(source="large", target="b", slot=1)]
    network = Network.of(nodes, edges)
    return set_params(network, "b", params) if params else network


def card(network: Network) -> tuple[Shape | None, int]:
    analysis = Analyser(catalogue()).analyse(network)
    assert analysis.ok, [str(problem.message) for problem in analysis.diagnostics]
    found = level_analysis(analysis, network, (), catalogue()).nodes["b"]
    assert found.param_count == analysis.total_params
    return found.output_shape, found.param_count


@pytest.mark.parametrize(
    ("name", "params", "output", "weights"),
    [
        ("VGG block", {"num_convs": 3, "filters": 8}, (16, 16, 8), 64 * 8 * 9 + 8 + 2 * (8 * 8 * 9 + 8)),
        ("NiN block", {"filters": 96, "kernel_size": 11, "strides": 4, "padding": "valid"}, (6, 6, 96),
         64 * 96 * 121 + 96 + 2 * (96 * 96 + 96)),
        ("Inception block", {}, (32, 32, 256),
         64 * 64 + 64 + 64 * 96 + 96 + 96 * 128 * 9 + 128 + 64 * 16 + 16 + 16 * 32 * 25 + 32 + 64 * 32 + 32),
        ("Residual block", {}, (32, 32, 64), 2 * (64 * 64 * 9 + 4 * 64)),
        ("Residual block, projected", {}, (16, 16, 128), 64 * 128 * 9 + 128 * 128 * 9 + 64 * 128 + 3 * 4 * 128),
        ("Bottleneck block", {"middle": 16}, (32, 32, 64), 64 * 16 + 16 * 16 * 9 + 16 * 64 + 4 * (16 + 16 + 64)),
        ("Bottleneck block, projected", {"strides": 1}, (32, 32, 128),
         64 * 32 + 32 * 32 * 9 + 32 * 128 + 64 * 128 + 4 * (32 + 32 + 128 + 128)),
        ("Depthwise-separable block", {"strides": 2}, (16, 16, 128), 9 * 64 + 64 * 128 + 4 * (64 + 128)),
        ("Inverted residual", {}, (32, 32, 64), 64 * 384 * 2 + 9 * 384 + 4 * (384 + 384 + 64)),
        ("Fire block", {}, (32, 32, 128), 64 * 16 + 16 + 16 * 64 + 64 + 16 * 64 * 9 + 64),
        ("ShuffleNet unit", {"groups": 2}, (32, 32, 64), 64 * 16 // 2 * 2 + 9 * 16 + 4 * (16 + 16 + 64)),
        ("Dense block", {"num_layers": 2, "growth_rate": 12, "bottleneck": 48}, (32, 32, 88),
         sum(4 * c + c * 48 + 4 * 48 + 48 * 12 * 9 for c in (64, 76))),
        ("Transition block", {}, (16, 16, 32), 4 * 64 + 64 * 32),
        ("Squeeze-excite block", {}, (32, 32, 64), 64 * 4 + 4 + 4 * 64 + 64),
        ("Spatially separable block", {"filters": 10}, (32, 32, 10), 64 * 10 * 3 + 10 + 10 * 10 * 3 + 10),
        ("U-Net down", {}, (16, 16, 128), 64 * 128 * 9 + 128 + 128 * 128 * 9 + 128),
        ("U-Net up", {}, (64, 64, 32), 64 * 32 * 4 + 32 + 96 * 32 * 9 + 32 + 32 * 32 * 9 + 32),
        ("Phrase branch", {"words": 5, "filters": 7}, (7,), 5 * 20 * 7 + 7),
    ],
)  # fmt: skip
def test_a_block_has_the_sizes_that_a_hand_count_gives(
    name: str, params: dict[str, object], output: Shape, weights: int
) -> None:
    assert card(alone(name, (32, 32, 64), **params)) == (output, weights)


def test_every_block_is_counted_by_hand() -> None:
    counted = test_a_block_has_the_sizes_that_a_hand_count_gives.pytestmark[0].args[1]  # type: ignore[attr-defined]  # pytest's mark
    assert {row[0] for row in counted} == set(block_templates())


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", list(block_templates()))
def test_a_block_fits_whatever_channels_it_was_made_for(name: str, shape: Shape) -> None:
    output, weights = card(alone(name, shape))
    assert output is not None
    assert weights or name == "Spatially separable block"


@pytest.mark.engine
@pytest.mark.parametrize("name", list(block_templates()))
def test_keras_gives_a_block_the_same_shapes_and_weights(name: str) -> None:
    found = {shape: lines for shape in SHAPES if (lines := disagreements(alone(name, shape)))}
    assert not found


@pytest.mark.engine
@pytest.mark.parametrize("name", list(block_templates()))
def test_a_block_s_source_builds_the_same_model(name: str) -> None:
    from cnnstudio.engine.builder import build

    network = alone(name, (32, 32, 64))
    scope: dict[str, object] = {"__name__": "written"}
    source = keras_source(network, catalogue(), name=name, custom_source=custom_layer_source)
    exec(source, scope)
    written, built = scope["build_model"](), build(network, catalogue())  # type: ignore[operator]  # a function by now
    assert [layer.name for layer in written.layers] == [layer.name for layer in built.layers]
    assert (
        written.count_params() == built.count_params() == Analyser(catalogue()).analyse(network).total_params
    )
    assert written.output_shape == built.output_shape


@pytest.mark.parametrize("name", list(block_templates()))
def test_a_block_opens_laid_out_and_survives_the_project_file(name: str) -> None:
    network = alone(name, (32, 32, 64))
    pending = [("b",)]
    for path in pending:
        inner = network_at(network, path)
        assert inner is not None
        places = [node.position for node in inner.nodes.values()]
        assert None not in places
        assert len(set(places)) == len(places)
        pending += [(*path, node.id) for node in inner.nodes.values() if node.block is not None]
    project = Project(network=network)
    assert parse_project(project_text(project)) == project


@pytest.mark.parametrize("name", list(block_templates()))
def test_every_exposed_parameter_does_something_or_says_what_is_wrong(name: str) -> None:
    network = alone(name, (32, 32, 64))
    block = network.nodes["b"].block
    assert block is not None
    assert block.exposed
    for param in block.exposed:
        problems = Analyser(catalogue()).analyse(set_params(network, "b", {param: "much"})).diagnostics
        assert ("b", param) in {(problem.node, problem.param) for problem in problems}


def test_blocks_are_listed_in_teaching_order_and_have_words() -> None:
    blocks = block_templates()
    assert list(blocks)[:3] == ["VGG block", "NiN block", "Inception block"]
    assert all(str(block.help) and block.prefix.isidentifier() for block in blocks.values())
