"""Blocks in the Design workspace: palette, inspector, breadcrumb, problems, and opening by mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.project import Project
from cnnstudio.ui.main_window import MainWindow
from tests.ui.canvas.hands import Hands
from tests.ui.window_fixtures import make_window


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = make_window(qtbot, tmp_path)
    window.session.document.open(Project(name="Net", network=Network.of([Node(id="image", type="Input")])))
    window.show_workspace("design")
    window.design.canvas.insert_layer("NiN block")
    qtbot.waitUntil(lambda: "nin1" in window.design.canvas.canvas.diagram.cards)
    return window


def field(window: MainWindow, name: str) -> QLineEdit:
    row = window.design.inspector.findChild(QWidget, f"param_{name}")
    assert row is not None
    found = row if isinstance(row, QLineEdit) else row.findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def retype(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_palette_has_blocks_and_shows_their_ends_only_inside_one(window: MainWindow) -> None:
    palette = window.design.palette_panel
    assert "Inception block" in palette.shown_types
    assert "BlockInput" not in palette.shown_types
    window.session.enter("nin1")
    assert {"BlockInput", "BlockOutput", "Inception block"} <= set(palette.shown_types)
    window.session.leave()
    assert "BlockOutput" not in palette.shown_types


def test_a_block_is_found_and_placed_from_the_palette_by_keyboard(window: MainWindow) -> None:
    window.design.palette_panel.focus_search()
    search = window.findChild(QLineEdit, "paletteSearch")
    assert search is not None
    QTest.keyClicks(search, "squeeze-ex")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert "excite1" in window.session.network.nodes
    assert window.session.analysis.ok


def test_a_double_click_opens_a_block_and_the_breadcrumb_leads_back(window: MainWindow, qtbot: QtBot) -> None:
    crumbs = window.design.breadcrumb
    assert not crumbs.isVisible()
    hands = Hands(window.design.canvas, qtbot)
    window.design.canvas.fit()
    hands.double_click("nin1")
    assert window.session.path == ("nin1",)
    assert crumbs.isVisible()
    assert crumbs.texts == ("Net", "nin1")
    first = next(button for button in crumbs.findChildren(QPushButton) if button.text() == "Net")
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert window.session.path == ()
    assert window.session.selection == {"nin1"}
    assert not crumbs.isVisible()


def test_enter_opens_a_block_and_escape_leaves_it(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.design.canvas
    window.session.select(["nin1"])
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert window.session.path == ("nin1",)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert window.session.path == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    up = window.findChild(QToolButton, "leaveBlock")
    assert up is not None
    qtbot.mouseClick(up, Qt.MouseButton.LeftButton)
    assert window.session.path == ()


def test_the_form_sets_repeat_and_exposed_parameters(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.select(["nin1"])
    qtbot.waitUntil(lambda: window.design.inspector.findChild(QWidget, "param_filters") is not None)
    assert field(window, "filters").text() == "64"
    retype(field(window, "filters"), "96")
    assert session.network.nodes["nin1"].params["filters"] == 96
    assert session.analysis.nodes["nin1"].output_shape == (28, 28, 96)
    retype(field(window, "repeat"), "3")
    block = session.network.nodes["nin1"].block
    assert block is not None
    assert block.repeat == 3
    assert session.analysis.nodes["nin1"].summary.startswith("×3 · 96")
    session.undo()
    session.undo()
    qtbot.waitUntil(lambda: field(window, "filters").text() == "64")
    assert field(window, "repeat").text() == "1"


def test_an_open_block_shows_the_values_that_are_in_force(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.apply(lambda network: set_params(network, "nin1", {"filters": 96}), Message("Set"))
    session.enter("nin1")
    session.select(["conv"])
    qtbot.waitUntil(lambda: field(window, "filters").text() == "96")


def test_a_problem_inside_a_block_leads_there(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    session.enter("nin1")
    session.apply(
        lambda network: set_params(network, "conv", {"kernel_size": 99, "padding": "valid"}), Message("Set")
    )
    session.leave()
    qtbot.waitUntil(lambda: any(p.node == "nin1/conv" for p in session.whole.diagnostics))
    assert [problem.node for problem in session.analysis.diagnostics if problem.severity == "error"] == [
        "nin1"
    ]
    window.design.panel.problems.node_activated.emit("nin1/conv")
    assert session.path == ("nin1",)
    assert session.selection == {"conv"}


def test_the_code_and_the_totals_are_the_whole_network_s_while_a_block_is_open(
    window: MainWindow, qtbot: QtBot
) -> None:
    total = window.session.analysis.total_params
    window.session.enter("nin1")
    assert window.session.analysis.total_params == total == window.session.whole.total_params
    window.design.panel.show_tab(2)
    qtbot.waitUntil(lambda: "nin1_conv" in window.design.panel.code.source)
    assert "image = keras.Input" in window.design.panel.code.source


def test_the_network_menu_groups_and_ungroups(window: MainWindow) -> None:
    window.session.select(["nin1"])
    window.commands["group"].trigger()
    (block_id,) = window.session.selection
    assert window.session.network.nodes[block_id].block is not None
    window.commands["ungroup"].trigger()
    assert "nin1" in window.session.network.nodes
