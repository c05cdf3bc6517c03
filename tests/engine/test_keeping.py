"""Training on images in memory, in a file and decoded again: the same batches, the same weights, bit for bit."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.data.keeping.limits import GIGABYTE, Limits, set_limits
from cnnstudio.data.keeping.pixels import DecodedPixels, StoredPixels
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine import batches as engine_batches
from cnnstudio.engine import datasets
from cnnstudio.engine.batches import OrderedBatches, TrainingBatches, naming_broken_files
from cnnstudio.engine.datasets import ImageData, Images, read_folder
from cnnstudio.engine.evaluation import evaluate
from cnnstudio.engine.heads import Head
from cnnstudio.engine.pixels import SCALED
from cnnstudio.engine.training import resume, train
from cnnstudio.runs.events import EpochEnded, PhaseChanged, RunEvent
from cnnstudio.runs.run_folder import RunFolder
from tests.engine.small_data import project, write_images

HEAD = Head(units=3, activation="softmax", loss="sparse_categorical_crossentropy", one_hot=False)
PLACES = {
    "memory": Limits(memory=GIGABYTE),
    "file": Limits(memory=0, file=GIGABYTE),
    "nowhere": Limits(memory=0, file=0),
}


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_images(tmp_path_factory.mktemp("kept") / "data")
    for path in folder.rglob("*.png"):
        os.utime(path, ns=(10**18, 10**18))
    return folder


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    datasets.forget_images()
    yield
    set_limits(None)
    datasets.forget_images()


def read(folder: Path, where: str) -> ImageData:
    set_limits(PLACES[where])
    data = read_folder(folder, DataSettings(validation_split=0.25, test_split=0.1, seed=3), (16, 16, 1))
    assert data.keeping.where == where
    return data


def seen(dataset) -> list[tuple[bytes, bytes]]:
    return [(np.asarray(pixels).tobytes(), np.asarray(labels).tobytes()) for pixels, labels in dataset]


@pytest.mark.parametrize("where", ["file", "nowhere"])
def test_every_epoch_is_shuffled_fully_and_has_the_same_batches(images: Path, where: str) -> None:
    wanted = read(images, "memory")
    found = read(images, where)
    made = [
        TrainingBatches(data.train, HEAD, batch_size=8, seed=5, pixels=SCALED) for data in (wanted, found)
    ]
    flows = [batches.dataset() for batches in made]
    epochs = []
    for epoch in range(3):
        for batches in made:
            batches.begin_epoch(epoch)
        first, second = (seen(flow) for flow in flows)
        assert first == second
        epochs.append(first)
    assert epochs[0] != epochs[1] != epochs[2]
    for part in ("validation", "test"):
        plain, other = (
            seen(OrderedBatches(getattr(data, part), HEAD, pixels=SCALED, batch_size=5).dataset())
            for data in (wanted, found)
        )
        assert plain == other
    everything = found.everything()
    assert everything.paths == wanted.everything().paths
    assert isinstance(everything.pixels, StoredPixels)
    assert np.array_equal(everything.pixels.take(np.arange(len(everything))), wanted.everything().pixels)


def weights(run: Path) -> list[np.ndarray]:
    with np.load(run / "checkpoints" / "last.npz", allow_pickle=False) as arrays:
        return [arrays[name] for name in sorted(arrays.files) if arrays[name].dtype == np.float32]


@pytest.mark.parametrize("class_weights", ["none", "balanced"], ids=["fetches itself", "is fed"])
def test_a_run_ends_with_the_same_weights_bit_for_bit(
    images: Path, tmp_path: Path, class_weights: str
) -> None:
    found: dict[str, tuple[list[np.ndarray], list[dict[str, float]]]] = {}
    for where, wanted in PLACES.items():
        set_limits(wanted)
        events: list[RunEvent] = []
        run = tmp_path / where
        planned = project(epochs=2, deterministic=True, class_weights=class_weights)
        record = train(planned, images, run, emit=events.append)
        assert record.data["kept"] == {"where": where, "bytes": 72 * 256}
        remarks = [str(event.remark) for event in events if isinstance(event, PhaseChanged) and event.remark]
        assert bool(remarks) == (where == "nowhere")
        assert all("decoded again in each epoch" in remark for remark in remarks)
        assert "decoded" in (run / "train.log").read_text("utf-8")
        found[where] = weights(run), [dict(one.metrics) for one in events if isinstance(one, EpochEnded)]
    assert len(found["memory"][0]) > 4
    for where in ("file", "nowhere"):
        assert found[where][1] == found["memory"][1]
        for ours, theirs in zip(found[where][0], found["memory"][0], strict=True):
            assert np.array_equal(ours, theirs)


def test_a_run_goes_on_with_its_images_in_another_place(images: Path, tmp_path: Path) -> None:
    set_limits(PLACES["memory"])
    planned = project(epochs=2, deterministic=True)
    train(planned, images, tmp_path / "whole", emit=lambda _: None)
    set_limits(PLACES["nowhere"])
    planned = project(epochs=1, deterministic=True)
    train(planned, images, tmp_path / "parts", emit=lambda _: None)
    set_limits(PLACES["file"])
    record = resume(tmp_path / "parts", emit=lambda _: None, epochs=2)
    assert record.data["kept"] == {"where": "file", "bytes": 72 * 256}
    for ours, theirs in zip(weights(tmp_path / "parts"), weights(tmp_path / "whole"), strict=True):
        assert np.array_equal(ours, theirs)
    told = [evaluate(tmp_path / "parts", images)["accuracy"]]
    for where in ("memory", "nowhere"):
        set_limits(PLACES[where])
        told.append(evaluate(tmp_path / "parts", images)["accuracy"])
    assert told[0] == told[1] == told[2]


def test_a_file_that_breaks_while_its_image_is_decoded_again_is_named(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "data")
    set_limits(PLACES["nowhere"])

    def then_broken(event: RunEvent) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 1:
            for path in folder.rglob("0*.png"):
                path.write_bytes(b"no picture")

    with pytest.raises(DataError, match=r"\.png cannot be read any more") as caught:
        train(project(epochs=30), folder, tmp_path / "run", emit=then_broken)
    assert caught.value.hint
    record = RunFolder.open(tmp_path / "run").record
    assert record.state == "failed"
    assert record.epochs_done >= 1
    assert "cannot be read any more" in str(record.failure)


def test_what_broke_in_an_earlier_run_is_not_told_of_a_later_one(images: Path) -> None:
    part = read(images, "nowhere").train
    assert isinstance(part.pixels, DecodedPixels)
    part.pixels.failures.append(ValueError("a file that was put back since"))
    with pytest.raises(MemoryError), naming_broken_files(part):
        raise MemoryError


def test_batches_ahead_of_their_use_take_no_more_than_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []

    def decode(row: int) -> np.ndarray:
        decoded.append(row)
        return np.zeros((4, 4, 1), np.uint8)

    pixels = DecodedPixels(decode, (4, 4, 1), np.arange(40), parallel=16)
    images = Images(pixels=pixels, labels=np.zeros(40, np.int32))
    monkeypatch.setattr(engine_batches, "_MOST_AHEAD", 2 * 4 * 4 * 4)
    batches = OrderedBatches(images, HEAD, pixels=SCALED, batch_size=1)
    flow = iter(batches.dataset())
    next(flow)
    time.sleep(0.3)  # more would be decoded meanwhile
    assert len(decoded) <= 4


_PEAK = """
import re, sys
import numpy as np
import psutil
from pathlib import Path
from cnnstudio.data.decode import room_for
from cnnstudio.engine import batches
from cnnstudio.engine.datasets import Images
from cnnstudio.engine.heads import Head
from cnnstudio.engine.pixels import SCALED

