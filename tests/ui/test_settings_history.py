"""Data settings and the training plan are undone like the network, one step for what was typed into a field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QDoubleSpinBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.data.settings import DataSettings
from cnnstudio.layers import catalogue
from cnnstudio.ui.data.data_workspace import DataWorkspace
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings_edits import set_data
from cnnstudio.ui.train.plan_form import PlanForm
from cnnstudio.zoo import templates
from tests.ui.data.test_data_workspace import make_images, scan


@pytest.fixture
def session(qapp: object) -> Session:
    session = Session(catalogue())
    session.document.open(Project(network=templates()["lenet5"].build()))
    return session


@pytest.fixture
def workspace(qtbot: QtBot, session: Session) -> Iterator[DataWorkspace]:
    workspace = DataWorkspace(session)
    qtbot.addWidget(workspace)
    undo = QAction(workspace)
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    undo.triggered.connect(session.undo)
    workspace.addAction(undo)
    workspace.resize(1200, 700)
    with qtbot.waitExposed(workspace):
        workspace.show()
    yield workspace
    workspace.stop()


@pytest.fixture
def form(qtbot: QtBot, session: Session) -> PlanForm:
    form = PlanForm(session)
    qtbot.addWidget(form)
    form.show()
    return form


def labels(session: Session) -> list[str]:
    return [str(label) for label in session.document.labels]


def child(parent: QWidget, kind: type, name: str) -> QWidget:
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def data(session: Session) -> DataSettings:
    return DataSettings.from_json(session.document.project.data)


def test_folder_split_and_rules_are_steps_that_go_back_one_by_one(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
) -> None:
    scan(qtbot, workspace, make_images(tmp_path / "photos", {"a": 6, "b": 6}))
    validation = child(workspace, QDoubleSpinBox, "validationSplit")
    assert isinstance(validation, QDoubleSpinBox)
    validation.setFocus()
    validation.selectAll()
    QTest.keyClicks(validation, "50")
    QTest.keyClick(validation, Qt.Key.Key_Return)
    alike = child(workspace, QCheckBox, "keepAlikeSwitch")
    assert isinstance(alike, QCheckBox)
    alike.click()
    workspace.quarantine.put_back_requested.emit(())
    workspace.detail.quarantine_requested.emit(("a/0.png", "a/1.png"))
    assert labels(session) == [
        "Choose the data photos",
        "Set the validation share to 50 %",
        "Keep look-alikes in one part",
        "Leave out 2 images",
    ]
    restored: list[str] = []
    session.settings_restored.connect(restored.append)
    session.undo()
    assert data(session).quarantine == ()
    session.undo()
    assert not alike.isChecked()
    session.undo()
    assert validation.value() == 20
    assert data(session).validation_split == 0.2
    session.redo()
    assert validation.value() == 50
    session.undo()
    session.undo()
    assert data(session).path == ""
    assert restored == ["data"] * 6
    assert not session.document.is_modified
    assert session.document.can_redo


def test_the_keys_of_undo_mean_the_history_in_a_field_of_the_split(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
) -> None:
    scan(qtbot, workspace, make_images(tmp_path / "photos", {"a": 6, "b": 6}))
    validation = child(workspace, QAbstractSpinBox, "validationSplit")
    validation.setFocus()
    qtbot.waitUntil(validation.hasFocus)
    validation.selectAll()
    QTest.keyClicks(validation, "50")
    QTest.keyClick(validation, Qt.Key.Key_Return)
    changed = data(session).validation_split
    assert changed != 0.2
    QTest.keySequence(validation, QKeySequence(QKeySequence.StandardKey.Undo))
    assert data(session).validation_split == 0.2
    assert session.document.can_redo


def test_the_same_data_again_are_no_step(session: Session) -> None:
    set_data(session, DataSettings(path="x"))
    set_data(session, DataSettings(path="x"))
    assert labels(session) == ["Choose the data x"]


def test_what_is_typed_into_a_field_of_the_plan_is_one_step(session: Session, form: PlanForm) -> None:
    field = form.numbers["batch_size"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "128")
    form.numbers["epochs"].setFocus()
    assert labels(session) == ["Set batch_size to 128"]
    QTest.keyClick(form.numbers["epochs"], Qt.Key.Key_Up)
    QTest.keyClick(form.numbers["epochs"], Qt.Key.Key_Up)
    assert labels(session) == ["Set batch_size to 128", "Set epochs to 12"]
    form.optimizer.setCurrentText("sgd")
    form.optimizer.activated.emit(form.optimizer.currentIndex())
    form.sections.checks["deterministic"].click()
    assert labels(session)[2:] == ["Set optimizer to sgd", "Set deterministic to on"]
    for _ in range(3):
        session.undo()
    assert form.numbers["epochs"].text() == "10"
    assert form.optimizer.currentText() == "adam"
    session.undo()
    assert field.text() == "64"
    assert not session.document.is_modified
    session.redo()
    assert field.text() == "128"


def test_a_number_typed_back_leaves_no_step(session: Session, form: PlanForm) -> None:
    field = form.numbers["batch_size"]
    field.setFocus()
    QTest.keyClicks(field, "8")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert field.text() == "64"
    assert labels(session) == []


def test_returning_to_a_field_begins_another_step(session: Session, form: PlanForm) -> None:
    for _ in range(2):
        form.numbers["epochs"].setFocus()
        QTest.keyClick(form.numbers["epochs"], Qt.Key.Key_Up)
        form.numbers["batch_size"].setFocus()
        form.numbers["epochs"].left.emit()
    assert labels(session) == ["Set epochs to 11", "Set epochs to 12"]


def test_the_keys_of_undo_mean_the_text_in_the_field_of_the_pattern(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
) -> None:
    scan(qtbot, workspace, make_images(tmp_path / "photos", {"a": 6, "b": 6}))
    pattern = child(workspace, QLineEdit, "groupBy")
    assert isinstance(pattern, QLineEdit)
    pattern.setFocus()
    qtbot.waitUntil(pattern.hasFocus)
    QTest.keyClicks(pattern, "a*")
    QTest.keyClick(pattern, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert pattern.text() == ""
    assert not session.document.can_redo
    assert labels(session) == ["Choose the data photos"]
