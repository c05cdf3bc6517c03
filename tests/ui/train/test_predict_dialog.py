"""Trying a model on pictures: several at once, each with its likeliest classes, unreadable files by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.train.predict_dialog import MOST, PredictDialog


@pytest.fixture
def dialog(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> PredictDialog:
    runs = [
        RunFolder(path=tmp_path / name, record=RunRecord(run_id=name, name=name), state="finished")
        for name in ("newer", "older")
    ]
    made = PredictDialog(jobs, runs)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("cat.png", "broken.jpg", "owl.png")]
    for path in paths:
        Image.fromarray(np.full((9, 12), 90, np.uint8)).save(path)
    return paths


def test_several_pictures_are_told_at_once_and_unreadable_ones_named(
    qtbot: QtBot, dialog: PredictDialog, pictures: list[Path]
) -> None:
    dialog.show_pictures(pictures)
    qtbot.waitUntil(lambda: len(dialog.rows) == 3)
    names = [row.accessibleName() for row in dialog.rows]
    assert names[0] == "cat.png: cat 80.0 %, dog 10.0 %, owl 10.0 %"
    assert names[1] == "broken.jpg: The file is cut off. Copy it again."
    assert "1 cannot be read" in dialog.text.text()


def test_pictures_dropped_on_the_dialog_replace_the_others(
    qtbot: QtBot, dialog: PredictDialog, pictures: list[Path]
) -> None:
    dialog.show_pictures(pictures)
    qtbot.waitUntil(lambda: len(dialog.rows) == 3)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(pictures[2]))])
    copy, left, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(dialog, QDragEnterEvent(QPoint(9, 9), copy, data, left, keys))
    QApplication.sendEvent(dialog, QDropEvent(QPointF(9, 9), copy, data, left, keys))
    qtbot.waitUntil(lambda: len(dialog.rows) == 1)
    assert dialog.rows[0].accessibleName().startswith("owl.png")


def test_another_model_is_asked_about_the_same_pictures(
    qtbot: QtBot, dialog: PredictDialog, pictures: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(pictures[0])], ""))
    qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(dialog.rows) == 1)
    first = dialog.rows[0]
    dialog.choose_run(RunFolder(path=dialog._runs[1].path, record=RunRecord(run_id=""), state="finished"))
    assert dialog.run.currentText() == "older"
    qtbot.waitUntil(lambda: len(dialog.rows) == 1 and dialog.rows[0] is not first)


def test_too_many_pictures_are_cut_off_and_that_is_said(
    qtbot: QtBot, dialog: PredictDialog, tmp_path: Path
) -> None:
    dialog.show_pictures([tmp_path / f"broken{number}.png" for number in range(MOST + 7)])
    qtbot.waitUntil(lambda: len(dialog.rows) == MOST)
    assert "7 more were left out" in dialog.text.text()


def test_files_are_looked_for_where_the_data_are_and_then_where_the_last_ones_were(
    qtbot: QtBot, jobs: Jobs, pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "labels.csv").touch()
    runs = [
        RunFolder(path=tmp_path / name, record=RunRecord(run_id=name, data={"path": path}), state="finished")
        for name, path in (
            ("folder", str(tmp_path / "data")),
            ("table", str(tmp_path / "data" / "labels.csv")),
            ("gone", str(tmp_path / "gone")),
            ("none", ""),
        )
    ]
    dialog = PredictDialog(jobs, runs)
    qtbot.addWidget(dialog)
    dialog.show()
    starts: list[str] = []

    def chosen(_parent: object, _title: str, start: str, _filter: str) -> tuple[list[str], str]:
        starts.append(start)
        return [], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", chosen)
    for run in runs:
        dialog.choose_run(run)
        dialog.choose()
    assert starts == [str(tmp_path / "data"), str(tmp_path / "data"), "", ""]
    dialog.show_pictures(pictures)
    qtbot.waitUntil(lambda: len(dialog.rows) == 3)
    dialog.choose()
    assert starts[-1] == str(tmp_path)
    dialog.reject()  # waits for the picture that is being read
