"""Bad input gets one plain sentence, at the parameter that is at fault."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue

IMAGE = (12, 10, 6)
ROWS: tuple[tuple[str, dict[str, object], tuple[tuple[int | None, ...], ...], str | None, str], ...] = (
    ("ChannelShuffle", {"groups": 4}, (IMAGE,), "groups", "6 channels do not divide into 4 groups."),
    (
        "Conv2D",
        {"filters": 6, "groups": 4},
        (IMAGE,),
        "groups",
        "6 input channels do not divide into 4 groups.",
    ),
    (
        "Conv2D",
        {"filters": "many"},
        (IMAGE,),
        "filters",
        "filters is 'many'; it must be a whole number, 1 or more.",
    ),
    (
        "Conv2D",
        {"strides": 2, "dilation_rate": 2},
        (IMAGE,),
        "dilation_rate",
        "Strides of 2×2 and a dilation of 2×2 do not go together.",
    ),
    (
        "Conv3DTranspose",
        {"strides": 2, "output_padding": 2},
        ((3, 3, 3, 1),),
        "output_padding",
        "An output padding of 2 is not less than the stride.",
    ),
    (
        "DepthwiseConv1D",
        {"kernel_size": -1},
        ((9, 3),),
        "kernel_size",
        "every size must be a whole number, 1 or more.",
    ),
    (
        "SeparableConv1D",
        {"kernel_size": 12},
        ((9, 3),),
        "kernel_size",
        "The 12 window is larger than the 9 input.",
    ),
    (
        "FixedFilter2D",
        {"filter": "own", "kernel": "1 2; 3"},
        (IMAGE,),
        "kernel",
        "it must be rows of as many numbers",
    ),
    (
        "FixedFilter2D",
        {"filter": "own", "kernel": "1/0"},
        (IMAGE,),
        "kernel",
        "it must be rows of as many numbers",
    ),
    (
        "FixedFilter2D",
        {"filter": "own", "kernel": "nan"},
        (IMAGE,),
        "kernel",
        "it must be rows of as many numbers",
    ),
    ("DeformableConv2D", {"modulated": 1}, (IMAGE,), "modulated", "it must be true or false."),
    (
        "DeformableConv2D",
        {"padding": "same", "strides": 2},
        ((None, 10, 6),),
        "padding",
        "needs a known size for padding 'same'.",
    ),
    ("GraphConvolution", {}, ((7, 3), (7, 6)), None, "gets features of 7 nodes and edges of 7×6."),
    ("GraphConvolution", {}, ((7, 3), (7, 7, 1)), None, "needs nodes × nodes as input 2; it gets 7×7×1."),
    ("GraphConvolution", {}, ((7, 3),), None, "GraphConvolution needs 2 inputs and has 1."),
    ("Dot", {}, ((5,), (5,), (5,)), None, "Dot takes 2 inputs, not 3."),
    ("Dot", {}, ((5,), (4,)), None, "Dot cannot multiply 5 and 4: the axes have the sizes 5 and 4."),
    ("Dot", {"axes": 3}, ((5,), (5,)), "axes", "Dot has no axis 3: its input has the axes 1 to 1."),
    ("MultiHeadAttention", {}, ((5,),), None, "needs places × features; it gets 5."),
    ("MultiHeadAttention", {"num_heads": 0}, ((5, 3),), "num_heads", "it must be a whole number, 1 or more."),
    (
        "AdaptiveMaxPooling2D",
        {"output_size": 0},
        (IMAGE,),
        "output_size",
        "every size must be a whole number",
    ),
    (
        "AdaptiveMaxPooling2D",
        {"output_size": 3},
        ((None, 8, 3),),
        "output_size",
        "needs to know the size of its input",
    ),
    ("RMSNormalization", {"axis": 1}, (IMAGE,), "axis", "works along the last axis, 3, not 1."),
    ("RepeatVector", {}, (IMAGE,), None, "RepeatVector needs a vector; its input has 3 axes."),
    ("Cropping1D", {"cropping": 5}, ((9, 3),), "cropping", "Cropping leaves nothing of the 9 input."),
    ("RandomCrop", {"height": 13}, (IMAGE,), "height", "The height to keep is 13, the input has only 12."),
    (
        "Resizing",
        {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
        (IMAGE,),
        "pad_to_aspect_ratio",
        "Proportions are kept by cutting or by filling, not by both.",
    ),
    ("Normalization", {"mean": 0.5}, (IMAGE,), "variance", "Mean and variance go together"),
    (
        "Normalization",
        {"mean": [1, 2], "variance": [1, 2]},
        (IMAGE,),
        "mean",
        "mean has 2 numbers, the input 6 channels.",
    ),
    ("Normalization", {"mean": 0, "variance": -1}, (IMAGE,), "variance", "it must be a number of 0 or more"),
    ("Embedding", {"input_dim": 0}, ((7,),), "input_dim", "it must be a whole number, 1 or more."),
    (
        "TextVectorization",
        {"vocabulary": "a b a"},
        (),
        "vocabulary",
        "it must be words parted by spaces, each of them once.",
    ),
    (
        "TextVectorization",
        {"vocabulary": 7},
        (),
        "vocabulary",
        "it must be words parted by spaces, each of them once.",
    ),
    (
        "Dense",
        {"kernel_initializer": {"class_name": "Constant", "config": {"value": "42"}}},
        ((7,),),
        "kernel_initializer",
        "Constant takes the numbers value.",
    ),
    (
        "Dense",
        {"kernel_regularizer": {"class_name": "L2", "config": {"l2": -1}}},
        ((7,),),
        "kernel_regularizer",
        "L2 takes the numbers l2.",
    ),
    (
        "Dense",
        {"kernel_constraint": {"class_name": "Lambda", "config": {}}},
        ((7,),),
        "kernel_constraint",
        "its class_name must be one of MaxNorm, MinMaxNorm, UnitNorm, NonNeg.",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_bad_input_is_refused_in_one_sentence_at_the_field(
    row: tuple[str, dict[str, object], tuple[tuple[int | None, ...], ...], str | None, str],
) -> None:
    kind, params, shapes, param, sentence = row
    nodes = [
        Node(id=f"in{slot}", type="Input", params=Params(shape=shape)) for slot, shape in enumerate(shapes)
    ]
    wires = [Edge(source=node.id, target="it", slot=slot) for slot, node in enumerate(nodes)]
    network = Network.of([*nodes, Node(id="it", type=kind, params=Params(params))], wires)
    (problem,) = Analyser(catalogue()).analyse(network).diagnostics
    assert problem.severity == "error"
    assert problem.param == param
    assert sentence in str(problem.message)
    assert "\n" not in str(problem.message)
