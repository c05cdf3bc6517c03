"""Pictures before and after: the real layers, in training, each draw another and each draw repeatable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core.network import Network
from cnnstudio.data.decode import decode
from cnnstudio.engine.augmentation import augmented
from cnnstudio.engine.failures import EngineError
from tests.engine.small_data import chain, node, write_images

INPUT = node("image", "Input", shape=[16, 16, 1])
END = node("conv", "Conv2D", filters=2, kernel_size=3)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return sorted(write_images(tmp_path_factory.mktemp("seen") / "data", each=2).rglob("*.png"))


def network(*layers: object) -> Network:
    return chain(INPUT, *layers, END)  # type: ignore[arg-type]


def test_before_is_what_the_network_gets_and_after_what_its_layers_make_of_it(paths: list[Path]) -> None:
    found = augmented(network(node("flip", "RandomFlip", mode="horizontal")), paths, raw=False, times=8)
    before, after = found["before"], found["after"]
    for path, picture in zip(paths, before, strict=True):
        assert np.array_equal(picture, decode(path, height=16, width=16, channels=1))
    assert after.shape == (6, 8, 16, 16, 1)
    flips = [
        [np.array_equal(one, picture[:, ::-1]) for one in draws]
        for picture, draws in zip(before, after, strict=True)
    ]
    kept = [
        [np.array_equal(one, picture) for one in draws] for picture, draws in zip(before, after, strict=True)
    ]
    assert all(
        a != b for row, other in zip(flips, kept, strict=True) for a, b in zip(row, other, strict=True)
    )
    assert 0 < sum(map(sum, flips)) < 48


@pytest.mark.parametrize("seed", [None, 7])
def test_a_draw_is_repeatable_and_the_next_is_another(paths: list[Path], seed: int | None) -> None:
    own = {} if seed is None else {"seed": seed}
    layers = network(
        node("turn", "RandomRotation", factor=0.2, **own), node("noise", "GaussianNoise", stddev=0.1)
    )
    first, again, next_ = (augmented(layers, paths, raw=False, draw=draw)["after"] for draw in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, next_)


@pytest.mark.parametrize(
    "scaling",
    [
        node("scale", "Rescaling", scale=1 / 127.5, offset=-1.0),
        node("scale", "Rescaling", scale=1 / 255),
        node("scale", "Normalization", mean=100.0, variance=2500.0),
    ],
    ids=["-1..1", "0..1", "standardised"],
)
def test_pictures_are_shown_in_their_own_greys_whatever_range_the_network_uses(
    paths: list[Path], scaling: object
) -> None:
    still = node("flip", "RandomTranslation", height_factor=0.0, width_factor=0.0)
    for layers in (network(scaling, still), network(still, scaling)):
        found = augmented(layers, paths, raw=True, times=1)
        assert np.abs(found["after"][:, 0].astype(int) - found["before"]).max() <= 1


def test_a_crop_shows_smaller_pictures(paths: list[Path]) -> None:
    found = augmented(network(node("crop", "RandomCrop", height=8, width=12)), paths, raw=False, times=2)
    assert found["after"].shape == (6, 2, 8, 12, 1)


def test_files_that_cannot_be_read_are_left_out(paths: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    layers = network(node("flip", "RandomFlip"))
    assert len(augmented(layers, [broken, *paths], raw=False)["before"]) == 6
    with pytest.raises(EngineError, match="can be read any more"):
        augmented(layers, [broken], raw=False)


def test_a_network_without_such_layers_says_what_to_add(paths: list[Path]) -> None:
    with pytest.raises(EngineError, match="no augmentation layers") as caught:
        augmented(network(), paths, raw=False)
    assert caught.value.hint
