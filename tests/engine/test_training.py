"""Training for real, on small pictures: what the run folder holds, pausing, stopping, resuming, failing."""

from __future__ import annotations

import csv
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.engine.checkpoint import read_finished
from cnnstudio.engine.control import RunControl
from cnnstudio.engine.evaluation import evaluate, load_trained, predict
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.training import resume, train
from cnnstudio.runs.events import BatchEnded, EpochEnded, PhaseChanged, RunEnded, RunEvent
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunFolderError
from cnnstudio.runs.run_folder import CHECKPOINT, RunFolder
from cnnstudio.runs.training_run import TrainingRun
from tests.engine.small_data import network, node, project, write_images


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images") / "data")


@pytest.fixture(scope="module")
def finished(images: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[RunEvent]]:
    events: list[RunEvent] = []
    run = tmp_path_factory.mktemp("runs") / "run"
    train(project(epochs=3), images, run, emit=events.append, run_id="abc")
    return run, events


def test_a_run_leaves_every_file_of_the_contract(finished: tuple[Path, list[RunEvent]]) -> None:
    run, _ = finished
    names = {str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()}
    assert names == {
        "run.json",
        "project.cnn",
        "history.csv",
        "batches.csv",
        "model.keras",
        "checkpoints/last.npz",
        "curves.png",
        "confusion.csv",
        "train.log",
    }
    record = RunFolder.open(run).record
    assert record.state == "finished"
    assert record.classes == ("bright", "dark", "striped")
    assert record.data["train"] == 54
    assert record.data["validation"] == 18
    assert record.input_shape == (16, 16, 1)
    assert record.versions["keras"]
    assert record.process is None
    assert record.metrics["val_accuracy"] > 0.6
    with Image.open(run / "curves.png") as picture:
        assert picture.size == (1600, 640)


def test_history_has_a_row_for_each_epoch_and_batches_one_for_each_batch(
    finished: tuple[Path, list[RunEvent]],
) -> None:
    folder = RunFolder.open(finished[0])
    history = folder.history()
    assert [row["epoch"] for row in history] == [1, 2, 3]
    assert list(history[0]) == [
        "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds",
    ]  # fmt: skip
    assert history[0]["learning_rate"] == 0.01
    batches = folder.batches()
    assert [row["step"] for row in batches] == list(range(1, 22))
    # an epoch's loss is the mean over its images: 6 batches of 8 and one of 6
    sizes = [8, 8, 8, 8, 8, 8, 6]
    for epoch in range(3):
        rows = batches[7 * epoch : 7 * epoch + 7]
        mean = sum(row["loss"] * size for row, size in zip(rows, sizes, strict=True)) / 54
        assert mean == pytest.approx(history[epoch]["loss"], rel=1e-3)
        right = sum(row["accuracy"] * size for row, size in zip(rows, sizes, strict=True))
        assert right / 54 == pytest.approx(history[epoch]["accuracy"], abs=1e-3)
        assert all(
            round(row["accuracy"] * size, 3).is_integer() for row, size in zip(rows, sizes, strict=True)
        )


def test_events_tell_the_same_story_as_the_folder(finished: tuple[Path, list[RunEvent]]) -> None:
    run, events = finished
    assert all(event.run_id == "abc" for event in events)
    told = TrainingRun(run_id="abc")
    for event in events:
        told = told.apply(event)
    read = RunFolder.open(run).training_run()
    assert told.state == read.state == "finished"
    assert told.history == read.history
    assert told.progress == read.progress == 1.0
    assert np.allclose(told.batches["loss"].ys, read.batches["loss"].ys, rtol=1e-4)
    assert np.array_equal(told.batches["loss"].xs, read.batches["loss"].xs)
    assert told.best_epoch == read.best_epoch
    phases = [event.phase for event in events if isinstance(event, PhaseChanged)]
    assert phases[0] == "preparing"
    assert "building" in phases
    assert phases[-1] == "saving"
    assert isinstance(events[-1], RunEnded)


def test_confusion_csv_counts_the_validation_images(finished: tuple[Path, list[RunEvent]]) -> None:
    folder = RunFolder.open(finished[0])
    confusion = folder.confusion()
    assert confusion is not None
    classes, matrix = confusion
    assert classes == ("bright", "dark", "striped")
    assert [sum(row) for row in matrix] == [6, 6, 6]
    right = sum(matrix[number][number] for number in range(3))
    assert right / 18 == pytest.approx(folder.record.metrics["val_accuracy"], abs=1e-6)


