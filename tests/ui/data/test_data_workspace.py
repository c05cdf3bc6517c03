"""The Data workspace: choosing, scanning, looking, splitting, fitting the network."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers.hints import HintContext
from cnnstudio.ui.appearance import dress
from cnnstudio.ui.data.data_workspace import DataWorkspace
from cnnstudio.ui.data.made_when_asked import MadeWhenAsked
from cnnstudio.ui.design.section import ValueLine
from cnnstudio.ui.session import Session


def make_images(root: Path, classes: dict[str, int], size: tuple[int, int] = (20, 12)) -> Path:
    for name, count in classes.items():
        (root / name).mkdir(parents=True)
        for number in range(count):
            Image.new("L", size, (number * 7) % 256).save(root / name / f"{number}.png")
    return root


def said(workspace: DataWorkspace) -> str:
    label = workspace.findChild(QLabel, "dataStatus")
    assert label is not None
    return label.text()


def scan(qtbot: QtBot, workspace: DataWorkspace, folder: Path) -> None:
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        workspace.choose_folder(folder)


def test_choosing_a_folder_shows_classes_and_keeps_it_in_the_project(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
):
    scan(qtbot, workspace, make_images(tmp_path / "data", {"猫": 5, "dog": 3}))
    model = workspace.table.model()
    shown = {model.index(row, 0).data(): model.index(row, 1).data() for row in range(model.rowCount())}
    assert shown == {"猫": "5", "dog": "3"}
    assert session.document.project.data["path"] == str(tmp_path / "data")
    assert "8 images in 2 classes" in said(workspace)


def test_hints_are_told_of_the_classes_images_and_sizes(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
):
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 4, "b": 2, "c": 1}, size=(32, 36)))
    assert session.hint_context == HintContext(
        classes=3, task="classification", samples=7, image_size=(36, 32)
    )
    assert "hint.classes" in {problem.code for problem in session.analysis.diagnostics}
    session.document.open(Project(network=session.network))
    qtbot.waitUntil(lambda: session.hint_context == HintContext())


def test_typing_a_path_scans_it(qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path):
    folder = make_images(tmp_path / "data", {"a": 2, "b": 2})
    field = workspace.findChild(QLineEdit, "dataFolder")
    assert field is not None
    qtbot.keyClicks(field, str(folder))
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert workspace.report is not None
    assert len(workspace.report.images) == 4


def test_dropping_a_folder_chooses_it(qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path):
    folder = make_images(tmp_path / "data", {"a": 2, "b": 2})
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        workspace.dropEvent(event)
    assert workspace.report is not None


def test_choosing_a_class_shows_its_pictures(qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path):
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 4, "b": 6}))
    workspace.table.selectRow(1)
    wall = workspace.wall.pictures
    assert [path.parent.name for path in wall.paths] == ["b"] * 6
    before = wall.data(wall.index(0), Qt.ItemDataRole.DecorationRole).cacheKey()
    qtbot.waitUntil(lambda: wall.data(wall.index(0), Qt.ItemDataRole.DecorationRole).cacheKey() != before)


def test_bad_files_are_named_with_a_reason_and_the_rest_is_used(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path
):
    folder = make_images(tmp_path / "data", {"a": 3, "b": 3})
    (folder / "a" / "broken.png").write_bytes((folder / "a" / "0.png").read_bytes()[:40])
    (folder / "b" / "empty.jpg").touch()
    scan(qtbot, workspace, folder)
    findings = workspace.findings
    shown = {
        findings.topLevelItem(row).text(0): findings.topLevelItem(row).text(1)
        for row in range(findings.topLevelItemCount())
    }
    assert "a/broken.png" in shown
    assert "b/empty.jpg" in shown
    assert all(shown.values())
    assert "left out" in said(workspace)


@pytest.mark.parametrize(("classes", "words"), [({"only": 3}, "one class"), ({}, "image")])
def test_what_cannot_train_is_said_with_the_cure(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path, classes: dict[str, int], words: str
):
    folder = tmp_path / "data"
    folder.mkdir()
    scan(qtbot, workspace, make_images(folder, classes))
    assert words in said(workspace)


def test_a_missing_folder_is_said_in_words(qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path):
    workspace.choose_folder(tmp_path / "gone")
    qtbot.waitUntil(lambda: "gone" in said(workspace), timeout=10_000)
    assert workspace.report is None


def test_the_network_takes_size_and_classes_over_and_undo_takes_them_back(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
):
    first = session.network
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 3, "b": 3, "c": 3}, size=(32, 36)))
    take_input = workspace.findChild(QPushButton, "takeInput")
    take_classes = workspace.findChild(QPushButton, "takeClasses")
    assert take_input is not None
    assert take_classes is not None
    assert "36 × 32 × 1" in take_input.text()
    qtbot.mouseClick(take_input, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(take_classes, Qt.MouseButton.LeftButton)
    assert session.network.nodes["image"].params["shape"] == (36, 32, 1)
    last = next(n for n in session.network.nodes.values() if not session.network.outputs(n.id))
    assert last.params["units"] == 3
    assert take_input.isHidden()
    assert take_classes.isHidden()
    session.undo()
    session.undo()
    assert session.network is first


def test_the_split_is_kept_in_the_project(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
):
    to_train_on: list[int] = []
    workspace.training_images_known.connect(to_train_on.append)
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 10, "b": 10}))
    assert to_train_on[-1] == 16
    field = workspace.findChild(QDoubleSpinBox, "validationSplit")
    assert field is not None
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "30")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert session.document.project.data["validation_split"] == 0.3
    qtbot.waitUntil(lambda: to_train_on[-1] == 14)
    assert "14 train, 6 validate" in " ".join(label.text() for label in workspace.facts.findChildren(QLabel))


def test_a_project_of_a_later_kind_is_said_and_kept(workspace: DataWorkspace, session: Session):
    session.document.set_data(Params(kind="video", path="x"))
    assert "video" in said(workspace)
    assert session.document.project.data["kind"] == "video"


def test_cancelling_a_scan_ends_it(qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path):
    workspace.choose_folder(make_images(tmp_path / "data", {"a": 60, "b": 60}))
    workspace.bar.cancel_requested.emit()
    qtbot.waitUntil(lambda: not workspace._ending, timeout=10_000)
    assert workspace.report is None


def test_after_cancel_the_keyboard_stays_in_the_row(qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path):
    with qtbot.waitActive(workspace):
        workspace.show()
        workspace.activateWindow()
    workspace.choose_folder(make_images(tmp_path / "data", {"a": 200, "b": 200}))
    cancel = workspace.findChild(QPushButton, "dataCancel")
    assert cancel is not None
    assert cancel.isVisible()
    cancel.setFocus()
    qtbot.keyClick(cancel, Qt.Key.Key_Space)
    assert not cancel.isVisible()
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.objectName() == "dataAgain"
    qtbot.waitUntil(lambda: not workspace._ending, timeout=10_000)


def test_the_numbers_of_the_split_can_be_read(
    qapp: QApplication, qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path
):
    dress(qapp)
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 10, "b": 10}))
    for field in workspace.facts.findChildren(QAbstractSpinBox):
        edit = field.findChild(QLineEdit)
        assert edit is not None
        qtbot.waitUntil(lambda field=field, edit=edit: edit.width() > field.width() / 2)
        assert edit.text() == field.text()


def test_images_of_many_sizes_get_a_usual_square_input_proposed(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path
):
    folder = tmp_path / "data"
    for name, side in (("a", 100), ("b", 140), ("c", 300)):
        make_images(folder / "x", {name: 1}, size=(side, side + 7))
    scan(qtbot, workspace, folder / "x")
    take_input = workspace.findChild(QPushButton, "takeInput")
    assert take_input is not None
    assert "128 × 128 × 1" in take_input.text()
    assert "differ in size" in " ".join(label.text() for label in workspace.facts.findChildren(QLabel))


def test_a_folder_without_images_shows_how_one_has_to_look(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path
):
    (tmp_path / "data").mkdir()
    scan(qtbot, workspace, tmp_path / "data")
    example = workspace.findChild(QWidget, "folderExample")
    assert example is not None
    assert example.isVisible()


def test_data_out_of_sight_are_looked_at_when_somebody_asks_how_many_there_are(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
):
    workspace.hide()
    known: list[int] = []
    workspace.training_images_known.connect(known.append)
    folder = make_images(tmp_path / "data", {"a": 10, "b": 10})
    session.document.set_data(Params(kind="image_folder", path=str(folder)))
    qtbot.waitUntil(lambda: known == [0])
    with qtbot.waitSignal(workspace.scanned, timeout=20_000):
        workspace.look()
    assert known[-1] == 16
    scan = workspace._scan
    workspace.look()
    assert workspace._scan is scan


def test_the_paths_of_a_class_are_made_when_they_are_asked_for() -> None:
    made: list[int] = []

    def make(number: int) -> str:
        made.append(number)
        return f"{number}.png"

    paths = MadeWhenAsked(70_000, make)
    assert len(paths) == 70_000
    assert (paths[3], paths[-1]) == ("3.png", "69999.png")
    assert list(paths[10:12]) == ["10.png", "11.png"]
    assert made == [3, 69_999, 10, 11]
    with pytest.raises(IndexError):
        paths[70_000]


def test_another_split_lays_nothing_out_and_makes_no_path(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 10, "b": 10}))
    named: list[str] = []
    monkeypatch.setattr(workspace._tabs, "setTabText", lambda _number, text: named.append(text))
    workspace.facts.split_edited.emit(0.4, 0.0, 1)
    qtbot.waitUntil(lambda: workspace.facts.to_train_on == 12)
    assert named == []
    workspace.detail.quarantine_requested.emit(("a/0.png",))
    assert named == ["Left out 1"]
    wall = workspace.wall.pictures
    asked: list[int] = []

    def path(row: int) -> Path:
        asked.append(row)
        return tmp_path / "data" / "a" / f"{row}.png"

    wall.show_paths(MadeWhenAsked(10, path))
    index = wall.index(3)
    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.SizeHintRole, Qt.ItemDataRole.FontRole):
        wall.data(index, role)
    assert asked == []
    assert wall.data(index, Qt.ItemDataRole.AccessibleTextRole) == "3.png"


def test_where_there_is_nothing_nothing_is_counted(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path
) -> None:
    (tmp_path / "empty" / "sub").mkdir(parents=True)
    scan(qtbot, workspace, tmp_path / "empty")
    facts = [label.text() for label in workspace.facts.findChildren(QLabel)]
    assert "no images" in said(workspace)
    assert not [text for text in facts if "0 classes" in text or "0 train" in text]
    scan(qtbot, workspace, make_images(tmp_path / "one", {"a": 4}))
    assert "1 class" in [label.text() for label in workspace.facts.findChildren(QLabel)]


def test_names_and_values_of_facts_stand_on_one_line(qtbot: QtBot) -> None:
    line = ValueLine("colours")
    qtbot.addWidget(line)
    line.show_text("grey\nRGB")
    line.resize(240, line.sizeHint().height())
    line.show()
    name, value = (label for label in line.findChildren(QLabel))
    tops = [
        label.y() + label.contentsMargins().top() + label.fontMetrics().ascent() for label in (name, value)
    ]
    assert tops[0] == tops[1]


@pytest.mark.parametrize("folder", ["", "gone"])
def test_a_scan_that_has_answered_is_over(
    qtbot: QtBot, workspace: DataWorkspace, tmp_path: Path, folder: str
) -> None:
    """Whoever is told of the data and asks at once whether they are being looked at must not wait for ever."""
    make_images(tmp_path, {"cat": 2, "dog": 2})
    scanning: list[bool] = []
    workspace.report_shown.connect(lambda _report: scanning.append(workspace.is_scanning))
    workspace.choose_folder(tmp_path / folder)
    qtbot.waitUntil(lambda: bool(scanning), timeout=20_000)
    assert scanning == [False]
    assert (workspace.report is None) == bool(folder)
