"""The Data workspace with tables and other files: labels, numbers, how they are chosen, and what fits the network."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import set_params
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.data import scan_apart
from cnnstudio.data.table_settings import TableSettings
from cnnstudio.data.tables.table import read_table
from cnnstudio.data.unpacking import archive
from cnnstudio.ui.data.data_workspace import DataWorkspace
from cnnstudio.ui.data.table_dialog import TableDialog
from cnnstudio.ui.session import Session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for number in range(12):
        Image.fromarray(np.full((28, 28), 20 * number, np.uint8)).save(tmp_path / "images" / f"{number}.png")
    return tmp_path


def labels(folder: Path) -> Path:
    path = folder / "labels.csv"
    cells = ["sun", "sun|sea", "", "sea"] * 3
    path.write_text("file,tags\n" + "".join(f"{n}.png,{cell}\n" for n, cell in enumerate(cells)))
    return path


def numbers(folder: Path) -> Path:
    path = folder / "numbers.csv"
    path.write_text("file,light\n" + "".join(f"{n}.png,{n / 8}\n" for n in range(12)))
    return path


def scan(qtbot: QtBot, workspace: DataWorkspace, path: Path) -> None:
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        workspace.choose_folder(path)


def texts(workspace: DataWorkspace) -> str:
    return " ".join(label.text() for label in workspace.findChildren(QLabel))


def rows(workspace: DataWorkspace) -> list[tuple[str, str]]:
    model = workspace.table.model()
    return [(model.index(row, 0).data(), model.index(row, 1).data()) for row in range(model.rowCount())]


def test_labels_are_listed_and_each_shows_its_pictures_with_all_their_labels(
    qtbot: QtBot, workspace: DataWorkspace, folder: Path
) -> None:
    scan(qtbot, workspace, labels(folder))
    assert rows(workspace) == [("sea", "6"), ("sun", "6"), ("(no label)", "3")]
    assert workspace.table.model().headerData(0, Qt.Orientation.Horizontal) == "Label"
    workspace.table.selectRow(1)
    wall = workspace.wall.pictures
    assert [path.name for path in wall.paths] == ["0.png", "1.png", "4.png", "5.png", "8.png", "9.png"]
    assert wall.data(wall.index(1), Qt.ItemDataRole.ToolTipRole) == "1.png\nsea, sun"
    assert "12 images with 2 labels" in texts(workspace)
    assert "Each set of labels is split alike" in texts(workspace)


def test_numbers_are_listed_in_ranges_that_hold_every_image_once(
    qtbot: QtBot, workspace: DataWorkspace, folder: Path
) -> None:
    scan(qtbot, workspace, numbers(folder))
    found = rows(workspace)
    assert len(found) == 10
    assert sum(int(count) for _, count in found) == 12
    assert found[0] == ("0 … 0.1375", "2")
    workspace.table.selectRow(9)
    wall = workspace.wall.pictures
    assert wall.data(wall.index(0), Qt.ItemDataRole.ToolTipRole).startswith("10.png\nlight 1.25")
    assert "each with a number to learn" in texts(workspace)


@pytest.mark.parametrize(
    ("table", "outputs", "activation", "words"),
    [(labels, 2, "sigmoid", "2 outputs, sigmoid"), (numbers, 1, "linear", "1 output, no activation")],
)
def test_the_networks_end_takes_labels_and_numbers_over_and_undo_takes_them_back(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, folder: Path, table, outputs, activation, words
) -> None:
    last = next(node for node in session.network.nodes.values() if not session.network.outputs(node.id))
    softmax = set_params(session.network, last.id, {"activation": "softmax"})
    session.document.open(Project(network=softmax))
    first = session.network
    scan(qtbot, workspace, table(folder))
    take = workspace.findChild(QPushButton, "takeClasses")
    assert take is not None
    assert words in take.text()
    qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
    assert session.network.nodes[last.id].params["units"] == outputs
    assert session.network.nodes[last.id].params["activation"] == activation
    assert session.analysis.ok
    assert take.isHidden()
    assert "fit." in texts(workspace)
    session.undo()
    assert session.network is first


def test_hints_count_no_classes_where_there_are_none(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, folder: Path
) -> None:
    scan(qtbot, workspace, numbers(folder))
    assert session.hint_context.classes is None
    assert session.hint_context.task == "regression"
    assert session.hint_context.samples == 12


def test_a_table_is_chosen_in_a_dialog_for_files(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_parent: object, _title: str, _start: str, kinds: str) -> tuple[str, str]:
        asked.append(kinds)
        return str(labels(folder)), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    menu = workspace.findChild(QMenu, "dataChoices")
    assert menu is not None
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        menu.actions()[1].trigger()
    assert session.document.project.data["path"] == str(folder / "labels.csv")
    assert all(ending in asked[0] for ending in ("*.csv", "*.npz", "*.tar.gz", "*-ubyte.gz"))


def test_how_a_table_is_read_is_forgotten_with_the_table(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, folder: Path
) -> None:
    path = numbers(folder)
    session.document.set_data(Params(path=str(path), table={"task": "classification"}))
    qtbot.waitUntil(lambda: workspace.report is not None, timeout=20_000)
    assert workspace.report is not None
    assert workspace.report.task == "classification"
    scan(qtbot, workspace, path)
    assert "table" in session.document.project.data
    scan(qtbot, workspace, labels(folder))
    assert "table" not in session.document.project.data


@pytest.mark.parametrize(
    ("name", "taken"), [("labels.csv", True), ("images", True), ("images/0.png", False), ("notes.doc", False)]
)
def test_what_can_be_read_can_be_dropped(
    workspace: DataWorkspace, folder: Path, name: str, taken: bool
) -> None:
    labels(folder)
    (folder / "notes.doc").touch()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder / name))])
    event = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    workspace.dragEnterEvent(event)
    assert event.isAccepted() is taken


def test_how_a_table_is_read_can_be_said_in_a_dialog(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "odd.csv"
    path.write_text("file,label,width\n" + "".join(f"{n}.png,{'ab'[n % 2]},{n}.5\n" for n in range(12)))
    scan(qtbot, workspace, path)
    assert rows(workspace) == [("a", "6"), ("b", "6")]
    button = workspace.findChild(QPushButton, "tableReading")
    assert button is not None
    assert button.isVisible()
    shown: list[list[str]] = []

    def answer(dialog: TableDialog) -> int:
        items = [dialog.labels.item(row) for row in range(3)]
        shown.append([item.text() for item in items if item.checkState() == Qt.CheckState.Checked])
        items[1].setCheckState(Qt.CheckState.Unchecked)
        items[2].setCheckState(Qt.CheckState.Checked)
        return TableDialog.DialogCode.Accepted

    monkeypatch.setattr(TableDialog, "exec", answer)
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown == [["label"]]
    assert workspace._settings().table.to_json() == {"label_columns": ["width"]}
    assert workspace.report is not None
    assert (workspace.report.task, workspace.report.told) == ("regression", ("width",))
    scan(qtbot, workspace, folder / "images")
    assert not button.isVisible()


def test_a_dialog_that_is_left_as_it_is_changes_nothing(qtbot: QtBot, folder: Path) -> None:
    settings = TableSettings(path_column=1, label_columns=(2,), task="regression", delimiter=",")
    path = numbers(folder)
    dialog = TableDialog(path, read_table(path, settings), settings)
    qtbot.addWidget(dialog)
    assert dialog.path.currentText() == "file"
    assert dialog.settings() == replace(settings, path_column="file")
    dialog.task.setCurrentIndex(0)
    assert dialog.settings().task is None


def test_an_archive_says_that_it_is_unpacked_before_its_images_are_looked_at(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_TELL_EVERY", 1)
    monkeypatch.setattr(scan_apart, "_TELL_SECONDS", 0)
    source = tmp_path / "pets"
    for name in ("cat", "dog"):
        (source / name).mkdir(parents=True)
        for number in range(6):
            Image.new("L", (8, 8), 20 * number).save(source / name / f"{number}.png")
    said: list[str] = []
    tell = workspace.bar.say

    def say(text: str, role: str = "muted") -> None:
        said.append(text)
        tell(text, role)

    monkeypatch.setattr(workspace.bar, "say", say)
    scan(qtbot, workspace, Path(shutil.make_archive(str(tmp_path / "pets"), "zip", source)))
    steps = [text.partition(":")[0] for text in said]
    order = [text for number, text in enumerate(steps) if text not in steps[:number]]
    assert order[:3] == ["Looking for images…", "Unpacking", "Looking at every image"]
    assert "Unpacking: 12 of 12 files" in said
    assert "Looking at every image: 12 of 12" in said
