"""Batches: the same numbers whether images are held as they are or as they are fed, in any order."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.engine import batches
from cnnstudio.engine.batches import OrderedBatches, TrainingBatches
from cnnstudio.engine.datasets import Images
from cnnstudio.engine.heads import Head
from cnnstudio.engine.pixels import RAW, SCALED, pixel_factor

pytestmark = pytest.mark.engine

HEAD = Head(units=16, activation="softmax", loss="sparse_categorical_crossentropy", one_hot=False)


@pytest.fixture
def images() -> Images:
    """Sixteen images that hold every value of a pixel, each under the label of its number."""
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 4, 4, 1)
    return Images(pixels=pixels, labels=np.arange(16, dtype=np.int32))


@pytest.mark.parametrize("pixels", [SCALED, RAW])
@pytest.mark.parametrize("as_floats", [True, False])
def test_every_value_of_a_pixel_is_fed_as_the_rule_says(
    images: Images, pixels: str, as_floats: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_MOST_AS_FLOATS", 10**6 if as_floats else 0)
    expected = images.pixels.astype(np.float32) * np.float32(pixel_factor(pixels))
    ordered = OrderedBatches(images, HEAD, batch_size=5, pixels=pixels)
    fed = [(x.numpy(), y.numpy()) for x, y in ordered.dataset()]
    assert [len(labels) for _, labels in fed] == [5, 5, 5, 1]
    assert np.array_equal(np.concatenate([x for x, _ in fed]), expected)
    assert np.concatenate([labels for _, labels in fed]).tolist() == list(range(16))


@pytest.mark.parametrize("as_floats", [True, False])
def test_each_epoch_has_every_image_once_under_its_own_label(
    images: Images, as_floats: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_MOST_AS_FLOATS", 10**6 if as_floats else 0)
    training = TrainingBatches(images, HEAD, batch_size=6, seed=4, pixels=SCALED)
    expected = images.pixels.astype(np.float32) * np.float32(pixel_factor(SCALED))
    orders = []
    for epoch in (0, 1, 0):
        training.begin_epoch(epoch)
        fed = [(x.numpy(), y.numpy()) for x, y in training.dataset()]
        labels = np.concatenate([y for _, y in fed])
        assert sorted(labels.tolist()) == list(range(16))
        assert np.array_equal(np.concatenate([x for x, _ in fed]), expected[labels])
        orders.append(labels.tolist())
    assert orders[0] == orders[2] != orders[1]
