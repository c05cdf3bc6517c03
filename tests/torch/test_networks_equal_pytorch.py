"""Whole networks with the same weights give PyTorch's outputs."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed; pip install .[torch] brings it")

from cnnstudio.zoo import templates
from tests.torch.transfer import largest_difference
from tests.zoo.test_networks_in_keras import SMALL

pytestmark = pytest.mark.engine

CLOSE = 1e-4


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("lenet5", {}),
        ("lenet5-sigmoid", {}),
        ("lenet5-batchnorm", {}),
        ("alexnet", {"input_shape": [99, 99, 3], "units": 64, "classes": 10}),
        ("resnet18", {"input_shape": [64, 64, 3], "classes": 10}),
        ("deformable-lenet", {"modulated": True}),
        ("gcn", {"input_shape": [9, 5], "classes": 3}),
    ],
)
def test_a_network_gives_pytorchs_outputs(name: str, params: dict[str, object]) -> None:
    assert largest_difference(templates()[name].build(**params)) <= CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("name", ["alexnet", "resnet18"])
def test_a_network_of_full_size_gives_pytorchs_outputs(name: str) -> None:
    assert largest_difference(templates()[name].build(), batch=1) <= CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("label", SMALL)
def test_the_pytorch_source_of_every_network_gives_the_same(label: str) -> None:
    name, params = SMALL[label]
    assert largest_difference(templates()[name].build(**params)) <= CLOSE
