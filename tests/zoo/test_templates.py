"""The networks of the courses, with the sizes and parameter counts that the papers and lecture notes give."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.layers import catalogue
from cnnstudio.zoo import ZooError, templates


def analyse(name: str, **params: object) -> Analysis:
    return Analyser(catalogue()).analyse(templates()[name].build(**params))


COUNTS = {
    "simple-cnn": 125_610,
    "lenet5": 44_426,
    "lenet5-sigmoid": 61_706,
    "lenet5-batchnorm": 62_158,
    "alexnet": 62_378_344,
    "alexnet-gray": 46_764_746,
    "vgg11": 132_863_336,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "nin": 1_992_166,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
}
"""Trainable parameters."""


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_a_template_has_the_parameters_of_its_paper(name: str, count: int) -> None:
    analysis = analyse(name)
    assert analysis.ok
    assert analysis.trainable_params == count


@pytest.mark.parametrize("name", list(templates()))
def test_every_template_takes_another_shape_and_another_number_of_classes(name: str) -> None:
    analysis = analyse(name, input_shape=[96, 80, 3], classes=7)
    assert analysis.ok
    assert list(analysis.nodes.values())[-1].output_shape == (7,)


def sizes(analysis: Analysis, *prefixes: str) -> list[int | None]:
    return [
        result.output_shape[0]
        for node_id, result in analysis.nodes.items()
        if result.output_shape and node_id.startswith(prefixes)
    ]


def test_lenet_on_28x28_ends_in_4x4_and_256_values_not_in_5x5_and_400() -> None:
    analysis = analyse("lenet5")
    assert sizes(analysis, "conv", "pool") == [24, 12, 8, 4]
    assert analysis.nodes["flatten"].output_shape == (256,)
    assert analyse("lenet5", padding=2).nodes["flatten"].output_shape == (400,)
    assert analyse("lenet5", input_shape=[32, 32, 1]).total_params == 61_706


def test_alexnet_goes_55_27_27_13_13_6() -> None:
    analysis = analyse("alexnet")
    shown = [
        analysis.nodes[node_id].output_shape
        for node_id in ("conv1", "pool1", "conv2", "pool2", "conv5", "pool3")
    ]
    assert [shape[0] for shape in shown if shape] == [55, 27, 27, 13, 13, 6]


def test_alexnet_for_grey_pictures_goes_54_26_12_5_and_6400_values() -> None:
    analysis = analyse("alexnet-gray")
    assert sizes(analysis, "conv1", "pool") == [54, 26, 12, 5]
    assert analysis.nodes["flatten"].output_shape == (6400,)


def test_the_old_lenet_takes_416520_multiply_accumulates() -> None:
    analysis = analyse("lenet5-sigmoid")
    assert (analysis.total_params, analysis.macs) == (61_706, 416_520)


def test_vgg_is_any_list_of_blocks() -> None:
    analysis = analyse("vgg", blocks=[[1, 8], [3, 16]], input_shape=[32, 32, 3], units=10, batch_norm=True)
    assert [node_id for node_id in analysis.order if node_id.startswith("conv")] == [
        "conv1_1",
        "conv2_1",
        "conv2_2",
        "conv2_3",
    ]
    assert sizes(analysis, "pool") == [16, 8]


def test_dropout_of_0_leaves_dropout_out() -> None:
    assert not [node_id for node_id in analyse("alexnet", dropout=0).order if node_id.startswith("dropout")]


@pytest.mark.parametrize(
    ("name", "params", "text"),
    [
        ("lenet5", {"clases": 3}, "lenet5 has no parameter clases."),
        ("lenet5", {"classes": 0}, "classes is 0; it must be a whole number, 1 or more."),
        ("lenet5", {"input_shape": [28, 28]}, "input_shape is (28, 28); it must be a list of 3 numbers."),
        ("lenet5", {"input_shape": [8, 8, 1]}, "At conv2: The 5×5 window is larger than the 2×2 input."),
        ("lenet5", {"classes": {1, 2}}, "set is not a JSON value"),
        ("vgg", {"blocks": [[1, 2, 3]]}, "it must be a list of pairs"),
        ("vgg", {"blocks": 3}, "it must be a list of pairs"),
    ],
)
def test_bad_parameters_say_what_is_wrong(name: str, params: dict[str, object], text: str) -> None:
    with pytest.raises(ZooError) as caught:
        templates()[name].build(**params)
    assert text in str(caught.value)


def test_templates_are_listed_in_teaching_order() -> None:
    names = list(templates())
    assert names[:3] == ["simple-cnn", "two-conv-cnn", "lenet5"]
    assert all(template.title and str(template.description) for template in templates().values())
