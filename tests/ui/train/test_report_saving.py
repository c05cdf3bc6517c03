"""A report saved from the window: where the user says, with the network drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.core.project_file import save_project
from cnnstudio.layers import catalogue
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import PROJECT, RECORD, RunFolder
from cnnstudio.ui.train.report_saving import save_report
from cnnstudio.zoo import templates


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    folder = tmp_path / "run-1"
    folder.mkdir()
    (folder / RECORD).write_text(json.dumps(RunRecord(run_id="a", state="finished").to_json()), "utf-8")
    save_project(Project(name="LeNet-5", network=templates()["lenet5"].build()), folder / PROJECT)
    return RunFolder.open(folder)


def test_a_report_is_saved_with_the_network_drawn(
    run: RunFolder, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    assert "mine.html" in save_report(run, None, catalogue(), window)
    assert "data:image/svg+xml" in (tmp_path / "mine.html").read_text("utf-8")


def test_a_folder_that_cannot_be_written_is_told(
    run: RunFolder, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "r.md"), ""))
    monkeypatch.setattr(QMessageBox, "warning", lambda *words: said.append(words[-1]))
    assert save_report(run, None, catalogue(), window) == ""
    assert said == ["No such file or directory"]


def test_changing_ones_mind_writes_nothing(
    run: RunFolder, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    assert save_report(run, None, catalogue(), window) == ""
    assert [path.name for path in tmp_path.iterdir()] == ["run-1"]
