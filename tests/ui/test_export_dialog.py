"""The export dialog: what it offers, what it writes, and what it says of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.runs.run_writer import RunWriter
from cnnstudio.ui.export_dialog import ExportDialog, export_formats
from cnnstudio.ui.jobs import Jobs

ENGINE = "tests.ui.jobs.scripted_engine:serve"


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs(ENGINE)
    yield made
    assert made.close()


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A finished run; what its model file holds is the engine's business."""
    folder = tmp_path / "lenet-5-1"
    record = RunRecord(run_id="run", name="LeNet-5", metrics={"val_accuracy": 0.861}, state="finished")
    with RunWriter.create(folder, record, Project(name="LeNet-5")) as writer:
        writer.update(state="finished")
    (folder / "model.keras").write_bytes(b"model")
    return RunFolder.open(folder)


@pytest.fixture
def dialog(qtbot: QtBot, jobs: Jobs, run: RunFolder, tmp_path: Path) -> Iterator[ExportDialog]:
    made = ExportDialog(jobs, [run], chosen=run)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def type_path(qtbot: QtBot, dialog: ExportDialog, path: Path) -> None:
    dialog.path.selectAll()
    qtbot.keyClicks(dialog.path, str(path))


def choose(dialog: ExportDialog, name: str) -> None:
    dialog.format_box.setCurrentIndex(dialog.format_box.findData(name))


@pytest.mark.engine
def test_every_format_of_the_engine_is_offered_with_its_ending() -> None:
    from cnnstudio.engine.exporting.formats import FORMATS

    assert {one.name: one.suffix for one in export_formats()} == {
        name: form.suffix for name, form in FORMATS.items()
    }


def test_the_name_follows_the_format_and_keeps_what_was_typed(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    assert dialog.path.text().endswith("lenet-5-1.keras")
    choose(dialog, "onnx")
    assert dialog.path.text().endswith("lenet-5-1.onnx")
    type_path(qtbot, dialog, tmp_path / "mine.onnx")
    choose(dialog, "litert")
    assert dialog.path.text() == str(tmp_path / "mine.tflite")


def test_an_export_says_in_words_that_the_answers_are_the_same(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    choose(dialog, "onnx")
    type_path(qtbot, dialog, tmp_path / "mine.onnx")
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert not dialog.start_button.isEnabled()
    assert dialog.close_button.text() == "Cancel"
    qtbot.waitUntil(dialog.show_button.isVisible, timeout=20_000)
    assert (tmp_path / "mine.onnx").is_file()
    said = dialog.outcome.text()
    assert "ONNX Runtime gives the same answers on 32 real images: largest difference 2e-08" in said
    assert "mine.onnx, 1 kB" in said
    assert dialog.start_button.isEnabled()


def test_cancelling_gives_the_export_up_and_keeps_the_dialog(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    type_path(qtbot, dialog, tmp_path / "mine.keras")
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.bar.maximum() == 20, timeout=20_000)
    qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.start_button.isEnabled, timeout=5000)
    assert "given up" in dialog.outcome.text()
    assert dialog.isVisible()
    assert not (tmp_path / "mine.keras").exists()


def test_the_dialog_grows_for_what_is_said(qtbot: QtBot, dialog: ExportDialog) -> None:
    before = dialog.purpose.height()
    dialog.bar.show()
    dialog.show_button.show()
    dialog._say("One line.\nAnother one.\nAnd a third.", "")
    qtbot.waitUntil(lambda: dialog.outcome.height() >= 3 * dialog.fontMetrics().height())
    assert dialog.purpose.height() >= before


def test_a_folder_that_does_not_exist_is_refused(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    type_path(qtbot, dialog, tmp_path / "nowhere" / "mine.keras")
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert "Choose a folder that exists" in dialog.outcome.text()
    assert dialog.start_button.isEnabled()


def test_without_a_trained_model_there_is_nothing_to_export(qtbot: QtBot, jobs: Jobs) -> None:
    dialog = ExportDialog(jobs, [])
    qtbot.addWidget(dialog)
    assert not dialog.start_button.isEnabled()
    assert "no trained model" in dialog.outcome.text()


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ({"largest_difference": 0.0, "real": True}, "exactly the same answers on 8 real images"),
        ({"largest_difference": 3e-8, "real": False}, "on 8 random images: largest difference 3e-08"),
        ({"largest_difference": None}, "no program here to compare"),
    ],
)
def test_the_outcome_is_said_as_it_is(dialog: ExportDialog, reply: dict[str, object], text: str) -> None:
    whole = {"path": "/a/b.keras", "format": "keras", "size": 1000, "images": 8, **reply}
    assert text in dialog.result_text(whole)
