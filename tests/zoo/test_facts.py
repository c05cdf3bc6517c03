"""Depth and receptive field against what the papers say."""

from __future__ import annotations

import re

import pytest

from cnnstudio.zoo import templates
from cnnstudio.zoo.facts import facts

DEPTHS = {
    **{name: int(re.sub(r"\D", "", name)) for name in templates() if re.fullmatch(r"[a-z]+\d\d+", name)},
    "lenet5": 5,
    "alexnet": 8,
    "googlenet": 22,
    "mobilenet-v1": 28,
    "squeezenet": 18,
    "unet": 23,
}
"""By the names of the networks; else Szegedy et al. 2014, Howard et al. 2017, Iandola et al. 2016, Ronneberger et al. 2015."""


@pytest.mark.parametrize(("name", "depth"), DEPTHS.items())
def test_depth_counts_the_kernels_on_the_longest_way(name: str, depth: int) -> None:
    assert facts(templates()[name].build()).depth == depth


FIELDS = {
    "alexnet": 195,
    "vgg16": 212,
    "mobilenet-v1": 315,
    "dilated-context": 67,
}
"""Araujo, Norris & Sim, Distill 2019, table of networks; Yu & Koltun 2015, table 1."""


@pytest.mark.parametrize(("name", "size"), FIELDS.items())
def test_the_receptive_field_is_the_published_one(name: str, size: int) -> None:
    assert facts(templates()[name].build()).receptive_field == (size, size)


def test_a_network_that_slides_no_window_over_its_input_has_no_receptive_field() -> None:
    assert facts(templates()["gcn"].build()).receptive_field == ()


def test_names_give_the_depths_of_vgg_resnet_and_densenet() -> None:
    assert {"vgg11", "vgg19", "plain34", "resnet18", "resnet152", "densenet121"} <= DEPTHS.keys()
