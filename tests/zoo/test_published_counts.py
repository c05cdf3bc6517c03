"""Parameters and multiply-accumulates of every network against figures that others have published.

Where nobody prints a total, `no_total` says why: the figure is then the sum, written out here, over the layers that the
source gives, and `test_counts_in_plain_keras.py` counts the same network written in Keras apart from this program. Every
network but the two of `OWN` has another figure beside it, which somebody printed for some choice of its parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import pytest

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.layers import catalogue
from cnnstudio.zoo import templates

LECTURE = "the lecture notes' table of networks"
TORCHVISION = "the table of weights in torchvision's documentation (parameters; GFLOPS, which are MACs)"
IMGCLSMOB = "the table of models of osmr/imgclsmob (pytorchcv)"
KERAS = "keras.applications, `count_params()`"
TRY_ML = "YoRHazzz, try_ml (GitHub), printed by torchinfo: the network of Dive into Deep Learning, grey pictures of 224²"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published count. `trainable` leaves moving statistics out, as PyTorch's tables do.

    `no_total`: why no source gives the sum of these layers; empty where one does.
    """

    name: str
    source: str
    trainable: int | None = None
    total: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    no_total: str = ""


def convolution(kernel: int, maps_in: int, maps_out: int) -> int:
    """Weights of a square kernel with its offsets."""
    return kernel * kernel * maps_in * maps_out + maps_out


def dense(values: int, units: int) -> int:
    """Weights of a dense layer with its offsets."""
    return values * units + units


