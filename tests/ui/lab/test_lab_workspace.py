"""The workspace around both pages: pictures from files, drops and data, and what it asks of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.data.image_folder import scan
from cnnstudio.layers import catalogue
from cnnstudio.ui.lab.workspace import LabWorkspace
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import theme_state
from cnnstudio.zoo import templates


@pytest.fixture
def session(qapp: object) -> Session:
    return Session(catalogue())


@pytest.fixture
def lab(qtbot: QtBot, session: Session) -> Iterator[LabWorkspace]:
    made = LabWorkspace(session)
    qtbot.addWidget(made)
    made.resize(1200, 640)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.stop()


def save(path: Path, value: int, size: tuple[int, int] = (12, 10)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, value).save(path)
    return path


def drop(lab: LabWorkspace, path: Path) -> bool:
    """Whether the file is taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, buttons, keys)
    enter.ignore()
    lab.dragEnterEvent(enter)
    if enter.isAccepted():
        lab.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))
    return enter.isAccepted()


def test_there_is_a_test_pattern_without_any_picture(lab: LabWorkspace) -> None:
    assert lab.picture.source.said.text().startswith("Test pattern")
    assert lab.picture.values is not None
    assert not lab.picture.source.from_data.isEnabled()


def test_a_dropped_picture_is_shown_and_a_project_is_left_to_the_window(
    lab: LabWorkspace, qtbot: QtBot, tmp_path: Path
) -> None:
    assert not drop(lab, tmp_path / "x.cnn")
    assert drop(lab, save(tmp_path / "a.png", 7))
    qtbot.waitUntil(lambda: lab.picture.source.picture.name == "a.png")
    assert lab.picture.before.size_in_pixels == (10, 12)
    assert "a.png · 12×10" in lab.picture.source.said.text()


def test_a_file_that_is_no_picture_is_told_and_the_picture_stays(
    lab: LabWorkspace, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "bad.png").write_text("words")
    assert drop(lab, tmp_path / "bad.png")
    qtbot.waitUntil(lambda: lab.picture.source.said.property("role") == "error")
    assert lab.picture.source.said.toolTip().startswith("bad.png: The content is no PNG")
    assert lab.picture.before.size_in_pixels == (96, 96)


def test_a_picture_is_opened_by_the_button(
    lab: LabWorkspace, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "large.png", 9, (1024, 700))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", staticmethod(lambda *_: (str(path), "")))
    qtbot.mouseClick(lab.picture.source.open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.picture.source.picture.name == "large.png")
    assert "reduced to 512×350" in lab.picture.source.said.toolTip()


def test_pictures_come_from_the_data_one_after_the_other(
    lab: LabWorkspace, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    for number in range(3):
        for group in ("a", "b"):
            save(tmp_path / group / f"{group}{number}.png", 40 * number + (group == "b"), (20, 20 + number))
    session.document.set_data(Params(path=str(tmp_path)))
    button = lab.picture.source.from_data
    qtbot.waitUntil(button.isEnabled)
    with qtbot.waitSignal(lab.data_wanted):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    lab.show_report(scan(tmp_path))
    qtbot.waitUntil(lambda: lab.picture.source.picture.name.endswith(".png"))
    first = lab.picture.source.picture.name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: lab.picture.source.picture.name not in ("", first))
    assert lab.picture.source.picture.name.endswith(".png")


def test_a_picture_that_the_user_chose_is_not_replaced_by_new_data(
    lab: LabWorkspace, qtbot: QtBot, tmp_path: Path
) -> None:
    save(tmp_path / "data" / "a" / "one.png", 3)
    lab.picture.source.open_path(save(tmp_path / "mine.png", 7))
    qtbot.waitUntil(lambda: lab.picture.source.picture.name == "mine.png")
    lab.show_report(scan(tmp_path / "data"))
    assert not lab.picture.source._reading.is_working
    assert lab.picture.source.picture.name == "mine.png"


def test_the_filter_is_wanted_behind_the_input_unless_feature_maps_are_selected(
    lab: LabWorkspace, session: Session, qtbot: QtBot
) -> None:
    session.document.open(Project(network=templates()["lenet5"].build()))
    first = session.network.nodes and next(iter(session.analysis.order))
    with qtbot.waitSignal(lab.layer_wanted) as wanted:
        qtbot.mouseClick(lab.picture.panel.put, Qt.MouseButton.LeftButton)
    assert wanted.args == [{"filter": "sobel_x"}]
    assert session.selection == {first}
    chosen = session.analysis.order[2]
    session.select([chosen])
    lab.picture.panel.put.click()
    assert session.selection == {chosen}


def test_both_themes_and_the_smallest_window_show_everything(lab: LabWorkspace, qtbot: QtBot) -> None:
    lab.resize(808, 400)
    for choice in ("dark", "light"):
        theme_state().choose(choice)
        shot = lab.grab().toImage()
        assert not shot.isNull()
    assert lab.minimumSizeHint().width() <= 808
    assert lab.minimumSizeHint().height() <= 400
    for page in (lab.row, lab.picture):
        lab.tabs.setCurrentWidget(page)
        assert page.rect().contains(page.after.geometry())
        assert page.after.height() >= 80