head = Head(units=3, activation="softmax", loss="sparse_categorical_crossentropy", one_hot=False)
pixels = room_for(2_000, 224, 224, 1)
pixels[:] = 3
images = Images(pixels=pixels, labels=np.zeros(2_000, np.int32))
seed = {"seed": 1} if sys.argv[1] == "TrainingBatches" else {}
made = getattr(batches, sys.argv[1])(images, head, batch_size=1, pixels=SCALED, **seed)
before = psutil.Process().memory_info().rss
Path("/proc/self/clear_refs").write_text("5")  # forget the peak until now
shown = next(iter(made.dataset()))[0]
assert float(shown[0, 0, 0, 0]) == np.float32(3) * np.float32(1 / 255)
(peak,) = re.findall(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())
print((1024 * int(peak) - before) / pixels.nbytes)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux to tell the peak of memory")
@pytest.mark.parametrize("batches", ["OrderedBatches", "TrainingBatches"])
def test_batches_are_made_of_images_where_they_are_in_memory(batches: str) -> None:
    """No copy of all of them: TensorFlow makes one when it rewrites a dataset, as it always does in deterministic mode,
    so a process is asked in which no test has switched that on.
    """
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, batches], stdout=subprocess.PIPE, text=True, check=True
    )
    assert float(done.stdout.splitlines()[-1]) < 0.5


@pytest.mark.parametrize("where", ["file", "nowhere"])
def test_images_are_let_go_of_after_their_run(images: Path, tmp_path: Path, where: str) -> None:
    data = read(images, where)
    batches = TrainingBatches(data.train, HEAD, batch_size=8, seed=5, pixels=SCALED)
    assert len(seen(batches.dataset())) == batches.steps
    gone = weakref.ref(data.train.pixels)
    del data, batches
    datasets.forget_images()
    gc.collect()
    assert gone() is None


def test_images_in_a_file_are_not_read_from_their_own_files_again(images: Path, tmp_path: Path) -> None:
    data = read(images, "file")
    opened: list[object] = []
    real = Image.open
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Image, "open", lambda *arguments, **named: opened.append(arguments) or real(*arguments, **named)
        )
        batches = TrainingBatches(data.train, HEAD, batch_size=8, seed=5, pixels=SCALED)
        for epoch in range(2):
            batches.begin_epoch(epoch)
            assert len(seen(batches.dataset())) == batches.steps
    assert not opened
