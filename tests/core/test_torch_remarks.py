"""What PyTorch source says in comments of layers that are no part of the network there."""

from __future__ import annotations

import ast

import pytest

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.source_text import WIDTH
from cnnstudio.core.torch_writer import torch_source
from cnnstudio.layers import catalogue
from cnnstudio.layers.augmentation_layer import Augmentation

BLENDED = "interpolation=v2.InterpolationMode.BILINEAR"
CONSTANT = {"fill_mode": "constant", "fill_value": 3.0, "interpolation": "nearest"}
REPEATED = "fill=3.0, interpolation=v2.InterpolationMode.NEAREST"

TRANSFORMS: list[tuple[str, dict[str, object], list[str]]] = [
    ("RandomFlip", {"mode": "horizontal"}, ["v2.RandomHorizontalFlip(p=0.5)"]),
    ("RandomFlip", {"mode": "vertical"}, ["v2.RandomVerticalFlip(p=0.5)"]),
    ("RandomFlip", {}, ["v2.RandomHorizontalFlip(p=0.5)", "v2.RandomVerticalFlip(p=0.5)"]),
    ("RandomRotation", {}, [f"v2.RandomRotation(degrees=(-36.0, 36.0), {BLENDED})"]),
    (
        "RandomRotation",
        {"factor": [0.1, -0.05], **CONSTANT},
        [f"v2.RandomRotation(degrees=(-18.0, 36.0), {REPEATED})"],
    ),
    (
        "RandomZoom",
        {"height_factor": 0.25},
        [f"v2.RandomAffine(degrees=0, scale=(0.8, 1.333333), {BLENDED})"],
    ),
    (
        "RandomZoom",
        {"height_factor": [-0.5, 0.0], **CONSTANT},
        [f"v2.RandomAffine(degrees=0, scale=(1.0, 2.0), {REPEATED})"],
    ),
    ("RandomZoom", {"width_factor": 0.1}, []),
    ("RandomZoom", {"height_factor": 1.0}, []),
    (
        "RandomTranslation",
        {"height_factor": 0.2, "width_factor": [-0.1, 0.1]},
        [f"v2.RandomAffine(degrees=0, translate=(0.1, 0.2), {BLENDED})"],
    ),
    ("RandomTranslation", {"height_factor": [0.0, 0.2]}, []),
    ("RandomContrast", {"factor": 0.25}, ["v2.ColorJitter(contrast=(1.0, 1.25))"]),
    ("RandomContrast", {"factor": [0.5, 0.25]}, ["v2.ColorJitter(contrast=(0.75, 1.5))"]),
    ("RandomBrightness", {}, []),
    ("RandomErasing", {}, ['v2.RandomErasing(p=0.5, scale=(0.02, 0.33), value="random")']),
    (
        "RandomErasing",
        {"factor": [0.5, 0.5], "scale": [0.3, 0.1], "fill_value": 7.0},
        ["v2.RandomErasing(p=0.5, scale=(0.1, 0.3), value=7.0)"],
    ),
    (
        "RandomErasing",
        {"factor": [-1.0, 1.5], "fill_value": 0.0},
        ["v2.RandomErasing(p=0.4, scale=(0.02, 0.33), value=0.0)"],
    ),
]


def source_with(kind: str, params: dict[str, object], name: str = "") -> str:
    """The source of an input, the layer, and a convolution behind it."""
    nodes = [
        Node(id="image", type="Input", params=Params(shape=[8, 8, 3])),
        Node(id="it", type=kind, name=name, params=Params(params)),
        Node(id="conv", type="Conv2D"),
    ]
    edges = [Edge(source="image", target="it"), Edge(source="it", target="conv")]
    return torch_source(Network.of(nodes, edges), catalogue())


def remark_in(source: str) -> str:
    """The comments inside `forward`, on one line."""
    body = source.partition("def forward")[2]
    comments = [line.strip() for line in body.splitlines() if line.strip().startswith("#")]
    joined = " ".join(" ".join(line.removeprefix("#") for line in comments).split())
    return joined.replace("( ", "(").replace(", )", ")").replace(" )", ")")


@pytest.mark.parametrize(("kind", "params", "transforms"), TRANSFORMS)
def test_augmentation_is_left_out_and_the_transforms_with_its_numbers_are_named(
    kind: str, params: dict[str, object], transforms: list[str]
) -> None:
    source = source_with(kind, params)
    ast.parse(source)
    assert max(map(len, source.splitlines())) <= WIDTH + len("# ")
    assert "conv = self.conv(image)" in source
    told = remark_in(source)
    assert told.startswith(f"it: {kind} is no part of the network in PyTorch but of the data's transforms")
    assert told.count("v2.Random") + told.count("v2.ColorJitter") == len(transforms)
    for one in transforms:
        assert one in told
    assert ("has no class for it" in told) == (not transforms)


def test_there_is_a_row_for_every_augmentation_that_is_left_out() -> None:
    tested = {kind for kind, *_ in TRANSFORMS}
    assert tested == {
        kind
        for kind, spec in catalogue().items()
        if isinstance(spec, Augmentation) and kind != "RandomCrop"  # which changes the picture's size
    }


def test_what_the_transforms_do_otherwise_is_said() -> None:
    assert "each is drawn by itself" in remark_in(source_with("RandomFlip", {}))
    assert "Unlike" not in remark_in(source_with("RandomFlip", {"mode": "vertical"}))
    assert "filled with one value, not 'reflect'" in remark_in(source_with("RandomRotation", {}))
    assert "Unlike" not in remark_in(source_with("RandomRotation", {"fill_mode": "constant"}))
    assert "ColorJitter multiplies" in remark_in(source_with("RandomBrightness", {}))
    assert "multiplied by 255" in remark_in(source_with("RandomErasing", {}))
    assert "multiplied by" not in remark_in(source_with("RandomErasing", {"value_range": [0, 1]}))


def test_the_penalty_on_large_values_is_told_for_the_loss() -> None:
    told = remark_in(source_with("ActivityRegularization", {"l1": 0.5, "l2": 0.25}))
    assert "0.5 * values.abs().sum() / len(values) + 0.25 * values.square().sum() / len(values)" in told
    assert remark_in(source_with("ActivityRegularization", {})) == ""


@pytest.mark.parametrize("name", ["a\nimport os", "a\u2028import os", "#", "a\rimport os"])
def test_no_name_of_a_layer_ends_the_comment(name: str) -> None:
    tree = ast.parse(source_with("RandomFlip", {}, name=name))
    assert [type(one) for one in tree.body] == [ast.Expr, ast.ImportFrom, ast.ClassDef, ast.If]


def test_a_network_of_augmentation_alone_passes_pictures_on() -> None:
    nodes = [
        Node(id="image", type="Input", params=Params(shape=[8, 8, 3])),
        Node(id="flip", type="RandomFlip"),
    ]
    source = torch_source(Network.of(nodes, [Edge(source="image", target="flip")]), catalogue())
    assert "return image\n" in source