def test_evaluation_agrees_with_training(finished: tuple[Path, list[RunEvent]], images: Path) -> None:
    run, _ = finished
    record = RunFolder.open(run).record
    found = evaluate(run, images, part="validation")
    assert found["images"] == 18
    assert found["accuracy"] == pytest.approx(record.metrics["val_accuracy"], abs=1e-6)
    assert found["loss"] == pytest.approx(record.metrics["val_loss"], rel=1e-4)
    assert evaluate(run, images)["images"] == 72


def test_prediction_names_the_class_and_the_files_it_cannot_read(
    finished: tuple[Path, list[RunEvent]], images: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"not a picture")
    dark, bad, bright = predict(
        finished[0], paths=[images / "dark" / "03.png", broken, images / "bright" / "05.png"]
    )
    assert dark["class"] == "dark"
    assert bright["class"] == "bright"
    assert "error" in bad
    assert "hint" in bad
    total = sum(entry["probability"] for entry in dark["top"])  # type: ignore[attr-defined]
    assert total == pytest.approx(1.0, abs=1e-4)


def test_model_keras_is_a_plain_keras_file_that_agrees(
    finished: tuple[Path, list[RunEvent]], images: Path
) -> None:
    import keras

    model = keras.saving.load_model(finished[0] / "model.keras")
    pixels = np.asarray(Image.open(images / "striped" / "01.png"))[None, :, :, None]
    alone = np.asarray(model(pixels.astype(np.float32) / 255.0))
    ours = load_trained(finished[0]).probabilities(pixels)
    assert np.allclose(alone, ours, atol=1e-6)
    assert not model.compiled


