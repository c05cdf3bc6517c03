"""Batches: a full shuffle that seed and epoch alone decide, the pixel rule, and what cannot be trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core.network import Network
from cnnstudio.data.keeping.limits import Limits, set_limits
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine import batches, datasets
from cnnstudio.engine.batches import TrainingBatches, ordered_batches
from cnnstudio.engine.datasets import ImageData, Images, input_shape_of, read_folder
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.heads import Head
from cnnstudio.engine.pixels import RAW, SCALED, pixel_range
from tests.engine.small_data import chain, network, node, write_images

HEAD = Head(units=3, activation="softmax", loss="sparse_categorical_crossentropy", one_hot=False)


def numbered(count: int) -> Images:
    """Images of one pixel that says their number."""
    numbers = np.arange(count)
    return Images(pixels=numbers.astype(np.uint8).reshape(-1, 1, 1, 1), labels=numbers.astype(np.int32))


def labels_of(dataset) -> list[int]:
    return [int(label) for _, labels in dataset for label in labels]


@pytest.fixture(params=["floats", "bytes"])
def _held(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "bytes":
        monkeypatch.setattr(batches, "_MOST_AS_FLOATS", 0)


@pytest.mark.usefixtures("_held")
def test_each_epoch_shows_every_image_once_in_an_order_of_its_own() -> None:
    made = TrainingBatches(numbered(50), HEAD, batch_size=8, seed=1, pixels=RAW)
    dataset = made.dataset()
    assert made.steps == 7
    assert int(dataset.cardinality()) == 7
    orders = []
    for epoch in range(3):
        made.begin_epoch(epoch)
        seen = [
            (float(x), int(y))
            for images, labels in dataset
            for x, y in zip(np.ravel(images), labels, strict=True)
        ]
        assert all(pixel == label for pixel, label in seen)
        orders.append([label for _, label in seen])
        assert sorted(orders[-1]) == list(range(50))
    assert orders[0] != orders[1] != orders[2]


def test_seed_and_epoch_alone_decide_the_order() -> None:
    one = TrainingBatches(numbered(40), HEAD, batch_size=8, seed=5, pixels=RAW)
    other = TrainingBatches(numbered(40), HEAD, batch_size=8, seed=5, pixels=RAW)
    for epoch in (0, 1, 2):
        one.begin_epoch(epoch)
        last = labels_of(one.dataset())
    other.begin_epoch(2)
    assert labels_of(other.dataset()) == last
    different = TrainingBatches(numbered(40), HEAD, batch_size=8, seed=6, pixels=RAW)
    different.begin_epoch(2)
    assert labels_of(different.dataset()) != last


@pytest.mark.usefixtures("_held")
def test_pixels_are_scaled_by_the_one_rule_and_keep_their_order_in_validation() -> None:
    images = Images(pixels=np.full((3, 2, 2, 1), 255, np.uint8), labels=np.array([2, 0, 1], np.int32))
    for rule, value in ((SCALED, 1.0), (RAW, 255.0)):
        made = list(ordered_batches(images, HEAD, pixels=rule, batch_size=2))
        assert [len(labels) for _, labels in made] == [2, 1]
        assert all(np.allclose(pixels, value) for pixels, _ in made)
        assert [int(label) for _, labels in made for label in labels] == [2, 0, 1]


def test_the_rule_follows_the_networks_own_scaling() -> None:
    assert pixel_range(network()) == SCALED
    assert pixel_range(network(3, node("scale", "Rescaling", scale=1 / 255))) == RAW


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[Path]:
    """The folders that a function of `datasets` is called with from now on."""
    called: list[Path] = []
    function = getattr(datasets, name)

    def noting(root: Path, *arguments, **options):
        called.append(root)
        return function(root, *arguments, **options)

    monkeypatch.setattr(datasets, name, noting)
    return called


def test_a_folder_is_read_once_and_again_when_a_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_images(tmp_path / "data", each=6)
    readings = counted(monkeypatch, "take_in")
    settings = DataSettings(validation_split=0.5, seed=1)
    first = read_folder(data, settings, (16, 16, 1))
    assert read_folder(data, settings, (16, 16, 1)) is first
    assert len(readings) == 1
    smaller = read_folder(data, settings, (8, 8, 1))
    assert smaller.train.pixels.shape == (9, 8, 8, 1)
    (data / "dark" / "00.png").unlink()
    assert len(read_folder(data, settings, (8, 8, 1)).everything()) == 17
    assert len(readings) == 3


def test_images_that_memory_may_not_keep_are_scanned_once_for_all_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write_images(tmp_path / "data", each=6)
    settings = DataSettings(validation_split=0.5, seed=1)
    in_memory = read_folder(data, settings, (16, 16, 1))
    scans = counted(monkeypatch, "scan")
    set_limits(Limits(memory=0, file=0))
    try:
        again = read_folder(data, settings, (16, 16, 1))
        assert again.keeping.where == "nowhere"
        assert again.train.paths == in_memory.train.paths
        assert np.array_equal(again.train.pixels.take(np.arange(9)), in_memory.train.pixels)
        assert read_folder(data, settings, (8, 8, 1)).train.pixels.shape == (9, 8, 8, 1)
        assert len(scans) == 1
        (data / "dark" / "00.png").unlink()
        assert len(read_folder(data, settings, (16, 16, 1)).everything()) == 17
        assert len(scans) == 2
    finally:
        set_limits(None)


def test_look_alikes_are_found_where_they_are_to_stay_together(tmp_path: Path) -> None:
    data = write_images(tmp_path / "data", each=8)
    names = sorted(path.name for path in (data / "dark").iterdir())
    for name in names:  # each twice
        (data / "dark" / f"copy-{name}").write_bytes((data / "dark" / name).read_bytes())
    apart = read_folder(data, DataSettings(validation_split=0.5, seed=1), (16, 16, 1))
    together = read_folder(data, DataSettings(validation_split=0.5, seed=1, keep_alike=True), (16, 16, 1))

    def torn(read: ImageData) -> int:
        held = set(read.validation.paths)
        return sum((f"dark/{name}" in held) != (f"dark/copy-{name}" in held) for name in names)

    assert torn(apart) > 0
    assert torn(together) == 0


def test_a_folder_read_for_an_evaluation_is_still_refused_for_training(tmp_path: Path) -> None:
    data = write_images(tmp_path / "data", each=4, classes=("dark",))
    settings = DataSettings(validation_split=0.5)
    assert len(read_folder(data, settings, (16, 16, 1), for_training=False).everything()) == 4
    with pytest.raises(EngineError, match="one class"):
        read_folder(data, settings, (16, 16, 1))


def test_parts_do_not_overlap_and_paths_belong_to_their_pixels(tmp_path: Path) -> None:
    data = write_images(tmp_path / "data", each=8)
    read = read_folder(data, DataSettings(validation_split=0.25, test_split=0.25, seed=1), (16, 16, 1))
    paths = [set(part.paths) for part in (read.train, read.validation, read.test)]
    assert [len(part) for part in paths] == [12, 6, 6]
    assert len(set.union(*paths)) == 24
    for part in (read.train, read.validation, read.test):
        assert all(
            path.split("/")[0] == read.classes[label]
            for path, label in zip(part.paths, part.labels, strict=True)
        )


@pytest.mark.parametrize(
    ("net", "word"),
    [
        (chain(node("image", "Input", shape=[16, 16, 4])), "does not take images"),
        (chain(node("image", "Input", shape=[16])), "does not take images"),
        (chain(node("image", "Input", shape=[None, None, 1])), "no fixed size"),
        (Network.of([node("a", "Input"), node("b", "Input")]), "2 inputs"),
        (Network(), "0 inputs"),
    ],
)
def test_an_input_that_images_cannot_enter_is_refused_with_a_cure(net: Network, word: str) -> None:
    from cnnstudio.core.analysis import Analyser
    from cnnstudio.layers import catalogue

    analysis = Analyser(catalogue()).analyse(net)
    shapes = {node_id: found.output_shape for node_id, found in analysis.nodes.items()}
    with pytest.raises(EngineError, match=word) as caught:
        input_shape_of(net, shapes)
    assert caught.value.hint


def test_what_is_set_for_the_data_is_read_anew_and_nothing_else(tmp_path: Path) -> None:
    folder, shape = write_images(tmp_path / "data", each=6), (16, 8, 1)
    stretched = read_folder(folder, DataSettings(), shape)
    assert read_folder(folder, DataSettings(), shape) is stretched
    cut = read_folder(folder, DataSettings(resize="crop"), shape)
    assert cut.train.paths == stretched.train.paths
    assert not np.array_equal(cut.train.pixels, stretched.train.pixels)
    gone = stretched.train.paths[0]
    left = read_folder(folder, DataSettings(resize="crop", quarantine=(gone,)), shape)
    assert len(left.everything()) == 17
    assert gone not in left.everything().paths
    assert gone in read_folder(folder, DataSettings(), shape).everything().paths
    grouped = read_folder(folder, DataSettings(group_by="(#).png", validation_split=0.5), shape)
    names = [{Path(path).name for path in part.paths} for part in (grouped.train, grouped.validation)]
    assert names[0].isdisjoint(names[1])