COUNTS = (
    Published(name="simple-cnn", trainable=125_610, source=LECTURE),
    # The notes leave the kernels' and the dense layer's size open; this paper prints the sum for one choice of them.
    Published(
        name="two-conv-cnn",
        params={"kernel_size": 5, "units": 512},
        trainable=1_663_370,
        source="McMahan, Moore, Ramage, Hampson & Agüera y Arcas 2017, Communication-Efficient Learning of Deep Networks "
        "from Decentralized Data, section 3: the CNN for MNIST",
    ),
    Published(
        name="two-conv-cnn",
        trainable=421_642,
        total=421_642,
        source="Nsfr750, NeuralNetworkApp (GitHub, 2025), MNIST Handwritten Digit Classification: Keras's summary of two "
        "convolutions 3×3 that keep the size, and 128 units",
    ),
    Published(name="lenet5", trainable=44_426, source=LECTURE),
    Published(name="lenet5", params={"input_shape": [32, 32, 1]}, trainable=61_706, source=LECTURE),
    Published(name="lenet5-sigmoid", trainable=61_706, source=LECTURE),
    # A factor and an offset for each of 6 + 16 + 120 channels; 32×32 without padding is 28×28 with padding 2.
    Published(
        name="lenet5-batchnorm",
        params={"dense_norm": False},
        trainable=61_990,
        source="LeeUichann, Mnist_project (GitHub, 2024), section 1.1: LeNet-5 with batch normalisation behind its three "
        "convolutions",
    ),
    # And for the 84 of the dense layer.
    Published(
        name="lenet5-batchnorm",
        trainable=61_706 + 2 * 226,
        source=LECTURE
        + "; Ioffe & Szegedy 2015, Batch Normalization, section 3: two values for each channel",
        no_total="the notes leave it to be computed, and those who print one do not normalise the dense layer",
    ),
    Published(name="alexnet", trainable=62_378_344, source=LECTURE),
    Published(name="alexnet-gray", trainable=46_764_746, source=LECTURE),
    Published(
        name="vgg",
        params={"blocks": [[1, 64], [1, 128], [2, 256], [2, 512], [2, 512]]},
        trainable=128_806_154,
        source=TRY_ML,
    ),
    # Eight convolutions, then 7·7·128 inputs of 4096, 4096 and 10 units.
    Published(
        name="vgg",
        trainable=sum((160, 4_640, 18_496, 36_928, 73_856, 3 * 147_584, 25_694_208, 16_781_312, 40_970)),
        source="the layers of " + LECTURE,
        no_total="the notes and the book that they follow train this smaller network and print no count",
    ),
    Published(name="vgg11", trainable=132_863_336, source=TORCHVISION),
    Published(name="vgg13", trainable=133_047_848, source=TORCHVISION),
    Published(name="vgg16", trainable=138_357_544, total=138_357_544, source=f"{LECTURE}; {KERAS}"),
    Published(name="vgg19", trainable=143_667_240, total=143_667_240, source=f"{TORCHVISION}; {KERAS}"),
    # 30,336 + 746,240 + 1,180,800 + 34,790: a window and two 1×1 convolutions in each block.
    Published(name="nin", trainable=1_992_166, total=1_992_166, source=TRY_ML),
    Published(name="googlenet", trainable=6_998_552, source=LECTURE),
    # bvlc_googlenet.caffemodel holds these numbers as 32-bit floats: 53,533,754 bytes with its headers.
    Published(
        name="googlenet",
        params={"auxiliary_heads": True},
        trainable=13_378_280,
        source="BVLC's Caffe model zoo, bvlc_googlenet, both auxiliary heads included",
    ),
    Published(
        name="plain18",
        params={"stem": "small", "input_shape": [32, 32, 3], "classes": 10},
        trainable=11_000_138,
        source="iwijs, A-thousand-journey-s-beginning (GitHub, 2026), project 3: Plain-18 for CIFAR-10",
    ),
    Published(
        name="plain34",
        params={"stem": "small", "input_shape": [32, 32, 3], "classes": 10},
        trainable=21_108_298,
        source="deepanshu-s18, resnet34-amazon-products (GitHub), the CIFAR-10 study: Plain-34",
    ),
    # What the projections of stages 2 to 4 hold: 64·128, 128·256, 256·512 and their batch normalisation.
    Published(
        name="plain18",
        trainable=11_689_512 - 8_448 - 33_280 - 132_096,
        source="He et al. 2015, Deep Residual Learning, figure 3: ResNet-18 without its projections",
        no_total="the paper counts the work of plain networks and not their parameters",
    ),
    Published(
        name="plain34",
        trainable=21_797_672 - 8_448 - 33_280 - 132_096,
        source="He et al. 2015, Deep Residual Learning, figure 3: ResNet-34 without its projections",
        no_total="the paper counts the work of plain networks and not their parameters",
    ),
    Published(name="resnet18", trainable=11_689_512, source=TORCHVISION),
    Published(name="resnet34", trainable=21_797_672, source=TORCHVISION),
    Published(name="resnet50", trainable=25_557_032, source=TORCHVISION),
    Published(name="resnet101", trainable=44_549_160, source=TORCHVISION),
    Published(name="resnet152", trainable=60_192_808, source=TORCHVISION),
    Published(name="densenet121", trainable=7_978_856, total=8_062_504, source=f"{TORCHVISION}; {KERAS}"),
    Published(name="squeezenet", params={"version": "v1.0"}, trainable=1_248_424, source=TORCHVISION),
    Published(name="squeezenet", trainable=1_235_496, source=TORCHVISION),
    Published(name="mobilenet-v1", trainable=4_231_976, total=4_253_864, source=KERAS),
    *(
        Published(name="shufflenet-v1", params={"groups": groups}, trainable=count, source=IMGCLSMOB)
        for groups, count in ((1, 1_531_936), (2, 1_733_848), (3, 1_865_728), (4, 1_968_344), (8, 2_434_768))
    ),
    # LeNet with padding 2, and an offset convolution with two filters for each of the kernel's 25 places.
    Published(
        name="deformable-lenet",
        trainable=61_706 + 50 * (5 * 5 * 6 + 1),
        source="the lecture notes' LeNet; Dai et al. 2017, Deformable Convolutional Networks, section 2.1: 2N offset "
        "channels",
        no_total="the network is this program's own; the paper bends layers of ResNet-101",
    ),
    # 64·C² with C = 21 and eight times 21 offsets; before it 3·21 + 21, behind it 21·10 + 10.
    Published(
        name="dilated-context",
        trainable=64 * 21**2 + 8 * 21 + 84 + 220,
        source="Yu & Koltun 2015, Multi-Scale Context Aggregation by Dilated Convolutions, section 3: the basic context "
        "module has 64·C² parameters",
        no_total="the ends before and behind the module are this program's own",
    ),
    Published(
        name="unet",
        params={"padding": "valid", "input_shape": [572, 572, 1]},
        trainable=31_030_658,
        total=31_030_658,
        source="Nandan 2020, Model Implementation: Original U-Net in Keras (apoorvnandan.github.io): Keras's summary of "
        "figure 1 in Ronneberger, Fischer & Brox 2015",
    ),
    Published(
        name="unet",
        params={"batch_norm": True, "input_shape": [112, 160, 3], "classes": 1},
        trainable=31_037_633,
        source="Gdahuks, Road_Detection_via_U-NET (GitHub), printed by torchsummary: padding keeps the size",
    ),
    Published(
        name="unet",
        trainable=31_030_658,
        source="Nandan 2020, as above",
        no_total="padding has no weights: the figure is that of the network without",
    ),
    # 7,643 words of 300 values are 2,292,900; the source prints the rest, without them, as 360,902.
    Published(
        name="text-cnn",
        params={"vocabulary": 7_643},
        trainable=2_292_900 + 360_902,
        source="Noh, Sentimental Analysis on IMDB movie reviews (University of Kentucky, course MA 721, project 2): 100 "
        "filters over 3, 4 and 5 words",
    ),
    # 18,765 words of 300 values; 100 filters over 3, 4 and 5 words; 300 inputs of 2 units.
    Published(
        name="text-cnn",
        trainable=18_765 * 300 + 300 * 100 * (3 + 4 + 5) + 3 * 100 + 602,
        source="Kim 2014, Convolutional Neural Networks for Sentence Classification, section 3.1 and table 1 (MR)",
        no_total="the paper prints the words and the layers, and no sum",
    ),
    Published(
        name="gcn",
        trainable=23_063,
        source="GoudyMT, ml-framework-comparison (GitHub), TensorFlow/18-gnn: the two layers of Kipf & Welling 2016 on "
        "Cora, 1,433 features, 16 and 7 units, with offsets",
    ),
)


