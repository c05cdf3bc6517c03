"""What takes long at a split or a table is worked out beside the window, and only for the settings that hold."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.data.leakage import divided
from cnnstudio.data.report import DataReport
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.tables.table import read_table
from cnnstudio.ui.data import data_workspace
from cnnstudio.ui.data.data_workspace import DataWorkspace
from cnnstudio.ui.data.table_dialog import TableDialog
from tests.ui.data.test_data_workspace import make_images, scan


def counts(workspace: DataWorkspace) -> str:
    return " ".join(label.text() for label in workspace.facts.findChildren(QLabel))


class Held:
    """Stands for a function; holds every call until `gate` is set, and keeps who called."""

    def __init__(self, function: Callable[..., object]) -> None:
        self.gate = threading.Event()
        self.threads: list[threading.Thread] = []
        self.calls: list[tuple[object, ...]] = []
        self._function = function

    def __call__(self, *arguments: object) -> object:
        self.threads.append(threading.current_thread())
        self.calls.append(arguments)
        assert self.gate.wait(20)
        return self._function(*arguments)


def test_many_changes_of_the_split_show_the_last_one_and_never_hold_the_window(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 10, "b": 10}))
    assert "16 train, 4 validate" in counts(workspace)
    held = Held(divided)
    monkeypatch.setattr(data_workspace, "divided", held)
    for share in (0.1, 0.3, 0.2, 0.5):
        workspace.facts.split_edited.emit(share, 0.0, 1)
    qtbot.waitUntil(lambda: "Working out the split" in counts(workspace))
    held.gate.set()
    qtbot.waitUntil(lambda: "10 train, 10 validate" in counts(workspace))
    assert workspace.facts.to_train_on == 10
    assert [one.validation_split for _, one in held.calls if isinstance(one, DataSettings)] == [0.1, 0.5]
    assert threading.main_thread() not in held.threads


def test_a_split_that_changes_while_the_folder_is_read_is_the_one_that_is_shown(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path
) -> None:
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        workspace.choose_folder(make_images(tmp_path / "data", {"a": 10, "b": 10}))
        workspace.facts.split_edited.emit(0.3, 0.0, 1)
    qtbot.waitUntil(lambda: "14 train, 6 validate" in counts(workspace))


def test_a_split_of_other_data_is_not_shown_for_these(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 10, "b": 10}))
    held = Held(divided)
    monkeypatch.setattr(data_workspace, "divided", held)
    workspace.facts.split_edited.emit(0.5, 0.0, 1)
    scan(qtbot, workspace, make_images(tmp_path / "other", {"a": 4, "b": 4}))
    held.gate.set()
    qtbot.waitUntil(lambda: workspace._splitting._current is None)
    assert "4 train, 4 validate" in counts(workspace)
    assert workspace.report is not None
    assert len(workspace.report.images) == 8


def test_a_table_is_read_beside_the_window_before_its_dialog_opens(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_images(tmp_path, {"a": 4, "b": 4})
    path = tmp_path / "all.csv"
    path.write_text("file,label\n" + "".join(f"{c}/{n}.png,{c}\n" for c in "ab" for n in range(4)))
    scan(qtbot, workspace, path)
    held = Held(read_table)
    monkeypatch.setattr(data_workspace, "read_table", held)
    opened: list[TableDialog] = []

    def leave(dialog: TableDialog) -> int:
        opened.append(dialog)
        return TableDialog.DialogCode.Rejected

    monkeypatch.setattr(TableDialog, "exec", leave)
    button = workspace.findChild(QPushButton, "tableReading")
    assert button is not None
    button.click()
    qtbot.waitUntil(lambda: not button.isEnabled())
    assert "Reading" in button.text()
    scan(
        qtbot, workspace, tmp_path / "a" / ".."
    )  # other data meanwhile: nobody waits for that table any more
    assert button.isEnabled()
    held.gate.set()
    qtbot.waitUntil(lambda: workspace._reading._current is None)
    assert not opened
    scan(qtbot, workspace, path)
    button.click()
    qtbot.waitUntil(lambda: len(opened) == 1)
    assert threading.main_thread() not in held.threads


def test_a_division_that_cannot_be_says_why(tmp_path: Path) -> None:
    report = DataReport(
        root=tmp_path, layout="classes", classes=(), images=(), problems=(), duplicates=(), error=None
    )
    wrong = divided(report, DataSettings(validation_split=0.6, test_split=0.6))
    assert wrong.parts is None
    assert wrong.error is not None
    assert "less than 1" in str(wrong.error)
