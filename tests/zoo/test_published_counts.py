"""Parameters and multiply-accumulates of every network against figures that others have published.

Where nobody prints a total, `no_total` is set: the figure is then the sum, written out here, over the layers that the
source gives, and `test_counts_in_plain_keras.py` counts the same network written in Keras apart from this program.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.layers import catalogue
from cnnstudio.zoo import templates

LECTURE = "the lecture notes' table of networks"
TORCHVISION = "the table of weights in torchvision's documentation (parameters; GFLOPS, which are MACs)"
IMGCLSMOB = "the table of models of osmr/imgclsmob (pytorchcv)"
KERAS = "keras.applications, `count_params()`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published count. `trainable` leaves moving statistics out, as PyTorch's tables do.

    `no_total`: the source gives the layers, and no sum of them.
    """

    name: str
    source: str
    trainable: int | None = None
    total: int | None = None
    params: dict[str, Any] = field(default_factory=dict)
    no_total: bool = False


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
        trainable=convolution(3, 1, 32) + convolution(3, 32, 64) + dense(7 * 7 * 64, 128) + dense(128, 10),
        source="the layers of " + LECTURE + ", 128 units in the dense layer that they leave open",
        no_total=True,
    ),
    Published(name="lenet5", trainable=44_426, source=LECTURE),
    Published(name="lenet5", params={"input_shape": [32, 32, 1]}, trainable=61_706, source=LECTURE),
    Published(name="lenet5-sigmoid", trainable=61_706, source=LECTURE),
    # Batch normalisation adds a factor and an offset for each of 6 + 16 + 120 + 84 channels.
    Published(
        name="lenet5-batchnorm",
        trainable=61_706 + 2 * 226,
        source=LECTURE
        + "; Ioffe & Szegedy 2015, Batch Normalization, section 3: two values for each channel",
        no_total=True,
    ),
    Published(name="alexnet", trainable=62_378_344, source=LECTURE),
    Published(name="alexnet-gray", trainable=46_764_746, source=LECTURE),
    # Eight convolutions, then 7·7·128 inputs of 4096, 4096 and 10 units.
    Published(
        name="vgg",
        trainable=sum((160, 4_640, 18_496, 36_928, 73_856, 3 * 147_584, 25_694_208, 16_781_312, 40_970)),
        source="the layers of " + LECTURE,
        no_total=True,
    ),
    Published(name="vgg11", trainable=132_863_336, source=TORCHVISION),
    Published(name="vgg13", trainable=133_047_848, source=TORCHVISION),
    Published(name="vgg16", trainable=138_357_544, total=138_357_544, source=f"{LECTURE}; {KERAS}"),
    Published(name="vgg19", trainable=143_667_240, total=143_667_240, source=f"{TORCHVISION}; {KERAS}"),
    # A window and two 1×1 convolutions in each block; learners who run the section's code print 1,992,166 too.
    Published(
        name="nin",
        trainable=sum(
            convolution(kernel, maps_in, maps) + 2 * convolution(1, maps, maps)
            for kernel, maps_in, maps in ((11, 1, 96), (5, 96, 256), (3, 256, 384), (3, 384, 10))
        ),
        source="Zhang, Lipton, Li & Smola 2023, Dive into Deep Learning, section 8.3",
        no_total=True,
    ),
    Published(name="googlenet", trainable=6_998_552, source=LECTURE),
    # bvlc_googlenet.caffemodel holds these numbers as 32-bit floats: 53,533,754 bytes with its headers.
    Published(
        name="googlenet",
        params={"auxiliary_heads": True},
        trainable=13_378_280,
        source="BVLC's Caffe model zoo, bvlc_googlenet, both auxiliary heads included",
    ),
    # What the projections of stages 2 to 4 hold: 64·128, 128·256, 256·512 and their batch normalisation.
    Published(
        name="plain18",
        trainable=11_689_512 - 8_448 - 33_280 - 132_096,
        source="He et al. 2015, Deep Residual Learning, figure 3: ResNet-18 without its projections",
        no_total=True,
    ),
    Published(
        name="plain34",
        trainable=21_797_672 - 8_448 - 33_280 - 132_096,
        source="He et al. 2015, Deep Residual Learning, figure 3: ResNet-34 without its projections",
        no_total=True,
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
        "channels. The network is this program's own",
        no_total=True,
    ),
    # 64·C² with C = 21 and eight times 21 offsets; before it 3·21 + 21, behind it 21·10 + 10.
    Published(
        name="dilated-context",
        trainable=64 * 21**2 + 8 * 21 + 84 + 220,
        source="Yu & Koltun 2015, Multi-Scale Context Aggregation by Dilated Convolutions, section 3: the basic context "
        "module has 64·C² parameters",
        no_total=True,
    ),
    # Blocks of two convolutions on nine levels, four transposed convolutions 2×2 that halve the maps, one 1×1 for two
    # classes; Keras's summary of the paper's network is 31,030,658.
    *(
        Published(
            name="unet",
            params=params,
            trainable=sum(
                convolution(3, maps_in, maps) + convolution(3, maps, maps)
                for maps_in, maps in (
                    *((1, 64), (64, 128), (128, 256), (256, 512), (512, 1024)),
                    *((1024, 512), (512, 256), (256, 128), (128, 64)),
                )
            )
            + sum(convolution(2, 2 * maps, maps) for maps in (512, 256, 128, 64))
            + convolution(1, 64, 2),
            source="Ronneberger, Fischer & Brox 2015, U-Net, figure 1 and section 2" + told,
            no_total=True,
        )
        for params, told in (
            ({"padding": "valid", "input_shape": [572, 572, 1]}, ""),
            ({}, "; padding has no weights"),
        )
    ),
    # 18,765 words of 300 values; 100 filters over 3, 4 and 5 words; 300 inputs of 2 units.
    Published(
        name="text-cnn",
        trainable=18_765 * 300 + 300 * 100 * (3 + 4 + 5) + 3 * 100 + 602,
        source="Kim 2014, Convolutional Neural Networks for Sentence Classification, section 3.1 and table 1 (MR)",
        no_total=True,
    ),
    Published(
        name="gcn",
        trainable=dense(1_433, 16) + dense(16, 7),
        source="Kipf & Welling 2016, Semi-Supervised Classification with Graph Convolutional Networks, section 5 and table "
        "1 (Cora: 1,433 features, 7 classes; 16 hidden units), with offsets",
        no_total=True,
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


def test_every_network_is_compared_with_a_published_count() -> None:
    assert {published.name for published in COUNTS} == set(templates())


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
