"""New, open, save and recent files: nothing is lost without being asked, and every failure names its cure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.core.project_file import load_project, save_project
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.start_page import RecentLine
from cnnstudio.zoo import templates
from tests.ui.window_fixtures import answering, edit, make_window

Button = QMessageBox.StandardButton


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return make_window(qtbot, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lenet.cnn"
    save_project(Project(name="LeNet", network=templates()["lenet5"].build()), path)
    return path


def choose_file(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    """The user picks this file (None: cancels) in the system's dialog."""
    answer = lambda *args: ("" if path is None else str(path), "")  # noqa: E731 - two names for one answer
    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)


def test_what_is_saved_is_opened_again(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(window.session)
    choose_file(monkeypatch, tmp_path / "mine")
    window.commands["save"].trigger()
    assert load_project(tmp_path / "mine.cnn").network.nodes.keys() == {"extra"}
    assert not window.session.document.is_modified
    assert window.session.document.project.name == "mine"
    edit(window.session, "second")
    window.commands["save"].trigger()
    assert load_project(tmp_path / "mine.cnn").network.nodes.keys() == {"extra", "second"}


def test_cancelling_the_file_dialog_saves_nothing(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(window.session)
    choose_file(monkeypatch, None)
    window.commands["save"].trigger()
    assert window.session.document.is_modified
    assert not list(tmp_path.glob("*.cnn"))


def test_opening_shows_the_project(window: MainWindow, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose_file(monkeypatch, file)
    window.commands["open"].trigger()
    assert window.design.isVisible()
    assert window.files.path == file
    assert "conv2" in window.session.network.nodes
    assert window.windowFilePath() == str(file)


def test_unsaved_work_is_saved_when_the_user_says_so(
    window: MainWindow, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(window.session)
    choose_file(monkeypatch, tmp_path / "kept.cnn")
    with answering(Button.Save):
        assert window.open_path(file)
    assert load_project(tmp_path / "kept.cnn").network.nodes.keys() == {"extra"}
    assert window.files.path == file


def test_cancel_keeps_the_unsaved_work(window: MainWindow, file: Path) -> None:
    edit(window.session)
    with answering(Button.Cancel):
        assert not window.open_path(file)
    assert window.session.network.nodes.keys() == {"extra"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"format": "cnnstudio.project",\n "version": 1, "network": {', "line 2"),
        ('{"format": "cnnstudio.project", "version": 99}', "newer CNN Studio"),
        ('{"format": "something else"}', "not a CNN Studio project"),
        ("", "lenet.cnn"),
    ],
)
def test_a_broken_file_is_refused_in_words_and_the_open_project_stays(
    window: MainWindow, file: Path, content: str, told: str
) -> None:
    window.session.document.set_name("Present")
    window.session.document.mark_saved(window.session.document.project)
    file.write_text(content, "utf-8")
    seen: list[str] = []
    with answering(Button.Ok, seen):
        assert not window.open_path(file)
    assert told in seen[0]
    assert window.session.document.project.name == "Present"


def test_a_missing_file_is_told(window: MainWindow, tmp_path: Path) -> None:
    seen: list[str] = []
    with answering(Button.Ok, seen):
        assert not window.open_path(tmp_path / "gone.cnn")
    assert "gone.cnn" in seen[0]


def test_a_full_disk_while_saving_is_told_and_nothing_is_lost(
    window: MainWindow, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_path(file)
    before = file.read_bytes()
    edit(window.session)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    seen: list[str] = []
    with monkeypatch.context() as patch, answering(Button.Ok, seen):
        patch.setattr(os, "fsync", full)
        assert not window.files.save()
    assert "lenet.cnn" in seen[0]
    assert file.read_bytes() == before
    assert window.session.document.is_modified
    assert window.files.save()
    assert "extra" in load_project(file).network.nodes


def test_no_permission_while_saving_is_told(
    window: MainWindow, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_path(file)
    before = file.read_bytes()
    edit(window.session)

    def refuse(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    seen: list[str] = []
    with monkeypatch.context() as patch, answering(Button.Ok, seen):
        patch.setattr(os, "replace", refuse)
        assert not window.files.save()
    assert "lenet.cnn" in seen[0]
    assert file.read_bytes() == before
    assert window.session.document.is_modified


def test_a_folder_that_does_not_exist_is_told(window: MainWindow, tmp_path: Path) -> None:
    edit(window.session)
    window.files.replace(
        window.session.document.project, path=tmp_path / "no" / "such" / "x.cnn", saved=False
    )
    seen: list[str] = []
    with answering(Button.Ok, seen):
        assert not window.files.save()
    assert "x.cnn" in seen[0]
    assert window.session.document.is_modified


def test_recent_files_are_offered_newest_first_without_those_that_are_gone(
    qtbot: QtBot, window: MainWindow, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.cnn"
    save_project(Project(name="Other"), other)
    window.open_path(file)
    window.open_path(other)
    assert window.files.recent.paths == (other, file)
    window.show_start_page()
    lines = [line for line in window.start_page.findChildren(RecentLine) if line.isVisible()]
    assert [line.text() for line in lines] == ["other", "lenet"]
    lines[1].click()
    assert window.files.path == file
    other.unlink()
    assert window.files.recent.paths == (file,)


def test_the_list_of_recent_files_outlives_the_window(qtbot: QtBot, window: MainWindow, file: Path) -> None:
    window.open_path(file)
    window.close()
    again = make_window(qtbot, file.parent)
    assert again.files.recent.paths == (file,)
