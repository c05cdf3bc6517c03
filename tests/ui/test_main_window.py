"""The window: menus, rail, top bar, status bar, theme, and what closing asks."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from cnnstudio.core.project import Project
from cnnstudio.ui.commands import COMMANDS, MENUS
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.picture.dialog import PictureDialog
from cnnstudio.ui.start_page import StartPage, TemplateTile
from cnnstudio.ui.theme import DARK, LIGHT, theme, theme_state
from cnnstudio.zoo import templates
from tests.ui.window_fixtures import answering, edit, make_window


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return make_window(qtbot, tmp_path)


def _open_lenet(window: MainWindow) -> None:
    window.files.replace(Project(name="LeNet", network=templates()["lenet5"].build()), path=None, saved=True)


@pytest.mark.parametrize(("width", "height", "fills"), [(-80, -80, False), (80, -80, True), (-80, -20, True)])
def test_a_screen_that_is_too_small_is_filled(
    qtbot: QtBot, tmp_path: Path, width: int, height: int, fills: bool
) -> None:
    window = make_window(qtbot, tmp_path)
    window.setMinimumSize(1, 1)
    room = window.screen().availableGeometry().size()
    window.resize(room.width() + width, room.height() + height)
    window.fill_small_screen()
    assert window.isMaximized() == fills


def test_it_starts_with_the_start_page(window: MainWindow) -> None:
    assert window.start_page.isVisible()
    assert not window.rail.isVisible()


def test_the_parts_have_the_names_that_tests_and_assistive_tools_use(window: MainWindow) -> None:
    _open_lenet(window)
    window.set_device("CPU · 2 cores", "TensorFlow found no GPU.")
    for name in (
        "startPage", "workspaceRail", "palette", "paletteSearch", "canvas", "inspector", "formulaCard", "problems",
        "summaryTable", "codeView", "deviceChip",
    ):  # fmt: skip
        widget = window.findChild(QWidget, name)
        assert widget is not None, name
        assert widget.accessibleName(), name


def test_new_shows_an_empty_design_workspace(qtbot: QtBot, window: MainWindow) -> None:
    button = window.findChild(QPushButton, "newProject")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.design.isVisible()
    assert not window.session.network.nodes


def test_a_template_opens_with_a_click(qtbot: QtBot, window: MainWindow) -> None:
    tile = window.findChild(TemplateTile, "template_lenet5")
    assert isinstance(tile, TemplateTile)
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert window.design.isVisible()
    assert "conv2" in window.session.network.nodes
    assert not window.session.document.is_modified


def test_every_template_has_a_tile_that_shows_it(qtbot: QtBot, window: MainWindow) -> None:
    tiles = window.findChildren(TemplateTile)
    assert len(tiles) == len(templates())

    def colors(tile: TemplateTile) -> int:
        image = tile.grab().toImage()
        return len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, 140, 3)})

    for tile in tiles:
        qtbot.waitUntil(partial(lambda tile: colors(tile) > 5, tile), timeout=60_000)


def test_a_page_that_ends_while_templates_are_drawn_lets_the_drawing_end(
    qtbot: QtBot, window: MainWindow
) -> None:
    page = StartPage(window.session.catalogue, window.files.recent)
    page.show()
    qtbot.waitUntil(lambda: page._sketches is not None and page._sketches.isRunning())
    drawing = page._sketches
    delete(page)
    qtbot.waitUntil(drawing.isFinished, timeout=60_000)
    other = StartPage(window.session.catalogue, window.files.recent)
    other.show()
    other.stop()
    qtbot.wait(50)
    assert other._sketches is not None
    assert not other._sketches.isRunning()
    delete(other)


def test_the_sample_button_asks_for_the_sample(qtbot: QtBot, window: MainWindow) -> None:
    button = window.findChild(QPushButton, "trySample")
    assert isinstance(button, QPushButton)
    with qtbot.waitSignal(window.sample_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    window.start_page.show_unpacking(True)
    assert not button.isEnabled()
    assert "Unpacking" in button.text()
    window.start_page.show_unpacking(False)
    assert button.isEnabled()


def test_every_command_is_in_a_menu_and_no_shortcut_is_given_twice(window: MainWindow) -> None:
    assert {command.menu for command in COMMANDS} == {name for name, _ in MENUS}
    shortcuts = [
        key.toString()
        for name in window.commands
        for key in [window.commands[name].shortcut()]
        if not key.isEmpty()
    ]
    shortcuts += [button.shortcut().toString() for button in window.rail.findChildren(QToolButton)]
    assert len(shortcuts) == len(set(shortcuts))


def test_the_title_names_the_project_and_marks_changes(window: MainWindow, tmp_path: Path) -> None:
    _open_lenet(window)
    assert window.windowTitle() == "LeNet[*] – CNN Studio"
    assert not window.isWindowModified()
    edit(window.session)
    assert window.isWindowModified()
    state = window.findChild(QLabel, "savedState")
    assert isinstance(state, QLabel)
    assert state.text() == "not saved"
    window.files._write(tmp_path / "kept.cnn")
    assert state.text() == "saved"
    assert "kept.cnn" in state.toolTip()
    edit(window.session, "another")
    assert state.text() == "edited"


def test_undo_and_redo_say_what_they_would_do(qtbot: QtBot, window: MainWindow) -> None:
    window.show_workspace("design")
    assert not window.commands["undo"].isEnabled()
    edit(window.session)
    assert window.commands["undo"].toolTip().startswith("Undo: Add extra")
    window.commands["undo"].trigger()
    assert not window.session.network.nodes
    assert window.commands["redo"].toolTip().startswith("Redo: Add extra")
    window.commands["redo"].trigger()
    assert "extra" in window.session.network.nodes


def test_undo_works_while_a_number_is_being_typed(qtbot: QtBot, window: MainWindow) -> None:
    _open_lenet(window)
    before = window.session.network
    window.session.select(["conv1"])
    field = window.findChild(QLineEdit, "param_filters")
    assert isinstance(field, QLineEdit)
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    qtbot.keyClicks(field, "12")
    assert window.session.network is not before
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.network is before
    qtbot.waitUntil(lambda: field.text() == "6")


def test_the_pills_and_the_status_bar_tell_the_size(qtbot: QtBot, window: MainWindow) -> None:
    _open_lenet(window)
    qtbot.waitUntil(lambda: _text(window, "parametersPill") == "44,426 parameters")
    assert _text(window, "macsPill") == "0.28 M MACs"
    texts = [label.text() for label in window.status_line.findChildren(QLabel)]
    assert "9 layers · 8 wires" in texts
    count = window.findChild(QPushButton, "problemCount")
    assert isinstance(count, QPushButton)
    assert count.text() == "No problems"


def test_a_refused_edit_is_told_in_the_status_bar(window: MainWindow) -> None:
    window.show_workspace("design")
    edit(window.session)
    edit(window.session)  # the same id again
    assert "already a layer" in window.status_line.currentMessage()


def test_renaming_the_project_in_the_top_bar(qtbot: QtBot, window: MainWindow) -> None:
    _open_lenet(window)
    name = window.findChild(QLineEdit, "projectName")
    assert isinstance(name, QLineEdit)
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "My study")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert window.session.document.project.name == "My study"
    assert window.windowTitle().startswith("My study")


def test_the_theme_choice_recolours_at_once_and_is_remembered(window: MainWindow) -> None:
    try:
        window.commands["theme_dark"].trigger()
        assert theme() is DARK
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        assert DARK.surface in application.styleSheet()
        assert window.settings.theme == "dark"
        window.commands["theme_light"].trigger()
        assert theme() is LIGHT
        assert DARK.surface not in application.styleSheet()
    finally:
        theme_state().choose("light")


def test_a_workspace_is_made_when_it_is_first_shown(qtbot: QtBot, window: MainWindow) -> None:
    made: list[QWidget] = []

    def make() -> QWidget:
        made.append(QLabel("Train"))
        return made[-1]

    window.add_workspace("train", "Train", "train", make)
    assert window.rail.keys == ("design", "train")
    _open_lenet(window)
    assert made == []
    qtbot.mouseClick(window.rail.button("train"), Qt.MouseButton.LeftButton)
    assert made[0].isVisible()
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.design.isVisible)
    assert len(made) == 1


def test_the_train_button_and_its_shortcut_ask_for_training(qtbot: QtBot, window: MainWindow) -> None:
    _open_lenet(window)
    with qtbot.waitSignal(window.train_requested):
        qtbot.mouseClick(window.top_bar.train_button, Qt.MouseButton.LeftButton)
    assert window.commands["train"].shortcut() == QKeySequence("Ctrl+T")


@pytest.mark.parametrize(
    ("offer", "text", "able"),
    [
        ("queue", "Add to queue", True),
        ("trains", "Training", False),
        ("waits", "In the queue", False),
        ("train", "Train", True),
    ],
)
def test_the_train_button_says_what_it_does_now(
    window: MainWindow, offer: str, text: str, able: bool
) -> None:
    _open_lenet(window)
    window.top_bar.show_offer("trains")
    window.top_bar.show_offer(offer)
    button, action = window.top_bar.train_button, window.commands["train"]
    assert (button.text(), button.isEnabled(), action.isEnabled()) == (text, able, able)
    assert action.text().replace("&", "") == text
    assert ("(Ctrl+T)" in button.toolTip()) == able


def test_the_panel_folds_and_opens_and_stays_so(qtbot: QtBot, window: MainWindow) -> None:
    _open_lenet(window)
    fold = window.findChild(QToolButton, "foldPanel")
    assert isinstance(fold, QToolButton)
    height = window.design.canvas.height()
    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.design.canvas.height() > height)
    assert window.settings.flag("design/panel_folded", default=False)
    window.commands["panel"].trigger()
    assert window.design.panel.problems.isVisible()
    qtbot.waitUntil(lambda: window.design.canvas.height() <= height)


def test_a_problem_in_the_panel_leads_to_its_node(qtbot: QtBot, window: MainWindow) -> None:
    _open_lenet(window)
    window.design.panel.node_activated.emit("conv2")
    assert window.session.selection == {"conv2"}


def test_everything_fits_in_the_smallest_window_that_is_promised(window: MainWindow) -> None:
    _open_lenet(window)
    hint = window.minimumSizeHint()
    assert hint.width() <= 1280
    assert hint.height() <= 720
    window.resize(window.minimumSize())
    assert window.width() <= 960
    assert window.height() <= 540


def test_closing_with_unsaved_changes_asks_and_cancel_keeps_the_window(
    qtbot: QtBot, window: MainWindow
) -> None:
    _open_lenet(window)
    edit(window.session)
    asked: list[str] = []
    with answering(QMessageBox.StandardButton.Cancel, asked):
        assert not window.close()
    assert window.isVisible()
    assert "LeNet" in asked[0]
    with answering(QMessageBox.StandardButton.Discard), qtbot.waitSignal(window.closed):
        assert window.close()


def test_a_guard_can_keep_the_window_open(window: MainWindow) -> None:
    answers = iter([False, True])
    window.add_close_guard(lambda: next(answers))
    assert not window.close()
    assert window.isVisible()
    assert window.close()


def test_geometry_is_remembered(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.resize(1100, 640)
    qtbot.waitUntil(lambda: window.size().width() == 1100)
    assert window.close()
    again = make_window(qtbot, tmp_path)
    assert not again.settings.state("window/geometry").isEmpty()


def _text(window: MainWindow, name: str) -> str:
    label = window.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def test_the_system_theme_is_followed(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window.commands["theme_system"].trigger()
    try:
        monkeypatch.setattr(type(theme_state()), "_wanted", lambda self: DARK)
        QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert theme() is DARK
    finally:
        monkeypatch.undo()
        theme_state().choose("light")


def test_a_node_entered_on_the_canvas_takes_the_keyboard_to_its_form_and_escape_takes_it_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    _open_lenet(window)
    window.activateWindow()
    window.session.select(["conv1"])
    window.design.canvas.node_activated.emit("conv1")
    field = window.findChild(QLineEdit, "param_filters")
    assert isinstance(field, QLineEdit)
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(window.design.canvas.hasFocus)
    qtbot.keyClick(window.design.canvas, Qt.Key.Key_Tab)
    qtbot.waitUntil(field.hasFocus)


def test_search_is_a_shortcut_away_and_escape_leads_back_to_the_canvas(
    qtbot: QtBot, window: MainWindow
) -> None:
    _open_lenet(window)
    window.activateWindow()
    search = window.findChild(QLineEdit, "paletteSearch")
    assert isinstance(search, QLineEdit)
    window.commands["find_layer"].trigger()
    qtbot.waitUntil(search.hasFocus)
    qtbot.keyClicks(search, "dense")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    qtbot.waitUntil(window.design.canvas.hasFocus)


def test_the_network_goes_to_the_clipboard_as_a_picture(window: MainWindow) -> None:
    _open_lenet(window)
    window.commands["copy_picture"].trigger()
    assert QGuiApplication.clipboard().mimeData().hasImage()
    QGuiApplication.clipboard().setText("kept")
    window.session.document.open(Project())
    window.commands["copy_picture"].trigger()
    assert QGuiApplication.clipboard().text() == "kept"


def test_export_picture_opens_its_dialog(window: MainWindow) -> None:
    _open_lenet(window)
    seen: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PictureDialog)
        seen.append(dialog.windowTitle())
        dialog.reject()

    QTimer.singleShot(50, window, look)
    window.commands["export_picture"].trigger()
    assert seen == ["Export picture"]


def test_a_notice_is_not_written_over_the_counts(qtbot: QtBot, window: MainWindow) -> None:
    _open_lenet(window)
    count = window.findChild(QPushButton, "problemCount")
    assert isinstance(count, QPushButton)
    qtbot.waitUntil(count.isVisible)
    window.notice("Saved LeNet.cnn")
    assert not count.isVisible()
    edit(window.session)
    labels = window.status_line.findChildren(QLabel)
    qtbot.waitUntil(lambda: any("10 layers" in label.text() for label in labels))
    assert not count.isVisible(), "the notice is still there"
    window.status_line.clearMessage()
    assert count.isVisible()
