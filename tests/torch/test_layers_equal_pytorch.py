"""Every layer that PyTorch has gives PyTorch's values, from the very source that is written for learners."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed; pip install .[torch] brings it")

import torch

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from cnnstudio.layers.arguments import ACTIVATIONS
from cnnstudio.layers.torch_calls import torch_activation
from tests.torch.transfer import largest_difference, torch_module

pytestmark = pytest.mark.engine

CLOSE = 1e-4
LINE, IMAGE, VOLUME = (11, 4), (9, 10, 4), (5, 6, 7, 4)
Row = tuple[str, dict[str, object], tuple[tuple[int, ...], ...]]
PADDINGS: tuple[object, ...] = ("valid", "same", "full", 1, [2, 1], [[1, 0], [0, 2]])
POOLS: tuple[dict[str, object], ...] = (
    {},
    {"pool_size": 3, "strides": 2},
    {"pool_size": 3, "strides": 2, "padding": 1},
    {"pool_size": [3, 2], "strides": [2, 3], "padding": [1, 1]},
    {"pool_size": 3, "strides": 2, "ceil_mode": True},
    {"pool_size": 3, "strides": 2, "padding": 1, "ceil_mode": True},
    {"pool_size": 2, "strides": 3, "padding": 1, "ceil_mode": True},
)
AUGMENTATIONS = (
    *("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast"),
    *("RandomBrightness", "RandomErasing"),
)

ROWS: tuple[Row, ...] = (
    *(
        ("Conv2D", {"filters": 3, "padding": padding, "strides": s}, (IMAGE,))
        for padding in PADDINGS
        for s in (1, 2)
    ),
    *(("Conv2D", {"filters": 3, "padding": padding, "dilation_rate": 2}, (IMAGE,)) for padding in PADDINGS),
    ("Conv2D", {"filters": 3, "padding": "same", "strides": 2}, ((8, 7, 4),)),
    ("Conv2D", {"filters": 3, "kernel_size": [4, 2], "padding": "same"}, (IMAGE,)),
    ("Conv2D", {"filters": 8, "groups": 2, "padding": 1}, (IMAGE,)),
    ("Conv2D", {"filters": 8, "groups": 4, "strides": [2, 1], "use_bias": False}, (IMAGE,)),
    ("Conv1D", {"filters": 3, "padding": "causal", "dilation_rate": 2}, (LINE,)),
    ("Conv1D", {"filters": 3, "padding": [[3, 1]]}, (LINE,)),
    ("Conv3D", {"filters": 3, "padding": "same", "strides": 2}, (VOLUME,)),
    *(
        ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, **given}, (IMAGE,))
        for given in (
            {},
            {"padding": 0},
            {"padding": 1, "output_padding": 1},
            {"padding": [1, 0], "output_padding": [0, 1]},
            {"padding": "full", "output_padding": 1},
        )
    ),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 2, "strides": 3}, (IMAGE,)),
    ("Conv2DTranspose", {"filters": 3, "dilation_rate": 2, "padding": 1}, (IMAGE,)),
    ("Conv1DTranspose", {"filters": 3, "strides": 2, "padding": 1, "output_padding": 1}, (LINE,)),
    ("Conv3DTranspose", {"filters": 3, "kernel_size": 2, "strides": 2, "padding": 0}, (VOLUME,)),
    *(("DepthwiseConv2D", {"padding": p, "depth_multiplier": 2, "strides": 2}, (IMAGE,)) for p in PADDINGS),
    ("DepthwiseConv2D", {"strides": [1, 2], "padding": "same"}, (IMAGE,)),
    ("DepthwiseConv1D", {"padding": "same", "dilation_rate": 2}, (LINE,)),
    ("SeparableConv2D", {"filters": 3, "depth_multiplier": 2, "padding": "same"}, (IMAGE,)),
    ("SeparableConv1D", {"filters": 3, "padding": 2}, (LINE,)),
    *(
        (
            "SpatiallySeparableConv2D",
            {"filters": 3, "kernel_size": [5, 3], "padding": p, "strides": [2, 1]},
            (IMAGE,),
        )
        for p in PADDINGS
    ),
    *((f"{kind}Pooling2D", pool, (IMAGE,)) for kind in ("Max", "Average") for pool in POOLS),
    *(("AveragePooling2D", {**pool, "count_include_pad": False}, (IMAGE,)) for pool in POOLS),
    *((f"{kind}Pooling1D", {"pool_size": 3, "padding": 1}, (LINE,)) for kind in ("Max", "Average")),
    *((f"{kind}Pooling3D", {"pool_size": 2, "ceil_mode": True}, (VOLUME,)) for kind in ("Max", "Average")),
    *(
        (f"Global{kind}Pooling2D", {"keepdims": keepdims}, (IMAGE,))
        for kind in ("Max", "Average")
        for keepdims in (True, False)
    ),
    *(
        (f"Adaptive{kind}Pooling2D", {"output_size": size}, (IMAGE,))
        for kind in ("Max", "Average")
        for size in (1, 3, [4, 7], [9, 1], [12, 5])
    ),
    *((f"Adaptive{kind}Pooling1D", {"output_size": 4}, (LINE,)) for kind in ("Max", "Average")),
    *((f"Adaptive{kind}Pooling3D", {"output_size": [2, 3, 4]}, (VOLUME,)) for kind in ("Max", "Average")),
    ("LocalResponseNormalization", {}, ((5, 6, 12),)),
    ("LocalResponseNormalization", {"size": 5, "alpha": 0.5, "k": 2.0}, ((5, 6, 12),)),
    ("LocalResponseNormalization", {"size": 4, "alpha": 0.5}, ((5, 6, 12),)),
    ("LocalResponseNormalization", {"size": 3, "alpha": 1.0, "beta": 0.5}, (LINE,)),
    ("BatchNormalization", {}, (IMAGE,)),
    ("BatchNormalization", {"epsilon": 1e-5, "momentum": 0.9}, ((6,),)),
    ("BatchNormalization", {"scale": False, "center": False}, (VOLUME,)),
    ("GroupNormalization", {"groups": 2}, (IMAGE,)),
    ("GroupNormalization", {"groups": -1, "epsilon": 1e-5}, (IMAGE,)),
    *(
        ("LayerNormalization", given, (shape,))
        for shape in ((6,), LINE, IMAGE, VOLUME)
        for given in ({}, {"epsilon": 1e-5, "scale": False, "center": False}, {"center": False})
    ),
    ("LayerNormalization", {"axis": [1, 2, 3]}, (IMAGE,)),
    ("LayerNormalization", {"axis": [-1, 2]}, (IMAGE,)),
    ("UnitNormalization", {}, (IMAGE,)),
    ("RMSNormalization", {}, ((6,),)),
    ("UpSampling1D", {"size": 3}, (LINE,)),
    ("UpSampling2D", {"size": [2, 3]}, (IMAGE,)),
    ("UpSampling2D", {"size": [2, 3], "interpolation": "bilinear"}, (IMAGE,)),
    ("UpSampling3D", {}, (VOLUME,)),
    ("Resizing", {"height": 14, "width": 7}, (IMAGE,)),
    ("Resizing", {"height": 5, "width": 23, "interpolation": "nearest"}, (IMAGE,)),
    ("CenterCrop", {"height": 4, "width": 7}, (IMAGE,)),
    ("ZeroPadding1D", {"padding": [1, 2]}, (LINE,)),
    ("ZeroPadding2D", {"padding": [[1, 0], [2, 3]]}, (IMAGE,)),
    ("ZeroPadding3D", {}, (VOLUME,)),
    ("Cropping1D", {"cropping": [0, 2]}, (LINE,)),
    ("Cropping2D", {"cropping": [[1, 0], [2, 3]]}, (IMAGE,)),
    ("Cropping3D", {}, (VOLUME,)),
    ("ChannelShuffle", {"groups": 2}, (IMAGE,)),
    ("ChannelShuffle", {"groups": 3}, ((4, 4, 12),)),
    ("RepeatVector", {"n": 3}, ((6,),)),
    *(("Permute", {"dims": dims}, (IMAGE,)) for dims in ([2, 1, 3], [3, 1, 2], [2, 3, 1], [1, 2, 3])),
    *(("Permute", {"dims": dims}, (VOLUME,)) for dims in ([4, 3, 2, 1], [2, 4, 1, 3])),
    ("Permute", {"dims": [2, 1]}, (LINE,)),
    ("Permute", {"dims": [1]}, ((6,),)),
    *(("Reshape", {"target_shape": shape}, (IMAGE,)) for shape in ([-1], [90, 4], [5, -1, 6], [3, 3, 10, 4])),
    *(("Reshape", {"target_shape": shape}, ((12,),)) for shape in ([3, 4], [2, 2, 3], [-1])),
    ("Rescaling", {}, (IMAGE,)),
    ("Rescaling", {"scale": 2 / 255, "offset": -1.0}, (LINE,)),
    *((kind, {}, (IMAGE,)) for kind in AUGMENTATIONS),
    ("ActivityRegularization", {"l1": 0.1}, (IMAGE,)),
    ("RandomCrop", {"height": 6, "width": 7}, (IMAGE,)),
    ("RandomCrop", {"height": 9, "width": 1}, (IMAGE,)),
    *(
        ("DeformableConv2D", {"filters": 3, "padding": padding, "strides": strides}, (IMAGE,))
        for padding in PADDINGS
        for strides in (1, 2)
    ),
    *(
        ("DeformableConv2D", {"filters": 3, "modulated": True, **given}, (IMAGE,))
        for given in (
            {},
            {"kernel_size": [2, 3], "strides": [1, 2], "activation": "tanh"},
            {"kernel_size": [3, 2], "dilation_rate": [2, 1], "use_bias": False},
        )
    ),
    *(
        ("GraphConvolution", {"units": 5, "normalize": normalize, "self_loops": loops}, ((7, 4), (7, 7)))
        for normalize in ("symmetric", "mean", "none")
        for loops in (True, False)
    ),
    ("GraphConvolution", {"units": 3, "use_bias": False, "activation": "relu"}, ((7, 4), (7, 7))),
    *(
        ("MultiHeadAttention", {"num_heads": 3, "key_dim": 5, **given}, shapes)
        for given in ({}, {"value_dim": 2, "use_bias": False}, {"dropout": 0.5})
        for shapes in ((LINE,), (IMAGE,), (VOLUME,), (LINE, (6, 3)), (IMAGE, (4, 5, 2)))
    ),
    ("GaussianNoise", {}, (IMAGE,)),
    ("GaussianDropout", {}, (LINE,)),
    ("Normalization", {"mean": 0.5, "variance": 4.0}, (IMAGE,)),
    ("Normalization", {"mean": [0.1, 1.0, 2.0, -3.0], "variance": [0.0, 1.0, 2.0, 3.0]}, (LINE,)),
    ("Normalization", {"mean": [1.5], "variance": [0.5], "invert": True}, ((6,),)),
    ("Normalization", {}, (VOLUME,)),
    *(("FixedFilter2D", {"filter": name}, (IMAGE,)) for name in ("gaussian", "sobel_x", "roberts_y")),
    *(
        ("FixedFilter2D", {"padding": padding, "strides": strides}, (IMAGE,))
        for padding in PADDINGS
        for strides in (1, 2, [1, 2])
    ),
    ("FixedFilter2D", {"filter": "own", "kernel": "1 2 3; 4 5 6", "trainable": True}, (IMAGE,)),
    ("Flatten", {}, ((6,),)),
    ("PReLU", {"shared_axes": [1, 2]}, (IMAGE,)),
    ("LeakyReLU", {"negative_slope": 0.2}, (IMAGE,)),
    ("ReLU", {"max_value": 1.5}, (IMAGE,)),
    ("ReLU", {"negative_slope": 0.1}, (IMAGE,)),
    ("ELU", {"alpha": 1.5}, (IMAGE,)),
    ("Softmax", {}, (IMAGE,)),
    *(
        ("Activation", {"activation": name}, (IMAGE,))
        for name in ACTIVATIONS
        if torch_activation(name) is not None
    ),
    ("Dense", {"units": 5, "activation": "tanh"}, ((6,),)),
    ("Embedding", {"input_dim": 20, "output_dim": 5}, ((7,),)),
    ("Dot", {}, ((6,), (6,))),
    ("Concatenate", {}, (IMAGE, IMAGE, (9, 10, 2))),
    ("Concatenate", {"axis": 2}, (IMAGE, (9, 3, 4))),
    *(
        (kind, {}, (IMAGE,) * count)
        for kind in ("Add", "Multiply", "Average", "Maximum", "Minimum")
        for count in (2, 3)
    ),
    ("Add", {}, (IMAGE, (1, 10, 4))),
    ("Subtract", {}, (IMAGE, IMAGE)),
)


def network_of(kind: str, params: dict[str, object], shapes: tuple[tuple[int, ...], ...]) -> Network:
    nodes = [Node(id=f"in{i}", type="Input", params=Params(shape=shape)) for i, shape in enumerate(shapes)]
    wires = [Edge(source=node.id, target="it", slot=slot) for slot, node in enumerate(nodes)]
    return Network.of([*nodes, Node(id="it", type=kind, params=Params(params))], wires)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_a_layer_gives_pytorchs_values(row: Row) -> None:
    assert largest_difference(network_of(*row)) <= CLOSE


RANDOM_OR_PLAIN = {"Input", "Identity", "Dropout", "AlphaDropout"} | {
    f"SpatialDropout{rank}D" for rank in (1, 2, 3)
}


def test_there_is_a_row_for_every_layer_that_pytorch_has() -> None:
    shapes = (IMAGE, LINE, VOLUME, (6,))
    tested = {kind for kind, *_ in ROWS}
    for kind, spec in catalogue().items():
        if kind in RANDOM_OR_PLAIN or kind in tested or kind.startswith("Global"):
            continue
        for shape in shapes:
            inputs = (shape,) * max(1, spec.minimum_inputs)
            args = spec.arguments(Params())
            try:
                spec.output_shape(inputs, args)
            except Exception:
                continue
            assert spec.torch(inputs, args) is None, f"{kind} has PyTorch calls and no row"


@pytest.mark.parametrize(
    ("kind", "params", "mean", "deviation"),
    [("GaussianNoise", {"stddev": 0.5}, 2.0, 0.5), ("GaussianDropout", {"rate": 0.2}, 2.0, 1.0)],
)
def test_noise_is_as_strong_as_keras_makes_it_and_only_while_training(
    kind: str, params: dict[str, object], mean: float, deviation: float
) -> None:
    torch.manual_seed(7)
    module = torch_module(network_of(kind, params, ((5000,),)))
    twos = torch.full((40, 5000), 2.0)
    assert torch.equal(module(twos), twos)
    noisy = module.train()(twos)
    assert float(noisy.mean()) == pytest.approx(mean, abs=0.02)
    assert float(noisy.std()) == pytest.approx(deviation, rel=0.02)


def test_a_random_crop_wanders_while_training() -> None:
    torch.manual_seed(7)
    module = torch_module(network_of("RandomCrop", {"height": 2, "width": 3}, ((3, 5, 1),))).train()
    picture = torch.arange(15.0).reshape(1, 1, 3, 5)
    corners = {int(module(picture)[0, 0, 0, 0]) for _ in range(200)}
    assert corners == {0, 1, 2, 5, 6, 7}


def test_a_fixed_filter_learns_only_when_it_may() -> None:
    for trainable in (False, True):
        module = torch_module(network_of("FixedFilter2D", {"trainable": trainable}, (IMAGE,)))
        assert [weight.requires_grad for weight in module.parameters()] == [trainable]
