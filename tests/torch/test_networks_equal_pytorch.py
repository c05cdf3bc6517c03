"""Whole networks with the same weights give PyTorch's outputs."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed; pip install .[torch] brings it")

from cnnstudio.core.code_writer import CodeError
from cnnstudio.core.torch_writer import torch_source
from cnnstudio.layers import catalogue
from cnnstudio.zoo import templates
from tests.torch.transfer import largest_difference
from tests.zoo.test_networks_in_keras import SMALL

pytestmark = pytest.mark.engine

CLOSE = 1e-4
WITHOUT = {"deformable-lenet": "DeformableConv2D", "gcn": "GraphConvolution"}
"""Networks with a layer that PyTorch does not have."""


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("lenet5", {}),
        ("lenet5-sigmoid", {}),
        ("lenet5-batchnorm", {}),
        ("alexnet", {"input_shape": [99, 99, 3], "units": 64, "classes": 10}),
        ("resnet18", {"input_shape": [64, 64, 3], "classes": 10}),
    ],
)
def test_a_network_gives_pytorchs_outputs(name: str, params: dict[str, object]) -> None:
    assert largest_difference(templates()[name].build(**params)) <= CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("name", ["alexnet", "resnet18"])
def test_a_network_of_full_size_gives_pytorchs_outputs(name: str) -> None:
    assert largest_difference(templates()[name].build(), batch=1) <= CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("label", [label for label, (name, _) in SMALL.items() if name not in WITHOUT])
def test_the_pytorch_source_of_every_network_gives_the_same(label: str) -> None:
    name, params = SMALL[label]
    assert largest_difference(templates()[name].build(**params)) <= CLOSE


@pytest.mark.parametrize(("name", "layer"), WITHOUT.items())
def test_a_network_that_pytorch_cannot_be_written_for_says_which_layer_it_is(name: str, layer: str) -> None:
    with pytest.raises(CodeError, match=f"no PyTorch counterpart for .*{layer}"):
        torch_source(templates()[name].build(), catalogue(), name="Written")
