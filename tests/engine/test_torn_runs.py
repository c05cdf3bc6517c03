"""Run folders with damaged, missing and left-over files: a run goes on, or says clearly why it cannot."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core.project_file import ProjectFileError
from cnnstudio.engine import epoch_keeper
from cnnstudio.engine.checkpoint import is_whole, read_finished
from cnnstudio.engine.evaluation import predict
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.training import resume, train
from cnnstudio.runs.record import RunFolderError
from cnnstudio.runs.run_folder import CHECKPOINT, RunFolder
from tests.engine.small_data import project, write_images

EPOCHS = 4


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images") / "data")


@pytest.fixture(scope="module")
def whole(images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three epochs; tests resume copies of it for a fourth."""
    run = tmp_path_factory.mktemp("runs") / "run"
    train(project(epochs=EPOCHS - 1), images, run, emit=_nobody)
    return run


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "run"))


def tear(path: Path, seed: int) -> None:
    """Truncate a file at a random place."""
    content = path.read_bytes()
    path.write_bytes(content[: random.Random(f"{path.name} {seed}").randrange(len(content))])


@pytest.mark.parametrize(
    "name", ["history.csv", "batches.csv", "model.keras", "curves.png", "confusion.csv", "train.log"]
)
def test_a_torn_file_that_can_be_done_without_does_not_stop_a_resume(run: Path, name: str) -> None:
    tear(run / name, 1)
    record = resume(run, emit=_nobody, epochs=EPOCHS)
    assert record.state == "finished"
    folder = RunFolder.open(run)
    assert [row["epoch"] for row in folder.history()] == [1, 2, 3, 4]
    assert is_whole(run / "model.keras")
    assert folder.confusion() is not None
    log = (run / "train.log").read_text("utf-8")
    steps = [row["step"] for row in folder.batches()]
    assert steps == sorted(set(steps))
    assert steps[-1] == 7 * EPOCHS
    assert ("batches.csv was damaged" in log) == (name == "batches.csv") == (len(steps) < 7 * EPOCHS)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["run.json", "project.cnn", CHECKPOINT])
def test_a_torn_file_that_a_resume_needs_is_named_with_a_cure(run: Path, name: str, seed: int) -> None:
    tear(run / name, seed)
    history = (run / "history.csv").read_bytes()
    with pytest.raises((EngineError, RunFolderError, ProjectFileError)) as caught:
        resume(run, emit=_nobody, epochs=EPOCHS)
    assert Path(name).name in str(caught.value) or "saved state" in str(caught.value)
    assert caught.value.hint
    assert (run / "history.csv").read_bytes() == history


def test_a_bit_that_flipped_in_the_saved_state_is_found(run: Path) -> None:
    content = bytearray((run / CHECKPOINT).read_bytes())
    with np.load(run / CHECKPOINT) as arrays:
        kernel = arrays["v0"].tobytes()
    content[content.index(kernel) + 5] ^= 4
    (run / CHECKPOINT).write_bytes(content)
    with pytest.raises(EngineError, match="saved state cannot be read"):
        resume(run, emit=_nobody, epochs=EPOCHS)


def test_a_damaged_best_model_of_an_earlier_epoch_gives_way_to_the_last_one(run: Path, images: Path) -> None:
    with np.load(run / CHECKPOINT) as arrays:
        values = {name: arrays[name] for name in arrays.files}
    told = read_finished(run / CHECKPOINT)
    text = bytes(values["meta"]).replace(b'"best_epoch": %d' % told.best_epoch, b'"best_epoch": 1')
    np.savez(run / CHECKPOINT, **{**values, "meta": np.frombuffer(text, np.uint8)})
    (run / "model.keras").write_bytes(b"")
    resume(run, emit=_nobody, epochs=EPOCHS - 1)
    assert RunFolder.open(run).record.best_epoch == 3
    assert "model.keras was damaged" in (run / "train.log").read_text("utf-8")
    assert predict(run, paths=[images / "dark" / "00.png"])[0]["class"]


