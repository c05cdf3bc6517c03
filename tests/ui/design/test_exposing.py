"""Parameters shown on the open block: by button, menu and keys; named, shared, renamed, removed, one step each."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Block, Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.ui.design.inspector.name_dialog import NameDialog
from cnnstudio.ui.design.inspector.param_row import ParamRow
from cnnstudio.ui.main_window import MainWindow
from tests.ui.window_fixtures import make_window


def _chain(*nodes: Node) -> Network:
    pairs = pairwise(nodes)
    return Network.of(nodes, [Edge(source=one.id, target=other.id) for one, other in pairs])


INNER = _chain(
    Node(id="in", type="BlockInput"),
    Node(id="conv1", type="Conv2D", params=Params(filters=4)),
    Node(id="conv2", type="Conv2D", params=Params(filters=8)),
    Node(id="out", type="BlockOutput"),
)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = make_window(qtbot, tmp_path)
    block = Node(id="twice", type="Block", block=Block(network=INNER))
    network = _chain(Node(id="image", type="Input"), block)
    window.session.document.open(Project(name="Net", network=network))
    window.show_workspace("design")
    window.session.enter("twice")
    select(window, qtbot, "conv1")
    return window


def select(window: MainWindow, qtbot: QtBot, node_id: str) -> None:
    window.session.select([node_id])
    qtbot.waitUntil(lambda: window.session.selection == {node_id})


def part(window: MainWindow, qtbot: QtBot, kind: type[QWidget], name: str) -> QWidget:
    def shown() -> list[QWidget]:
        return [one for one in window.design.inspector.findChildren(kind, name) if one.isVisible()]

    qtbot.waitUntil(lambda: len(shown()) == 1)
    return shown()[0]


def is_marked(window: MainWindow, param: str) -> bool:
    marks = window.design.inspector.findChildren(QWidget, f"exposed_{param}")
    return any(mark.isVisible() for mark in marks)


def exposed(window: MainWindow) -> dict[str, object]:
    block = window.session.document.network.nodes["twice"].block
    assert block is not None
    return block.exposed.to_json()


def dialog(window: MainWindow) -> NameDialog:
    found = [one for one in window.findChildren(NameDialog) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def field_of(window: MainWindow) -> QLineEdit:
    field = dialog(window).findChild(QLineEdit, "exposedName")
    assert field is not None
    return field


def choose_by_button(window: MainWindow, qtbot: QtBot, param: str) -> None:
    """Click *Show on the block…*, and the parameter in its menu."""
    qtbot.mouseClick(part(window, qtbot, QPushButton, "showOnBlock"), Qt.MouseButton.LeftButton)
    menu = next(one for one in window.findChildren(QMenu, "paramsToShow") if one.isVisible())
    action = next(one for one in menu.actions() if one.data() == param)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(NameDialog)))


def answer(window: MainWindow, qtbot: QtBot, name: str | None = None) -> None:
    field = field_of(window)
    if name is not None:
        field.selectAll()
        QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not any(one.isVisible() for one in window.findChildren(NameDialog)))


def test_a_field_is_shown_on_the_block_and_set_from_there(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    choose_by_button(window, qtbot, "filters")
    assert field_of(window).text() == "filters"
    answer(window, qtbot)
    assert exposed(window) == {"filters": ["conv1.filters"]}
    qtbot.waitUntil(lambda: is_marked(window, "filters"))
    assert not is_marked(window, "strides")
    assert session.path == ("twice",)
    session.leave()
    qtbot.waitUntil(lambda: session.selection == {"twice"})
    field = part(window, qtbot, QLineEdit, "param_filters")
    assert isinstance(field, QLineEdit)
    assert field.text() == "4"
    field.selectAll()
    QTest.keyClicks(field, "12")
    session.enter("twice")
    assert session.network.nodes["conv1"].params["filters"] == 12
    session.undo()
    assert session.path == ()
    session.undo()
    assert session.path == ("twice",)
    assert exposed(window) == {}
    session.redo()
    assert exposed(window) == {"filters": ["conv1.filters"]}


def test_two_layers_share_a_parameter_and_then_a_value(window: MainWindow, qtbot: QtBot) -> None:
    choose_by_button(window, qtbot, "filters")
    answer(window, qtbot)
    select(window, qtbot, "conv2")
    choose_by_button(window, qtbot, "filters")
    assert field_of(window).text() == "conv2_filters"
    field_of(window).selectAll()
    QTest.keyClicks(field_of(window), "filters")
    note = dialog(window).findChild(QLabel, "exposedNote")
    assert note is not None
    assert "conv1.filters" in note.text()
    answer(window, qtbot)
    assert exposed(window) == {"filters": ["conv1.filters", "conv2.filters"]}
    assert window.session.network.nodes["conv2"].params["filters"] == 4
    window.session.undo()
    assert window.session.path == ("twice",)
    assert exposed(window) == {"filters": ["conv1.filters"]}
    assert window.session.network.nodes["conv2"].params["filters"] == 8


@pytest.mark.parametrize("name", ["2wide", "repeat", "two words", "", "filters"])
def test_a_name_that_cannot_be_used_is_refused_while_it_is_typed(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    choose_by_button(window, qtbot, "filters")
    answer(window, qtbot)
    choose_by_button(window, qtbot, "use_bias")
    field_of(window).clear()
    QTest.keyClicks(field_of(window), name)
    buttons = dialog(window).findChild(QDialogButtonBox)
    note = dialog(window).findChild(QLabel, "exposedNote")
    assert buttons is not None
    assert note is not None
    assert not buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    assert note.text()
    QTest.keyClick(field_of(window), Qt.Key.Key_Return)
    assert exposed(window) == {"filters": ["conv1.filters"]}
    QTest.keyClick(dialog(window), Qt.Key.Key_Escape)


def test_a_right_click_on_a_row_offers_it_too(window: MainWindow, qtbot: QtBot) -> None:
    row = next(
        one for one in window.design.inspector.findChildren(ParamRow) if one.spec.name == "kernel_size"
    )
    spot = QPoint(10, 10)
    QApplication.sendEvent(
        row, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, row.mapToGlobal(spot))
    )
    menu = next(one for one in window.findChildren(QMenu, "exposeMenu") if one.isVisible())
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(NameDialog)))
    answer(window, qtbot, "kernel")
    assert exposed(window) == {"kernel": ["conv1.kernel_size"]}


def test_a_shown_parameter_is_renamed_and_removed(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    choose_by_button(window, qtbot, "filters")
    answer(window, qtbot)
    session.leave()
    session.apply(lambda network: set_params(network, "twice", {"filters": 6}), Message("Set"))
    session.enter("twice")
    select(window, qtbot, "conv1")
    qtbot.waitUntil(lambda: is_marked(window, "filters"))
    qtbot.mouseClick(part(window, qtbot, QPushButton, "rename_filters"), Qt.MouseButton.LeftButton)
    assert field_of(window).text() == "filters"
    answer(window, qtbot, "width")
    assert exposed(window) == {"width": ["conv1.filters"]}
    assert session.network.nodes["conv1"].params["filters"] == 6
    qtbot.waitUntil(lambda: is_marked(window, "filters"))
    qtbot.mouseClick(part(window, qtbot, QPushButton, "unexpose_filters"), Qt.MouseButton.LeftButton)
    assert exposed(window) == {}
    assert session.network.nodes["conv1"].params["filters"] == 6
    qtbot.waitUntil(lambda: not is_marked(window, "filters"))
    session.undo()
    assert exposed(window) == {"width": ["conv1.filters"]}


def test_at_the_top_nothing_is_offered(window: MainWindow, qtbot: QtBot) -> None:
    window.session.leave()
    select(window, qtbot, "image")
    assert not any(
        one.isVisible() for one in window.design.inspector.findChildren(QPushButton, "showOnBlock")
    )
