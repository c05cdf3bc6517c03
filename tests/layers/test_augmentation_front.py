"""Which layers of a network vary pictures before anything is learned from them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from cnnstudio.layers.augmentation_front import augmentation_front, scales_pixels, varies_pictures
from tests.core.networks import network_of


def chain(*types: str, **params: object) -> Network:
    """Layers one after the other, each with its type for an id; parameters by type."""
    nodes = [
        Node(id=name, type=name, params=Params(params.get(name, {})))  # type: ignore[arg-type]
        for name in types
    ]
    edges = [Edge(source=one.id, target=other.id) for one, other in pairwise(nodes)]
    return Network.of(nodes, edges)


IMAGE = {"Input": {"shape": (16, 16, 3)}, "Conv2D": {"filters": 3, "kernel_size": 3, "padding": "same"}}


@pytest.mark.parametrize(
    ("types", "front"),
    [
        (("Input", "RandomFlip", "Conv2D"), ("Input", "RandomFlip")),
        (
            ("Input", "Rescaling", "RandomFlip", "RandomRotation", "Rescaling1", "Conv2D"),
            ("Input", "Rescaling", "RandomFlip", "RandomRotation"),
        ),
        (("Input", "GaussianNoise", "Flatten"), ("Input", "GaussianNoise")),
        (("Input", "Conv2D", "RandomFlip"), None),
        (("Input", "Rescaling", "Flatten"), None),
        (("Input",), None),
        ((), None),
    ],
)
def test_the_front_ends_with_the_last_layer_that_varies_pictures(
    types: tuple[str, ...], front: tuple[str, ...] | None
) -> None:
    network = chain(*[name.rstrip("1") if name != "Rescaling1" else name for name in types], **IMAGE)
    network = Network.of(
        [
            Node(id=one.id, type=one.type.rstrip("1"), params=one.params or Params())
            for one in network.nodes.values()
        ],
        network.edges,
    )
    found = augmentation_front(Analyser(catalogue()).analyse(network), catalogue())
    assert (tuple(found.nodes) if found is not None else None) == front
    if found is not None:
        assert len(found.edges) == len(found.nodes) - 1


def test_a_fork_ends_the_front_and_what_is_broken_behind_does_not_matter() -> None:
    forked = chain("Input", "RandomFlip", "RandomZoom", "Conv2D", **IMAGE)
    forked = Network.of(
        [*forked.nodes.values(), Node(id="Flatten", type="Flatten")],
        [*forked.edges, Edge(source="RandomFlip", target="Flatten")],
    )
    found = augmentation_front(Analyser(catalogue()).analyse(forked), catalogue())
    assert found is not None
    assert tuple(found.nodes) == ("Input", "RandomFlip")
    broken = chain("Input", "RandomFlip", "Conv2D", Input={"shape": (16, 16, 3)}, Conv2D={"filters": -1})
    analysis = Analyser(catalogue()).analyse(broken)
    assert not analysis.ok
    found = augmentation_front(analysis, catalogue())
    assert found is not None
    assert tuple(found.nodes) == ("Input", "RandomFlip")


def test_vectors_and_several_inputs_have_no_front() -> None:
    many_channels = chain("Input", "RandomFlip", Input={"shape": (16, 16, 8)})
    for network in (many_channels, network_of("a>c b>c")):
        assert augmentation_front(Analyser(catalogue()).analyse(network), catalogue()) is None


def test_layers_that_vary_pictures_are_known() -> None:
    kinds = {name for name in catalogue() if varies_pictures(Node(id="x", type=name), catalogue())}
    assert {"RandomFlip", "RandomErasing", "RandomCrop", "GaussianNoise"} <= kinds
    assert not kinds & {"Rescaling", "Normalization", "Conv2D", "Dropout"}
    assert scales_pixels(chain("Input", "Rescaling"))
    assert not scales_pixels(chain("Input", "RandomFlip"))
