"""Whole networks with the same weights give PyTorch's outputs."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed; pip install .[torch] brings it")

from cnnstudio.zoo import templates
from tests.torch.transfer import largest_difference

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
    ],
)
def test_a_network_gives_pytorchs_outputs(name: str, params: dict[str, object]) -> None:
    assert largest_difference(templates()[name].build(**params)) <= CLOSE


@pytest.mark.slow
@pytest.mark.parametrize("name", ["alexnet", "resnet18"])
def test_a_network_of_full_size_gives_pytorchs_outputs(name: str) -> None:
    assert largest_difference(templates()[name].build(), batch=1) <= CLOSE