def test_a_run_killed_in_its_first_epoch_starts_again_in_its_folder(run: Path, whole: Path) -> None:
    (run / CHECKPOINT).unlink()
    for name in ("history.csv", "model.keras", "confusion.csv"):
        (run / name).unlink()
    writer_left = run / ".model.keras.x1.keras"
    writer_left.write_bytes(b"half a model")
    folder = RunFolder.open(run)
    text = (run / "run.json").read_text("utf-8").replace('"epochs_done": 3', '"epochs_done": 0')
    (run / "run.json").write_text(text, "utf-8")
    assert RunFolder.open(run).can_resume
    resume(run, emit=_nobody)
    again, first = RunFolder.open(run), RunFolder.open(whole)
    assert again.record.run_id == folder.record.run_id
    assert [row["step"] for row in again.batches()] == [row["step"] for row in first.batches()]
    assert again.history()[0]["loss"] == pytest.approx(first.history()[0]["loss"], rel=1e-4)
    assert not writer_left.exists()


def test_a_checkpoint_does_not_grow_with_the_epochs_and_a_run_goes_on_from_all_of_them(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epoch_keeper, "KEPT_ROWS", 2)
    plan = {
        "deterministic": True, "schedule": "plateau", "decay_epochs": 4, "decay_factor": 0.5,
        "stopping_min_delta": 50.0, "stopping_patience": 6,
    }  # fmt: skip
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    train(project(epochs=9, **plan), images, whole, emit=_nobody)
    train(project(epochs=4, **plan), images, parted, emit=_nobody)
    history = (parted / "history.csv").read_bytes().splitlines(keepends=True)
    (parted / "history.csv").write_bytes(b"".join(history[:4]))  # a kill kept the last row out of it
    torn = Path(shutil.copytree(parted, tmp_path / "torn"))
    resume(parted, emit=_nobody, epochs=9)
    first, second = RunFolder.open(whole).history(), RunFolder.open(parted).history()
    assert [{**row, "seconds": 0} for row in first] == [{**row, "seconds": 0} for row in second]
    rates = [row["learning_rate"] for row in RunFolder.open(parted).history()]
    assert (
        rates == [0.01] * 5 + [0.005] * 2
    )  # it fell after four epochs without progress, and ended after six
    kept = read_finished(parted / CHECKPOINT).history
    assert [row["epoch"] for row in kept] == [6, 7]
    (torn / "history.csv").write_bytes(b"".join(history[:2]))
    resume(torn, emit=_nobody, epochs=5)
    assert [row["epoch"] for row in RunFolder.open(torn).history()] == [1, 3, 4, 5]
    assert "history.csv was damaged: it lacks 1 of the first 4 epochs" in (torn / "train.log").read_text(
        "utf-8"
    )


def test_a_finished_run_without_its_saved_state_says_that_it_cannot_go_on(run: Path) -> None:
    (run / CHECKPOINT).unlink()
    assert not RunFolder.open(run).can_resume
    with pytest.raises(EngineError, match=r"saved state, .* is gone"):
        resume(run, emit=_nobody, epochs=9)


def test_a_folder_that_a_kill_left_before_its_run_json_can_be_trained_into(
    images: Path, tmp_path: Path
) -> None:
    (tmp_path / "run" / "checkpoints").mkdir(parents=True)
    (tmp_path / "run" / "project.cnn").write_text("{", "utf-8")
    (tmp_path / "run" / ".run.json.abc.tmp").write_text("{", "utf-8")
    assert train(project(epochs=1), images, tmp_path / "run", emit=_nobody).state == "finished"
    assert not list((tmp_path / "run").glob(".*"))
    assert RunFolder.open(tmp_path / "run").project().name == "Tiny"


def test_a_run_goes_on_in_another_folder_with_its_images_elsewhere(
    run: Path, images: Path, tmp_path: Path
) -> None:
    text = (run / "run.json").read_text("utf-8")
    assert str(images) in text
    (run / "run.json").write_text(text.replace(str(images), "/nowhere/at/all"), "utf-8")
    with pytest.raises(Exception, match="/nowhere/at/all"):
        resume(run, emit=_nobody, epochs=EPOCHS)
    elsewhere = Path(shutil.copytree(images, tmp_path / "elsewhere"))
    record = resume(run, emit=_nobody, epochs=EPOCHS, data_dir=elsewhere)
    assert record.state == "finished"
    assert record.data["path"] == str(elsewhere)


def _nobody(_: object) -> None:
    return
