"""Files dropped on the window: opened, inserted after asking, or refused with a sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import project_text, save_project
from cnnstudio.ui.main_window import MainWindow
from tests.ui.canvas.conftest import chain
from tests.ui.canvas.hands import assert_shows_document
from tests.ui.window_fixtures import answering, make_window

Ok = QMessageBox.StandardButton.Ok


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = make_window(qtbot, tmp_path)
    window.show_workspace("design")
    return window


@pytest.fixture
def chain_file(tmp_path: Path) -> Path:
    path = tmp_path / "chain.cnn"
    save_project(Project(name="chain", network=chain()), path)
    return path


@pytest.fixture
def keras_file(tmp_path: Path) -> Path:
    """What Keras writes, without its weights."""
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 1], "name": "image"}},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        {"class_name": "Dense", "config": {"name": "head", "units": 3, "activation": "softmax"}},
    ]
    config = {"class_name": "Sequential", "config": {"name": "small", "layers": layers}}
    path = tmp_path / "small.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
    return path


def drop(window: MainWindow, path: Path, target: QWidget) -> bool:
    """Drag a file over the middle of a widget and let go; whether it was taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place = target.mapTo(window, target.rect().center() + QPoint(40, 40))
    copy, left, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, copy, data, left, keys)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(place), copy, data, left, keys, QEvent.Type.Drop)
    QApplication.sendEvent(window, event)
    QApplication.processEvents()
    return event.isAccepted()


def choose(window: MainWindow, qtbot: QtBot, name: str) -> None:
    qtbot.waitUntil(lambda: window.findChild(QMenu, "dropMenu") is not None)
    menu = window.findChild(QMenu, "dropMenu")
    assert menu is not None
    action = menu.findChild(QAction, name)
    assert action is not None
    action.trigger()
    menu.close()


def types(window: MainWindow) -> list[str]:
    return [node.type for node in window.session.document.network.nodes.values()]


def test_a_project_dropped_on_an_empty_canvas_is_opened(window: MainWindow, chain_file: Path) -> None:
    assert drop(window, chain_file, window.design.canvas)
    assert window.session.document.network == chain()
    assert window.files.path == chain_file
    assert not window.session.document.is_modified


def test_a_project_dropped_on_the_start_page_is_opened(window: MainWindow, chain_file: Path) -> None:
    window.show_start_page()
    assert drop(window, chain_file, window.start_page)
    assert window.session.document.network == chain()
    assert window.design.canvas.isVisible()


def test_a_keras_model_is_opened_as_an_unsaved_project(window: MainWindow, keras_file: Path) -> None:
    assert drop(window, keras_file, window.design.canvas)
    assert types(window) == ["Input", "Flatten", "Dense"]
    assert window.session.analysis.ok
    assert window.files.path is None
    assert window.session.document.is_modified
    assert window.session.document.project.name == "small"


def test_on_a_network_a_drop_asks_and_can_insert(
    window: MainWindow, qtbot: QtBot, chain_file: Path, keras_file: Path
) -> None:
    drop(window, chain_file, window.design.canvas)
    before = window.session.document.network
    drop(window, keras_file, window.design.canvas)
    assert window.session.document.network is before
    choose(window, qtbot, "insertDropped")
    assert types(window) == [*(n.type for n in before.nodes.values()), "Input", "Flatten", "Dense"]
    assert len(window.session.selection) == 3
    assert str(window.session.document.undo_label) == "Insert 3 layers"
    assert_shows_document(window.design.canvas)
    window.session.undo()
    assert window.session.document.network is before


def test_on_a_network_a_drop_can_open_or_do_nothing(
    window: MainWindow, qtbot: QtBot, chain_file: Path, keras_file: Path
) -> None:
    drop(window, chain_file, window.design.canvas)
    before = window.session.document.network
    drop(window, keras_file, window.design.canvas)
    choose(window, qtbot, "cancelDrop")
    assert window.session.document.network is before
    qtbot.waitUntil(lambda: window.findChild(QMenu, "dropMenu") is None)
    drop(window, keras_file, window.design.canvas)
    choose(window, qtbot, "openDropped")
    assert types(window) == ["Input", "Flatten", "Dense"]


HUGE = json.dumps(
    {
        "format": "cnnstudio.project",
        "version": 1,
        "network": {"nodes": [{"id": f"n{number}", "type": "ReLU"} for number in range(50_000)], "edges": []},
    }
)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cat.pdf", b"\x89PNG", "holds no network"),
        ("labels.csv", b"a,b", "Data workspace"),
        ("pets.tar.gz", b"\x1f\x8b", "Data workspace"),
        ("model.h5", b"\x89HDF", "cannot be opened"),
        ("broken.cnn", b"{", "line 1"),
        ("other.cnn", b'{"format": "something"}', "format"),
        ("broken.keras", b"no archive", "broken.keras"),
        ("unknown.xyz", b"\x00\x01\x02\xff", "unknown.xyz"),
        ("large.cnn", HUGE.encode(), "about 50000 layers"),
    ],
)
def test_a_wrong_file_gets_a_sentence_and_nothing_is_lost(
    window: MainWindow, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    window.session.document.open(Project(network=chain()))
    before = window.session.document.network
    path = tmp_path / name
    path.write_bytes(content)
    seen: list[str] = []
    with answering(Ok, seen):
        drop(window, path, window.design.canvas)
    assert len(seen) == 1
    assert words in seen[0]
    assert window.session.document.network is before


def test_a_folder_is_sent_to_the_data_workspace(window: MainWindow, tmp_path: Path) -> None:
    seen: list[str] = []
    with answering(Ok, seen):
        drop(window, tmp_path, window.design.canvas)
    assert "Data workspace" in seen[0]


def test_what_is_no_file_is_not_taken(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("hello")
    event = QDragEnterEvent(
        QPoint(300, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()


@pytest.mark.parametrize(
    "around",
    ["{}", "  \n{}\n", "Look at this:\n```json\n{}\n```\nNice, isn't it?", "my network → {} (mine)"],
)
def test_a_network_is_pasted_out_of_any_text(window: MainWindow, around: str) -> None:
    piece = Network.of([Node(id="x", type="Dense", params=Params(units=3), name="head")])
    QGuiApplication.clipboard().setText(around.replace("{}", project_text(Project(network=piece))))
    window.design.canvas.paste()
    assert types(window) == ["Dense"]


@pytest.mark.parametrize("text", ["{} and {}", "a { b } c", '{"nodes": [{"id": 3}]}', "}{", "{" * 5000, HUGE])
def test_pasted_garbage_gets_a_sentence_and_changes_nothing(window: MainWindow, text: str) -> None:
    heard: list[str] = []
    window.session.refused.connect(heard.append)
    before = window.session.document.network
    QGuiApplication.clipboard().setText(text)
    window.design.canvas.paste()
    assert "no layers on the clipboard" in heard[0]
    assert window.session.document.network is before


def test_pictures_go_to_who_asks_for_them_and_the_network_stays(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, chain_file: Path
) -> None:
    drop(window, chain_file, window.design.canvas)
    before = window.session.document.network
    with qtbot.waitSignal(window.file_drop.pictures_dropped) as dropped:
        assert drop(window, tmp_path / "Boot.PNG", window.design.canvas)
    assert dropped.args == [[tmp_path / "Boot.PNG"]]
    assert window.session.document.network is before
