"""Each layer as table rows: arguments, input shapes, output shape, weights; and Keras says the same."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from tests.layers.agreement import disagreements

Row = tuple[
    str,
    dict[str, object],
    tuple[tuple[int | None, ...], ...],
    tuple[int | None, ...],
    tuple[tuple[int, ...], ...],
]

IMAGE = (12, 10, 6)
ROWS: tuple[Row, ...] = (
    (
        "Conv1D",
        {"filters": 4, "padding": "causal", "dilation_rate": 2},
        ((20, 3),),
        (20, 4),
        ((3, 3, 4), (4,)),
    ),
    (
        "Conv2D",
        {"filters": 4, "kernel_size": [5, 3], "strides": [2, 1], "padding": [2, 0]},
        (IMAGE,),
        (6, 8, 4),
        ((5, 3, 6, 4), (4,)),
    ),
    (
        "Conv2D",
        {"filters": 4, "padding": "full", "dilation_rate": 2, "use_bias": False},
        (IMAGE,),
        (16, 14, 4),
        ((3, 3, 6, 4),),
    ),
    (
        "Conv2D",
        {"filters": 9, "groups": 3, "padding": "same", "strides": 2},
        (IMAGE,),
        (6, 5, 9),
        ((3, 3, 2, 9), (9,)),
    ),
    ("Conv2D", {"filters": 4, "padding": [[1, 0], [0, 2]]}, (IMAGE,), (11, 10, 4), ((3, 3, 6, 4), (4,))),
    ("Conv2D", {"filters": 4}, ((None, None, 3),), (None, None, 4), ((3, 3, 3, 4), (4,))),
    (
        "Conv3D",
        {"filters": 2, "kernel_size": 2, "padding": 1},
        ((4, 5, 6, 3),),
        (5, 6, 7, 2),
        ((2, 2, 2, 3, 2), (2,)),
    ),
    (
        "Conv2DTranspose",
        {"filters": 4, "kernel_size": 4, "strides": 2, "padding": 1},
        (IMAGE,),
        (24, 20, 4),
        ((4, 4, 4, 6), (4,)),
    ),
    (
        "Conv2DTranspose",
        {"filters": 4, "kernel_size": 3, "strides": 2, "padding": 1, "output_padding": 1},
        (IMAGE,),
        (24, 20, 4),
        ((3, 3, 4, 6), (4,)),
    ),
    (
        "Conv2DTranspose",
        {"filters": 4, "kernel_size": 3, "strides": 2, "padding": 0},
        (IMAGE,),
        (25, 21, 4),
        ((3, 3, 4, 6), (4,)),
    ),
    (
        "Conv2DTranspose",
        {"filters": 4, "kernel_size": 2, "strides": 3},
        (IMAGE,),
        (36, 30, 4),
        ((2, 2, 4, 6), (4,)),
    ),
    (
        "Conv2DTranspose",
        {"filters": 4, "kernel_size": 3, "dilation_rate": 2},
        (IMAGE,),
        (16, 14, 4),
        ((3, 3, 4, 6), (4,)),
    ),
    (
        "DepthwiseConv2D",
        {"depth_multiplier": 2, "strides": [2, 1]},
        (IMAGE,),
        (5, 8, 12),
        ((3, 3, 6, 2), (12,)),
    ),
    (
        "SeparableConv2D",
        {"filters": 5, "depth_multiplier": 2},
        (IMAGE,),
        (10, 8, 5),
        ((3, 3, 6, 2), (1, 1, 12, 5), (5,)),
    ),
    ("ChannelShuffle", {"groups": 3}, (IMAGE,), IMAGE, ()),
    ("ChannelShuffle", {"groups": 2}, ((8,),), (8,), ()),
    ("Embedding", {"input_dim": 20, "output_dim": 5}, ((7,),), (7, 5), ((20, 5),)),
    ("Embedding", {}, ((None, 2),), (None, 2, 64), ((1000, 64),)),
    ("GraphConvolution", {"units": 4}, ((7, 3), (7, 7)), (7, 4), ((3, 4), (4,))),
    ("GraphConvolution", {"use_bias": False}, ((None, 3), (None, None)), (None, 16), ((3, 16),)),
    (
        "DeformableConv2D",
        {"filters": 4, "strides": 2, "padding": 1},
        (IMAGE,),
        (6, 5, 4),
        ((3, 3, 6, 4), (4,), (3, 3, 6, 18), (18,)),
    ),
    (
        "DeformableConv2D",
        {"filters": 4, "kernel_size": [3, 2], "padding": "same", "modulated": True, "use_bias": False},
        ((None, 9, 6),),
        (None, 9, 4),
        ((3, 2, 6, 4), (3, 2, 6, 18), (18,)),
    ),
    (
        "Conv1DTranspose",
        {"filters": 4, "kernel_size": 4, "strides": 2, "padding": 1},
        ((9, 3),),
        (18, 4),
        ((4, 4, 3), (4,)),
    ),
    ("Conv1DTranspose", {"filters": 4, "dilation_rate": 3}, ((9, 3),), (15, 4), ((3, 4, 3), (4,))),
    (
        "Conv3DTranspose",
        {"filters": 2, "kernel_size": 2, "strides": 2, "use_bias": False},
        ((3, 4, 5, 6),),
        (6, 8, 10, 2),
        ((2, 2, 2, 2, 6),),
    ),
    (
        "Conv3DTranspose",
        {"filters": 2, "dilation_rate": 2},
        ((3, 4, 5, 6),),
        (7, 8, 9, 2),
        ((3, 3, 3, 2, 6), (2,)),
    ),
    ("DepthwiseConv1D", {"depth_multiplier": 2, "strides": 2}, ((20, 3),), (9, 6), ((3, 3, 2), (6,))),
    ("DepthwiseConv1D", {"padding": [[2, 0]]}, ((20, 3),), (20, 3), ((3, 3, 1), (3,))),
    ("SeparableConv1D", {"filters": 5, "padding": "full"}, ((20, 3),), (22, 5), ((3, 3, 1), (1, 3, 5), (5,))),
    (
        "SpatiallySeparableConv2D",
        {"filters": 4, "kernel_size": [5, 3], "strides": [2, 1], "padding": [2, 0]},
        (IMAGE,),
        (6, 8, 4),
        ((5, 1, 6, 4), (1, 3, 4, 4), (4,)),
    ),
    ("SpatiallySeparableConv2D", {"filters": 1}, ((5, 5, 1),), (3, 3, 1), ((3, 1, 1, 1), (1, 3, 1, 1), (1,))),
    ("FixedFilter2D", {}, (IMAGE,), IMAGE, ((3, 3, 6, 1),)),
    ("FixedFilter2D", {"filter": "roberts_x", "padding": "valid"}, (IMAGE,), (11, 9, 6), ((2, 2, 6, 1),)),
    (
        "FixedFilter2D",
        {"filter": "own", "kernel": "1/2 0 1/2", "strides": [2, 1], "trainable": True},
        (IMAGE,),
        (6, 10, 6),
        ((1, 3, 6, 1),),
    ),
    ("TextVectorization", {}, (), (50,), ()),
    ("TextVectorization", {"vocabulary": "a b c", "output_mode": "count"}, (), (4,), ()),
    ("TextVectorization", {"vocabulary": ["x", "y"], "output_sequence_length": None}, (), (None,), ()),
    ("UnitNormalization", {"axis": [1, 2]}, (IMAGE,), IMAGE, ()),
    ("RMSNormalization", {}, (IMAGE,), IMAGE, ((6,),)),
    ("SpatialDropout1D", {}, ((20, 3),), (20, 3), ()),
    ("SpatialDropout3D", {}, ((4, 5, 6, 3),), (4, 5, 6, 3), ()),
    ("GaussianDropout", {}, (IMAGE,), IMAGE, ()),
    ("AlphaDropout", {}, (IMAGE,), IMAGE, ()),
    ("ActivityRegularization", {"l2": 0.1}, (IMAGE,), IMAGE, ()),
    ("RepeatVector", {"n": 3}, ((5,),), (3, 5), ()),
    ("Cropping1D", {"cropping": [2, 0]}, ((20, 3),), (18, 3), ()),
    ("Cropping3D", {}, ((4, 5, 6, 3),), (2, 3, 4, 3), ()),
    ("Resizing", {"height": 5, "width": 20, "interpolation": "nearest"}, (IMAGE,), (5, 20, 6), ()),
    ("Resizing", {"pad_to_aspect_ratio": True}, ((None, None, 3),), (28, 28, 3), ()),
    ("CenterCrop", {"height": 5, "width": 6}, (IMAGE,), (5, 6, 6), ()),
    ("CenterCrop", {"height": 24, "width": 6}, (IMAGE,), (24, 6, 6), ()),
    ("RandomCrop", {"height": 12, "width": 7}, (IMAGE,), (12, 7, 6), ()),
    ("RandomErasing", {}, (IMAGE,), IMAGE, ()),
    ("Dot", {}, ((5,), (5,)), (1,), ()),
    ("Dot", {"axes": [2, 1]}, ((4, 3), (3, 7)), (4, 7), ()),
    ("Dot", {"axes": [3, 1], "normalize": True}, (IMAGE, (6, 2)), (12, 10, 2), ()),
    ("Normalization", {}, (IMAGE,), IMAGE, ((6,), (6,), ())),
    ("Normalization", {"mean": 0.5, "variance": 0.2}, (IMAGE,), IMAGE, ()),
    ("Normalization", {"mean": [0.5] * 3, "variance": [2] * 3}, ((None, None, 3),), (None, None, 3), ()),
    (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 3, "value_dim": 4},
        ((9, 6),),
        (9, 6),
        ((6, 2, 3), (2, 3), (6, 2, 3), (2, 3), (6, 2, 4), (2, 4), (2, 4, 6), (6,)),
    ),
    (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 3, "use_bias": False},
        ((3, 3, 6), (2, 2, 5)),
        (3, 3, 6),
        ((6, 2, 3), (5, 2, 3), (5, 2, 3), (2, 3, 6)),
    ),
    *(
        (f"Adaptive{kind}Pooling1D", {"output_size": 7}, ((20, 3),), (7, 3), ())
        for kind in ("Max", "Average")
    ),
    *(
        (f"Adaptive{kind}Pooling2D", {"output_size": [4, 20]}, (IMAGE,), (4, 20, 6), ())
        for kind in ("Max", "Average")
    ),
    *((f"Adaptive{kind}Pooling3D", {}, ((4, None, 6, 3),), (1, 1, 1, 3), ()) for kind in ("Max", "Average")),
    ("MaxPooling1D", {"pool_size": 3}, ((20, 3),), (6, 3), ()),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": 1}, (IMAGE,), (6, 5, 6), ()),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2, "ceil_mode": True}, (IMAGE,), (6, 5, 6), ()),
    ("MaxPooling3D", {}, ((4, 5, 6, 3),), (2, 2, 3, 3), ()),
    ("AveragePooling1D", {"padding": "same", "pool_size": 3}, ((20, 3),), (7, 3), ()),
    (
        "AveragePooling2D",
        {"pool_size": 3, "padding": 1, "strides": 1, "count_include_pad": False},
        (IMAGE,),
        IMAGE,
        (),
    ),
    ("AveragePooling3D", {"padding": 1}, ((4, 5, 6, 3),), (3, 3, 4, 3), ()),
    *((f"Global{kind}Pooling1D", {}, ((20, 3),), (3,), ()) for kind in ("Max", "Average")),
    *((f"Global{kind}Pooling2D", {"keepdims": True}, (IMAGE,), (1, 1, 6), ()) for kind in ("Max", "Average")),
    *((f"Global{kind}Pooling3D", {}, ((4, 5, 6, 3),), (3,), ()) for kind in ("Max", "Average")),
    ("Activation", {"activation": "swish"}, (IMAGE,), IMAGE, ()),
    ("ReLU", {"max_value": 6}, (IMAGE,), IMAGE, ()),
    ("LeakyReLU", {}, (IMAGE,), IMAGE, ()),
    ("PReLU", {}, ((4, 3),), (4, 3), ((4, 3),)),
    ("PReLU", {"shared_axes": [1, 2]}, (IMAGE,), IMAGE, ((1, 1, 6),)),
    ("ELU", {"alpha": 2}, (IMAGE,), IMAGE, ()),
    ("Softmax", {"axis": 1}, (IMAGE,), IMAGE, ()),
    ("BatchNormalization", {}, (IMAGE,), IMAGE, ((6,), (6,), (6,), (6,))),
    ("BatchNormalization", {"scale": False, "axis": 1}, (IMAGE,), IMAGE, ((12,), (12,), (12,))),
    ("LayerNormalization", {"axis": [1, 2, 3]}, (IMAGE,), IMAGE, (IMAGE, IMAGE)),
    ("GroupNormalization", {"groups": -1, "center": False}, (IMAGE,), IMAGE, ((6,),)),
    ("LocalResponseNormalization", {"k": 2}, (IMAGE,), IMAGE, ()),
    ("Dropout", {"rate": 0.2, "seed": 1}, (IMAGE,), IMAGE, ()),
    ("SpatialDropout2D", {}, (IMAGE,), IMAGE, ()),
    ("GaussianNoise", {}, (IMAGE,), IMAGE, ()),
    ("Flatten", {}, (IMAGE,), (720,), ()),
    ("Flatten", {}, ((None, 3),), (None,), ()),
    ("Reshape", {"target_shape": [5, -1, 12]}, (IMAGE,), (5, 12, 12), ()),
    ("Permute", {"dims": [3, 1, 2]}, (IMAGE,), (6, 12, 10), ()),
    ("ZeroPadding1D", {"padding": [1, 4]}, ((20, 3),), (25, 3), ()),
    ("ZeroPadding2D", {"padding": [1, 2]}, (IMAGE,), (14, 14, 6), ()),
    ("ZeroPadding3D", {}, ((4, 5, 6, 3),), (6, 7, 8, 3), ()),
    ("Cropping2D", {"cropping": [[1, 2], [0, 3]]}, (IMAGE,), (9, 7, 6), ()),
    ("UpSampling1D", {"size": 3}, ((20, 3),), (60, 3), ()),
    ("UpSampling2D", {"size": [2, 3], "interpolation": "bilinear"}, (IMAGE,), (24, 30, 6), ()),
    ("UpSampling3D", {}, ((4, 5, 6, 3),), (8, 10, 12, 3), ()),
    *(
        (kind, {}, (IMAGE, IMAGE, (1, 1, 6)), IMAGE, ())
        for kind in ("Add", "Multiply", "Average", "Maximum", "Minimum")
    ),
    ("Subtract", {}, (IMAGE, (6,)), IMAGE, ()),
    ("Concatenate", {}, (IMAGE, (12, 10, 2)), (12, 10, 8), ()),
    ("Concatenate", {"axis": 1}, (IMAGE, (3, 10, 6)), (15, 10, 6), ()),
    ("Dense", {"units": 7}, ((20,),), (7,), ((20, 7), (7,))),
    ("Dense", {"units": 7, "use_bias": False}, (IMAGE,), (12, 10, 7), ((6, 7),)),
    ("Identity", {}, (IMAGE,), IMAGE, ()),
    ("Rescaling", {}, (IMAGE,), IMAGE, ()),
    ("RandomFlip", {}, (IMAGE,), IMAGE, ()),
    ("RandomRotation", {"factor": [-0.1, 0.2]}, (IMAGE,), IMAGE, ()),
    ("RandomZoom", {"width_factor": 0.2}, (IMAGE,), IMAGE, ()),
    ("RandomTranslation", {"fill_mode": "constant"}, (IMAGE,), IMAGE, ()),
    ("RandomContrast", {"value_range": [0, 1]}, (IMAGE,), IMAGE, ()),
    ("RandomBrightness", {"value_range": [0, 1]}, (IMAGE,), IMAGE, ()),
)


def network_of(kind: str, params: dict[str, object], inputs: tuple[tuple[int | None, ...], ...]) -> Network:
    sources = [
        Node(id=f"input{slot}", type="Input", params=Params(shape=shape)) for slot, shape in enumerate(inputs)
    ]
    edges = [Edge(source=source.id, target="it", slot=slot) for slot, source in enumerate(sources)]
    return Network.of([*sources, Node(id="it", type=kind, params=Params(params))], edges)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_layer_has_this_output_shape_and_these_weights(row: Row) -> None:
    kind, params, inputs, output, weights = row
    result = Analyser(catalogue()).analyse(network_of(kind, params, inputs)).nodes["it"]
    assert (result.error, result.output_shape) == (None, output)
    assert tuple(weight.shape for weight in result.weights) == weights


@pytest.mark.engine
def test_keras_agrees_with_every_row() -> None:
    assert not [
        lines
        for kind, params, inputs, *_ in ROWS
        if (lines := disagreements(network_of(kind, params, inputs)))
    ]


def test_there_is_a_row_for_every_layer() -> None:
    assert {row[0] for row in ROWS} | {"Input"} == set(catalogue())
