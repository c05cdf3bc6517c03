"""A residual network built, wired, configured and arranged by real key events alone, in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Edge
from cnnstudio.core.project import Project
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.main_window import MainWindow
from tests.ui.canvas.conftest import chain
from tests.ui.canvas.hands import assert_shows_document
from tests.ui.window_fixtures import make_window

Key = Qt.Key
Control = Qt.KeyboardModifier.ControlModifier
Shift = Qt.KeyboardModifier.ShiftModifier
Alt = Qt.KeyboardModifier.AltModifier
NoKeys = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = make_window(qtbot, tmp_path)
    window.show_workspace("design")
    window.activateWindow()
    qtbot.waitUntil(window.design.canvas.hasFocus)
    return window


class Keyboard:
    """Keys go to whatever has the focus, as they do in life."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.canvas: CanvasView = window.design.canvas

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = NoKeys) -> None:
        QTest.keyClick(self.focus, key, keys)
        QApplication.processEvents()  # what a key brings up is shown a turn of the event loop later

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def add(self, layer: str) -> str:
        """`/`, the type, Enter; gives the new node's id."""
        assert self.canvas.hasFocus()
        self.press(Key.Key_Slash)
        self.type(layer)
        self.press(Key.Key_Return)
        assert self.canvas.hasFocus()
        (node_id,) = self.window.session.selection
        return node_id

    def tab_to(self, words: str) -> None:
        """Tab until the field of that name has the keyboard."""
        for _ in range(40):
            self.press(Key.Key_Tab)
            if words.casefold() in self.focus.accessibleName().casefold():
                return
        raise AssertionError(f"no field is called {words}")

    def set(self, name: str, value: str) -> None:
        """Into the form, a field's value, and back."""
        self.tab_to(name)
        self.press(Key.Key_A, Control)
        self.type(value)
        self.press(Key.Key_Return)
        self.press(Key.Key_Escape)
        assert self.canvas.hasFocus()


def test_a_residual_network_is_made_without_a_mouse(window: MainWindow) -> None:
    keyboard = Keyboard(window)
    image = keyboard.add("input")
    first = keyboard.add("conv2d")
    keyboard.set("filters", "16")
    second = keyboard.add("conv2d")
    keyboard.set("filters", "16")
    for conv in (second, first):  # walk up again, choosing "same" on the way
        assert window.session.selection == {conv}
        keyboard.tab_to("padding")
        keyboard.press(Key.Key_Home)
        keyboard.type("same")
        keyboard.press(Key.Key_Escape)
        assert window.session.network.nodes[conv].params["padding"] == "same"
        if conv == second:
            keyboard.press(Key.Key_Up)
    keyboard.press(Key.Key_Down, Control)  # the keyboard goes on, the selection stays
    assert window.session.selection == {first}
    keyboard.press(Key.Key_Space, Control)
    assert window.session.selection == {first, second}
    add = keyboard.add("add")
    relu = keyboard.add("activation")
    flatten = keyboard.add("flatten")
    head = keyboard.add("dense")
    keyboard.set("units", "12")
    assert set(window.session.network.edges) == {
        Edge(source=image, target=first),
        Edge(source=first, target=second),
        Edge(source=first, target=add),
        Edge(source=second, target=add, slot=1),
        Edge(source=add, target=relu),
        Edge(source=relu, target=flatten),
        Edge(source=flatten, target=head),
    }
    assert window.session.analysis.ok
    assert window.session.network.nodes[head].params["units"] == 12
    before = window.session.network
    keyboard.press(Key.Key_Left, Alt)
    keyboard.press(Key.Key_L, Control)
    assert str(window.session.document.undo_label) == "Arrange the network"
    keyboard.canvas.finish_glide()
    keyboard.press(Key.Key_F2)
    keyboard.type("scores")
    keyboard.press(Key.Key_Return)
    assert window.session.network.nodes[head].label == "scores"
    assert keyboard.canvas.hasFocus()
    keyboard.press(Key.Key_Right, Alt)
    for _ in range(4):
        keyboard.press(Key.Key_Z, Control)
    assert window.session.network is before
    assert_shows_document(keyboard.canvas)


def test_two_layers_are_wired_and_unwired_by_keys(window: MainWindow) -> None:
    keyboard = Keyboard(window)
    window.session.document.open(Project(network=chain()))
    keyboard.press(Key.Key_Home)
    keyboard.press(Key.Key_Down)
    keyboard.press(Key.Key_Down, Shift)
    assert window.session.selection == {"image", "conv1"}
    keyboard.press(Key.Key_C, Shift)
    assert not window.session.network.inputs("conv1")
    keyboard.press(Key.Key_C, Shift)  # nothing between them any more: a sentence, no change
    keyboard.press(Key.Key_C)
    assert window.session.network.edges[-1] == Edge(source="image", target="conv1")


def accent_pixels(view: CanvasView) -> int:
    image = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    accent, soft = view.canvas.look.accent, view.canvas.look.focus.color()
    wanted = {accent.rgb(), soft.rgb()}
    return sum(
        image.pixel(x, y) in wanted for x in range(0, image.width(), 1) for y in range(0, image.height(), 3)
    )


@pytest.mark.parametrize("scale", [1.0, 0.5, 0.2])
def test_the_node_with_the_keyboard_can_be_seen_at_every_zoom(window: MainWindow, scale: float) -> None:
    window.session.document.open(Project(network=chain()))
    canvas = window.design.canvas
    canvas.viewpoint.zoom_to(scale)
    canvas.viewpoint.centre_on(canvas.canvas.content_rect().center())
    window.session.select(())
    canvas.canvas.set_current("", has_focus=True)
    before = accent_pixels(canvas)
    Keyboard(window).press(Key.Key_Down, Control)
    assert not window.session.selection
    assert canvas.canvas.current == "image"
    assert accent_pixels(canvas) > before + 10
