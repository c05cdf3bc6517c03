"""The networks of the courses, with the sizes and parameter counts that the papers and lecture notes give."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.layers import catalogue
from cnnstudio.zoo import ZooError, templates


def analyse(name: str, **params: object) -> Analysis:
    return Analyser(catalogue()).analyse(templates()[name].build(**params))


SHAPES: dict[str, list[int]] = {"text-cnn": [24], "gcn": [12, 9]}
"""Of the networks that do not look at pictures."""
PIXELS = ("unet",)
"""Networks that answer for every pixel."""


@pytest.mark.parametrize("name", list(templates()))
def test_every_template_takes_another_shape_and_another_number_of_classes(name: str) -> None:
    shape = SHAPES.get(name, [96, 80, 3])
    analysis = analyse(name, input_shape=shape, classes=7)
    assert not analysis.diagnostics
    answer = list(analysis.nodes.values())[-1].output_shape
    assert answer is not None
    assert answer[-1] == 7
    assert answer[:-1] == (tuple(shape[:2]) if name in PIXELS else (12,) if name == "gcn" else ())


@pytest.mark.parametrize("name", list(templates()))
def test_every_template_has_the_common_parameters_and_reads_well(name: str) -> None:
    template = templates()[name]
    assert [spec.name for spec in template.parameters[:2]] == ["input_shape", "classes"]
    assert all(str(spec.help) for spec in template.parameters)
    assert len(template.title) <= 32
    assert 20 <= len(str(template.description)) <= 100
    assert str(template.description).endswith(".")
    network = template.build()
    assert all(node_id[0].isalpha() and len(node_id) <= 24 for node_id in network.nodes)


@pytest.mark.parametrize(
    ("name", "width"),
    [
        (name, default // 2)
        for name, template in templates().items()
        for spec in template.parameters
        if spec.name == "width" and isinstance(default := spec.default, int)
    ],
)
def test_half_the_width_has_fewer_parameters(name: str, width: int) -> None:
    narrow, usual = analyse(name, width=width), analyse(name)
    assert narrow.ok
    assert narrow.total_params < usual.total_params
    assert narrow.macs < usual.macs


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
        ("lenet5", {"input_shape": [28, 28]}, "input_shape is 28, 28; it must be a list of 3 numbers."),
        ("lenet5", {"input_shape": [8, 8, 1]}, "At conv2: The 5×5 window is larger than the 2×2 input."),
        ("lenet5", {"classes": {1, 2}}, "set is not a JSON value"),
        ("vgg", {"blocks": [[1, 2, 3]]}, "it must be a list of pairs"),
        ("vgg", {"blocks": 3}, "it must be a list of pairs"),
        ("shufflenet-v1", {"groups": 5}, "groups is 5; it must be one of 1, 2, 3, 4, 8."),
        ("shufflenet-v1", {"groups": "3"}, "it must be one of 1, 2, 3, 4, 8."),
        ("unet", {"input_shape": [100, 100, 1]}, "At bridge3: "),
        ("text-cnn", {"phrases": [3, 3]}, "At phrase3: "),
        ("gcn", {"input_shape": [4, 4, 4]}, "it must be a list of 2 numbers."),
    ],
)
def test_bad_parameters_say_what_is_wrong(name: str, params: dict[str, object], text: str) -> None:
    with pytest.raises(ZooError) as caught:
        templates()[name].build(**params)
    assert text in str(caught.value)


def test_googlenet_has_three_ends_with_its_auxiliary_heads_and_goes_56_28_14_7() -> None:
    analysis = analyse("googlenet", auxiliary_heads=True)
    assert sizes(analysis, "pool") == [56, 28, 14, 7]
    assert analysis.nodes["aux1_flatten"].output_shape == (2048,)
    network = templates()["googlenet"].build(auxiliary_heads=True)
    ends = [node_id for node_id in network.nodes if not network.outputs(node_id)]
    assert ends == ["classes", "aux1_classes", "aux2_classes"]
    assert [analysis.nodes[f"inception{name}"].output_shape for name in ("3b", "4e", "5b")] == [
        (28, 28, 480),
        (14, 14, 832),
        (7, 7, 1024),
    ]


def test_plain_networks_are_chains() -> None:
    network = templates()["plain34"].build()
    assert all(len(network.outputs(node_id)) <= 1 for node_id in network.nodes)
    assert "Add" not in {node.type for node in network.nodes.values()}


def test_unet_with_valid_padding_goes_from_572_to_388() -> None:
    analysis = analyse("unet", padding="valid", input_shape=[572, 572, 1])
    assert sizes(analysis, "down1b", "down2b", "down3b", "down4b", "bottom_b") == [568, 280, 136, 64, 28]
    assert analysis.nodes["pixels"].output_shape == (388, 388, 2)


def test_the_context_module_sees_3_5_9_17_33_65_67_pixels_with_64_c_squared_kernel_values() -> None:
    analysis = analyse("dilated-context")
    fields = [analysis.nodes[f"context{number}"].fields for number in range(1, 9)]
    assert [field[0].size for field in fields if field] == [3, 5, 9, 17, 33, 65, 67, 67]
    kernels = [
        weight.count
        for number in range(1, 9)
        for weight in analysis.nodes[f"context{number}"].weights
        if weight.name == "kernel"
    ]
    assert sum(kernels) == 64 * 21 * 21
    assert analyse("dilated-context", answer="pixels").nodes["pixels"].output_shape == (64, 64, 10)


def test_shufflenet_units_shuffle_and_its_halving_units_lay_the_pooled_input_beside() -> None:
    analysis = analyse("shufflenet-v1")
    stages = [analysis.nodes[f"stage{stage}_1_relu"].output_shape for stage in (2, 3, 4)]
    assert stages == [(28, 28, 240), (14, 14, 480), (7, 7, 960)]
    network = templates()["shufflenet-v1"].build()
    assert sum(node.type == "ChannelShuffle" for node in network.nodes.values()) == 16


def test_templates_are_listed_in_teaching_order() -> None:
    names = list(templates())
    assert names[:3] == ["simple-cnn", "two-conv-cnn", "lenet5"]
    assert names.index("plain34") + 1 == names.index("resnet18")
    assert names[-1] == "gcn"