def test_a_resumed_run_equals_one_that_was_never_interrupted(
    finished: tuple[Path, list[RunEvent]], images: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    train(project(epochs=1), images, run, emit=_nobody)
    assert RunFolder.open(run).can_resume
    record = resume(run, emit=_nobody, epochs=3)
    assert record.state == "finished"
    whole, parts = RunFolder.open(finished[0]), RunFolder.open(run)
    for one, other in zip(whole.history(), parts.history(), strict=True):
        for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
            assert one[name] == pytest.approx(other[name], abs=1e-6)
    assert [row["step"] for row in parts.batches()] == list(range(1, 22))
    first, second = np.load(finished[0] / CHECKPOINT), np.load(run / CHECKPOINT)
    for name in first.files:
        if name != "meta":
            assert np.allclose(first[name], second[name], atol=1e-6), name


def test_an_epoch_that_a_kill_kept_out_of_the_tables_is_told_from_its_checkpoint(
    finished: tuple[Path, list[RunEvent]], images: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    train(project(epochs=2), images, run, emit=_nobody)
    history = (run / "history.csv").read_text("utf-8").splitlines(keepends=True)
    (run / "history.csv").write_text("".join(history[:2]) + "2,0.5,0.", "utf-8")
    resume(run, emit=_nobody, epochs=3)
    again = (run / "history.csv").read_text("utf-8").splitlines(keepends=True)
    assert again[:3] == history
    assert [row["epoch"] for row in RunFolder.open(run).history()] == [1, 2, 3]


def test_stopping_now_keeps_the_finished_epochs(images: Path, tmp_path: Path) -> None:
    control = RunControl()
    events: list[RunEvent] = []

    def emit(event: RunEvent) -> None:
        events.append(event)
        if isinstance(event, BatchEnded) and event.epoch == 2:
            control.stop_now()

    # batches are told ten times a second, so there must be enough of them
    record = train(project(epochs=1000, batch_size=1), images, tmp_path / "run", emit=emit, control=control)
    assert record.state == "stopped"
    folder = RunFolder.open(tmp_path / "run")
    assert folder.has_model
    assert folder.confusion() is not None
    assert 1 <= len(folder.history()) < 1000
    assert read_finished(tmp_path / "run" / CHECKPOINT).epoch == len(folder.history()) == record.epochs_done
    assert isinstance(events[-1], RunEnded)
    assert events[-1].state == "stopped"
    assert predict(tmp_path / "run", paths=[images / "dark" / "00.png"])[0]["class"]


def test_stopping_in_the_first_epoch_still_leaves_a_model(images: Path, tmp_path: Path) -> None:
    control = RunControl()

    def emit(event: RunEvent) -> None:
        if isinstance(event, PhaseChanged) and event.phase == "training":
            control.stop_now()

    plan = TrainingPlan(epochs=50, batch_size=1)
    record = train(project(), images, tmp_path / "run", emit=emit, control=control, plan=plan)
    folder = RunFolder.open(tmp_path / "run")
    assert record.state == "stopped"
    assert record.best_epoch == 0
    assert folder.history() == []
    assert folder.has_model


def test_stopping_after_the_epoch_finishes_it(images: Path, tmp_path: Path) -> None:
    control = RunControl()

    def emit(event: RunEvent) -> None:
        if isinstance(event, PhaseChanged) and event.phase == "validating":
            control.stop_after_epoch()

    record = train(project(epochs=9), images, tmp_path / "run", emit=emit, control=control)
    assert record.state == "stopped"
    assert [row["epoch"] for row in RunFolder.open(tmp_path / "run").history()] == [1]


def test_a_pause_holds_the_run_and_continuing_ends_it(images: Path, tmp_path: Path) -> None:
    control = RunControl()
    control.pause()
    paused, ended = threading.Event(), threading.Event()
    events: list[RunEvent] = []

    def emit(event: RunEvent) -> None:
        events.append(event)
        if isinstance(event, PhaseChanged) and event.phase == "paused":
            paused.set()

    def work() -> None:
        train(project(epochs=1), images, tmp_path / "run", emit=emit, control=control)
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert paused.wait(60)
    seen = len(events)
    assert RunFolder.open(tmp_path / "run").state == "paused"
    assert not ended.wait(0.3)
    assert len(events) == seen
    control.resume()
    thread.join(60)
    assert ended.is_set()
    assert RunFolder.open(tmp_path / "run").state == "finished"
    assert len(RunFolder.open(tmp_path / "run").batches()) == 7


def test_a_loss_that_is_no_number_ends_the_run_with_a_cure(images: Path, tmp_path: Path) -> None:
    events: list[RunEvent] = []
    plan = TrainingPlan(optimizer="sgd", learning_rate=1e30, epochs=3, batch_size=8)
    with pytest.raises(EngineError, match="no longer a number") as caught:
        train(project(), images, tmp_path / "run", emit=events.append, plan=plan)
    assert "learning rate" in str(caught.value.hint)
    folder = RunFolder.open(tmp_path / "run")
    assert folder.state == "failed"
    assert folder.record.failure is not None
    assert "learning rate" in folder.record.failure["hint"]
    assert isinstance(events[-1], RunEnded)
    assert events[-1].state == "failed"


def test_broken_pictures_are_left_out_and_named(tmp_path: Path) -> None:
    data = write_images(tmp_path / "data", each=8)
    whole = (data / "dark" / "03.png").read_bytes()
    (data / "dark" / "03.png").write_bytes(whole[: len(whole) // 2])
    (data / "bright" / "empty.png").write_bytes(b"")
    (data / "bright" / "text.jpg").write_text("hello")
    record = train(project(epochs=1), data, tmp_path / "run", emit=_nobody)
    assert record.state == "finished"
    assert set(record.data["left_out"]) == {"dark/03.png", "bright/empty.png", "bright/text.jpg"}  # type: ignore[call-overload]
    log = (tmp_path / "run" / "train.log").read_text("utf-8")
    assert "left out: dark/03.png" in log


@pytest.mark.parametrize("classes", [(), ("only",)])
def test_a_folder_that_cannot_teach_is_refused_before_anything_is_written(
    tmp_path: Path, classes: tuple[str, ...]
) -> None:
    (tmp_path / "data").mkdir()
    if classes:
        write_images(tmp_path / "data" / "x", each=4, classes=classes)
        (tmp_path / "data" / "x").rename(tmp_path / "other")
    data = tmp_path / "other" if classes else tmp_path / "data"
    with pytest.raises(EngineError) as caught:
        train(project(), data, tmp_path / "run", emit=_nobody)
    assert caught.value.hint
    assert not (tmp_path / "run").exists()


def test_a_class_count_that_does_not_fit_says_how_many_units_are_needed(images: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="10 classes") as caught:
        train(project(network(10)), images, tmp_path / "run", emit=_nobody)
    assert "3 units" in str(caught.value.hint)


def test_a_used_folder_is_not_overwritten(finished: tuple[Path, list[RunEvent]], images: Path) -> None:
    before = (finished[0] / "run.json").read_bytes()
    with pytest.raises(RunFolderError, match="not empty"):
        train(project(), images, finished[0], emit=_nobody)
    assert (finished[0] / "run.json").read_bytes() == before


@pytest.mark.parametrize(
    ("units", "activation", "loss"),
    [
        (3, None, "auto"),
        (3, "sigmoid", "auto"),
        (3, "softmax", "categorical_crossentropy"),
        (3, "softmax", "mean_squared_error"),
    ],
)
def test_every_head_learns(
    images: Path, tmp_path: Path, units: int, activation: str | None, loss: str
) -> None:
    plan = TrainingPlan(epochs=8, batch_size=8, learning_rate=0.01, loss=loss)
    net = network(units, activation=activation)
    record = train(project(net), images, tmp_path / "run", emit=_nobody, plan=plan)
    assert record.metrics["val_accuracy"] > 0.6
    found = evaluate(tmp_path / "run", images, part="validation")
    assert found["accuracy"] == pytest.approx(record.metrics["val_accuracy"], abs=1e-6)


def test_one_sigmoid_unit_tells_two_classes_apart(tmp_path: Path) -> None:
    data = write_images(tmp_path / "data", classes=("bright", "dark"))
    plan = TrainingPlan(epochs=8, batch_size=8, learning_rate=0.01)
    record = train(project(network(1, activation="sigmoid")), data, tmp_path / "run", emit=_nobody, plan=plan)
    assert record.metrics["val_accuracy"] > 0.9
    assert predict(tmp_path / "run", paths=[data / "bright" / "00.png"])[0]["class"] == "bright"
    assert predict(tmp_path / "run", paths=[data / "dark" / "00.png"])[0]["class"] == "dark"


def test_a_rescaling_layer_is_fed_raw_pixels_everywhere(images: Path, tmp_path: Path) -> None:
    net = network(3, node("scale", "Rescaling", scale=1 / 255))
    record = train(project(net, epochs=4), images, tmp_path / "run", emit=_nobody)
    assert record.pixels == "0..255"
    found = evaluate(tmp_path / "run", images, part="validation")
    assert found["accuracy"] == pytest.approx(record.metrics["val_accuracy"], abs=1e-6)
    plain = train(project(epochs=4), images, tmp_path / "plain", emit=_nobody)
    assert plain.pixels == "0..1"
    assert plain.metrics["val_loss"] == pytest.approx(record.metrics["val_loss"], rel=1e-3)


def test_without_validation_the_best_epoch_goes_by_the_loss(images: Path, tmp_path: Path) -> None:
    whole = replace(project(epochs=2), data=Params(validation_split=0.0))
    record = train(whole, images, tmp_path / "run", emit=_nobody)
    folder = RunFolder.open(tmp_path / "run")
    assert "val_loss" not in folder.history()[0]
    losses = [row["loss"] for row in folder.history()]
    assert record.best_epoch == losses.index(min(losses)) + 1


def test_mixed_precision_trains_and_resumes(images: Path, tmp_path: Path) -> None:
    plan = TrainingPlan(epochs=1, batch_size=8, mixed_precision=True)
    record = train(project(), images, tmp_path / "run", emit=_nobody, plan=plan)
    assert record.state == "finished"
    assert resume(tmp_path / "run", emit=_nobody, epochs=2).epochs_done == 2


def test_running_out_of_memory_says_what_helps() -> None:
    from cnnstudio.engine.failures import explain

    explained = explain(MemoryError())
    assert isinstance(explained.message, Message)
    assert "batch size" in str(explained.hint)


def test_a_training_without_run_is_refused_for_resuming(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="not a run folder"):
        resume(tmp_path, emit=_nobody)


def test_history_csv_is_plain_csv(finished: tuple[Path, list[RunEvent]]) -> None:
    with (finished[0] / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    epochs = [event for event in finished[1] if isinstance(event, EpochEnded)]
    assert [float(row["loss"]) for row in rows] == [event.metrics["loss"] for event in epochs]


def _nobody(event: RunEvent) -> None:
    """Hears everything and does nothing."""