def analyse(name: str, **params: object) -> Analysis:
    return Analyser(catalogue()).analyse(templates()[name].build(**params))


def _label(value: object) -> str:
    return f"{value.name}{value.params or ''}" if isinstance(value, Published) else str(value)


@pytest.mark.parametrize("published", COUNTS, ids=_label)
def test_a_network_has_as_many_parameters_as_published(published: Published) -> None:
    analysis = analyse(published.name, **published.params)
    assert not analysis.diagnostics
    if published.trainable is not None:
        assert analysis.trainable_params == published.trainable, published.source
    if published.total is not None:
        assert analysis.total_params == published.total, published.source


OWN = {"deformable-lenet", "dilated-context"}
"""Put together for this program; what they are made to show is compared below."""


def test_every_network_is_compared_with_a_count_that_somebody_printed() -> None:
    assert {published.name for published in COUNTS} == set(templates())
    assert {published.name for published in COUNTS if not published.no_total} == set(templates()) - OWN


@pytest.mark.parametrize("width", [21, 5])
def test_the_context_module_has_64_kernel_values_for_every_pair_of_maps(width: int) -> None:
    """Yu & Koltun 2015, section 3: for C maps in and out the basic module has 64·C² parameters."""
    analysis = analyse("dilated-context", width=width)
    module = [result for node_id, result in analysis.nodes.items() if node_id.startswith("context")]
    kernels = [
        prod(weight.shape) for result in module for weight in result.weights if weight.name == "kernel"
    ]
    assert len(kernels) == 8
    assert sum(kernels) == 64 * width**2


def test_a_deformable_window_learns_two_offsets_for_each_of_its_places() -> None:
    """Dai et al. 2017, section 2.1 and figure 2: 2N channels from a convolution with the same window over the same maps."""
    bent, straight = analyse("deformable-lenet"), analyse("lenet5-sigmoid")
    more = bent.nodes["deformable2"].trainable_count - straight.nodes["conv2"].trainable_count
    assert more == convolution(5, 6, 2 * 5 * 5)


MACS = (
    ("vgg16", {}, 15.470, 3, TORCHVISION),
    ("vgg19", {}, 19.632, 3, TORCHVISION),
    ("resnet18", {}, 1.814, 3, TORCHVISION),
    ("resnet34", {}, 3.664, 3, TORCHVISION),
    ("resnet50", {}, 4.089, 3, TORCHVISION),
    ("resnet101", {}, 7.801, 3, TORCHVISION),
    ("resnet152", {}, 11.514, 3, TORCHVISION),
    ("densenet121", {}, 2.834, 3, TORCHVISION),
    ("squeezenet", {"version": "v1.0"}, 0.819, 3, TORCHVISION),
    ("squeezenet", {"version": "v1.1"}, 0.349, 3, TORCHVISION),
    ("mobilenet-v1", {}, 0.569, 3, "Howard et al. 2017, table 4: 569 million multiply-adds"),
    ("googlenet", {}, 1.6, 1, "Szegedy et al. 2014, table 1: about 1.5 billion; BVLC's network has 1.6"),
    ("shufflenet-v1", {"groups": 1}, 0.143, 3, "Zhang et al. 2017, table 1: complexity in MFLOPs"),
    ("shufflenet-v1", {"groups": 3}, 0.137, 3, "Zhang et al. 2017, table 1: complexity in MFLOPs"),
    ("plain34", {}, 3.6, 1, "He et al. 2015, section 3.3: 3.6 billion multiply-adds"),
)


@pytest.mark.parametrize(("name", "params", "billions", "digits", "source"), MACS)
def test_a_network_takes_the_published_number_of_multiply_accumulates(
    name: str, params: dict[str, Any], billions: float, digits: int, source: str
) -> None:
    assert round(analyse(name, **params).macs / 1e9, digits) == billions, source
