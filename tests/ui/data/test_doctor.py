"""The doctor in the Data workspace: problems with their pictures, remedies that act, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.data.data_workspace import DataWorkspace
from cnnstudio.ui.session import Session
from cnnstudio.zoo import templates
from tests.data.pictures import save
from tests.data.test_alike import scene


@pytest.fixture
def session(qapp: object) -> Session:
    session = Session(catalogue())
    session.document.open(Project(network=templates()["lenet5"].build()))
    return session


@pytest.fixture
def workspace(qtbot: QtBot, session: Session, tmp_path: Path) -> Iterator[DataWorkspace]:
    for label, name in enumerate(("cat", "dog")):
        for number in range(6):
            save(tmp_path / "data" / name / f"p_{number // 2}_{number}.png", scene(100 * label + number, 32))
    save(tmp_path / "data" / "dog" / "copy.png", scene(0, 32).resize((48, 36)))
    save(tmp_path / "data" / "cat" / "black.png", scene(0, 32).point(lambda _: 0))
    workspace = DataWorkspace(session)
    qtbot.addWidget(workspace)
    workspace.resize(1200, 640)
    workspace.show()
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        workspace.choose_folder(tmp_path / "data")
    yield workspace
    workspace.stop()


def press(workspace: DataWorkspace, name: str) -> None:
    button = workspace.findChild(QPushButton, name)
    assert button is not None
    assert not button.isHidden(), name
    assert button.isEnabled(), name
    button.click()


def data(session: Session) -> dict[str, object]:
    return session.document.project.data.to_json()


def test_a_problem_shows_its_pictures_and_what_helps(workspace: DataWorkspace) -> None:
    workspace.findings.choose("alike.classes")
    assert workspace.detail.pictures.pictures.notes == ["cat/p_0_0.png", "dog/copy.png"]
    text = workspace.findChild(QLabel, "findingText")
    assert text is not None
    assert "leave out those that are told wrongly" in text.text()
    shown = {
        button.objectName() for button in workspace.detail.findChildren(QPushButton) if not button.isHidden()
    }
    assert shown == {"quarantineAll", "quarantineSelected"}
    workspace.findings.choose("image.sizes")
    shown = {
        button.objectName() for button in workspace.detail.findChildren(QPushButton) if not button.isHidden()
    }
    assert shown == {"resizeCrop", "resizePad", "quarantineSelected"}


def test_pictures_are_left_out_and_put_back(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
) -> None:
    workspace.findings.choose("image.blank")
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        press(workspace, "quarantineAll")
    assert data(session)["quarantine"] == ["cat/black.png"]
    assert workspace.report is not None
    assert len(workspace.report.images) == 13
    assert (tmp_path / "data" / "cat" / "black.png").is_file()

    workspace.findings.choose("alike.classes")
    workspace.detail.pictures.setCurrentIndex(workspace.detail.pictures.model().index(1, 0))
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        press(workspace, "quarantineSelected")
    assert data(session)["quarantine"] == ["cat/black.png", "dog/copy.png"]
    assert workspace.report.alike == ()

    workspace.quarantine.pictures.setCurrentIndex(workspace.quarantine.pictures.model().index(0, 0))
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        press(workspace, "putBackSelected")
    assert data(session)["quarantine"] == ["dog/copy.png"]
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        press(workspace, "putBackAll")
    assert "quarantine" not in data(session)
    assert len(workspace.report.images) == 14


def test_a_resize_rule_is_chosen_at_the_problem_or_in_the_facts(
    qtbot: QtBot, workspace: DataWorkspace, session: Session
) -> None:
    workspace.findings.choose("image.sizes")
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        press(workspace, "resizePad")
    box = workspace.findChild(QComboBox, "resizeRule")
    assert box is not None
    assert data(session)["resize"] == box.currentData() == "pad"
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        box.setCurrentIndex(1)
        box.activated.emit(1)
    assert data(session)["resize"] == "crop"
    assert any("cut off" in label.text() for label in workspace.facts.findChildren(QLabel))


def test_groups_are_previewed_while_typing_and_kept_in_the_project(
    qtbot: QtBot, workspace: DataWorkspace, session: Session
) -> None:
    field = workspace.findChild(QLineEdit, "groupBy")
    preview = workspace.findChild(QLabel, "groupPreview")
    assert field is not None
    assert preview is not None
    qtbot.keyClicks(field, "p_(#)_*.png")
    qtbot.waitUntil(lambda: preview.text().startswith("3 groups of 4 to 4 images: 0, 1, 2."))
    assert "2; each stands alone" in preview.text()
    examples = workspace.findChild(QLabel, "groupExamples")
    assert examples is not None
    assert examples.text().splitlines() == ["p_0_0.png → 0", "p_0_1.png → 0", "p_1_2.png → 1"]
    assert "group_by" not in data(session)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert data(session)["group_by"] == "p_(#)_*.png"
    field.clear()
    qtbot.keyClicks(field, "nothing")
    qtbot.waitUntil(lambda: "names no group" in preview.text())
    assert not examples.isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert data(session)["group_by"] == "p_(#)_*.png"


def test_look_alikes_are_kept_together_and_the_leak_is_gone(
    qtbot: QtBot, workspace: DataWorkspace, session: Session
) -> None:
    def codes() -> set[str]:
        assert workspace.report is not None
        return {problem.code for problem in workspace.report.problems}

    def settled() -> set[str]:
        qtbot.waitUntil(lambda: not workspace._splitting.is_working)
        return codes()

    seed = 0
    while "alike.split" not in settled():
        seed += 1
        assert seed < 50
        workspace.facts.split_edited.emit(0.4, 0.0, seed)
    workspace.findings.choose("alike.split")
    press(workspace, "keepAlike")
    box = workspace.findChild(QCheckBox, "keepAlikeSwitch")
    assert box is not None
    assert box.isChecked()
    assert data(session)["keep_alike"] is True
    assert "alike.split" not in settled()
    box.click()
    assert "keep_alike" not in data(session)
    assert "alike.split" in settled()


def test_small_classes_are_weighed_more_with_one_click(workspace: DataWorkspace, session: Session) -> None:
    workspace.detail.remedy_requested.emit("class_weights")
    assert session.document.project.training["class_weights"] == "balanced"
