"""Finding nodes on the canvas by name, type, kind and shape."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Network
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas import finding
from cnnstudio.ui.canvas.find_field import FindField
from tests.ui.canvas.conftest import Open, chain, node
from tests.ui.canvas.hands import Hands

Key = Qt.Key
Control = Qt.KeyboardModifier.ControlModifier
Shift = Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", []),
        ("   ", []),
        ("conv1", ["conv1"]),
        ("CONV", ["conv1"]),
        ("pool", ["pool1"]),
        ("max pool", ["pool1"]),
        ("14x14", ["pool1"]),
        ("14 × 14 × 6", ["pool1"]),
        ("6*28*28", ["conv1"]),
        ("1176", ["flatten"]),
        ("nothing of the kind", []),
    ],
)
def test_nodes_are_found_by_name_type_and_shape(wanted: str, found: list[str]) -> None:
    known = catalogue()
    texts = finding.searched_texts(chain(), known, Analyser(known).analyse(chain()))
    labels = {node_id: node_id for node_id in chain().nodes}
    assert finding.matches(texts, labels, wanted) == found


def test_names_come_before_types_and_the_very_name_first() -> None:
    labels = {"a": "other", "b": "my conv2", "c": "conv20", "d": "conv2"}
    texts = {"a": "other conv2d", "b": "my conv2 conv2d", "c": "conv20 conv2d", "d": "conv2 conv2d"}
    assert finding.matches(texts, labels, "Conv2") == ["d", "c", "b", "a"]


@pytest.fixture
def tall(show: Open, qtbot: QtBot) -> Hands:
    """Thirty convolutions, far more than the window shows."""
    nodes = [node(f"conv{i}", "Conv2D", 0, 104 * i, filters=4) for i in range(1, 31)]
    view = show(Network.of([node("image", "Input", 0, 0, shape=[64, 64, 3]), *nodes]))
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    return Hands(view, qtbot)


def field_of(hands: Hands) -> FindField:
    (field,) = [field for field in hands.view.findChildren(FindField) if field.isVisible()]
    return field


def press(key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget = QApplication.focusWidget()
    assert isinstance(widget, QLineEdit)
    QTest.keyClick(widget, key, keys)


def in_the_middle(hands: Hands, node_id: str) -> bool:
    off = hands.view.node_place(node_id).center() - hands.view.viewport().rect().center()
    return off.manhattanLength() < 40


def test_typing_leads_to_the_node_and_brings_it_to_the_middle(tall: Hands) -> None:
    before = tall.network
    tall.key(Key.Key_F, Control)
    tall.type("conv25")
    assert tall.view.session.selection == {"conv25"}
    assert in_the_middle(tall, "conv25")
    assert field_of(tall).count_text == "1 of 1"
    assert tall.network is before
    assert not tall.view.session.document.can_undo


def test_enter_leads_on_and_round_and_shift_enter_back(tall: Hands) -> None:
    tall.key(Key.Key_F, Control)
    tall.type("conv2")
    shown = []
    for keys in (Key.Key_Return, Key.Key_Return, Key.Key_Down):
        press(keys)
        shown.append(set(tall.view.session.selection))
    assert shown == [{"conv20"}, {"conv21"}, {"conv22"}]
    press(Key.Key_Return, Shift)
    assert tall.view.session.selection == {"conv21"}
    assert field_of(tall).count_text == "3 of 30"
    for _ in range(28):
        press(Key.Key_Return)
    assert tall.view.session.selection == {"conv2"}


def test_escape_leaves_the_keyboard_on_the_canvas_at_the_node_found(tall: Hands) -> None:
    tall.key(Key.Key_F, Control)
    tall.type("conv9")
    press(Key.Key_Escape)
    assert tall.view.hasFocus()
    assert tall.view.canvas.current == "conv9"


def test_f3_goes_on_with_the_last_search(tall: Hands) -> None:
    tall.key(Key.Key_F, Control)
    tall.type("conv2")
    press(Key.Key_Escape)
    tall.key(Key.Key_F3)
    assert tall.view.session.selection == {"conv20"}
    tall.key(Key.Key_F, Control)
    assert field_of(tall).wanted == "conv2"


def test_nothing_found_is_said_and_moves_nothing(tall: Hands) -> None:
    tall.view.session.select(["conv3"])
    seen = tall.view.viewpoint.visible_rect()
    tall.key(Key.Key_F, Control)
    tall.type("zebra")
    assert field_of(tall).count_text == "Nothing found"
    press(Key.Key_Return)
    assert tall.view.viewpoint.visible_rect() == seen
    assert tall.view.session.selection == {"conv3"}


def test_a_node_found_from_far_away_is_shown_in_full_size(tall: Hands) -> None:
    tall.key(Key.Key_F)
    assert tall.view.viewpoint.scale < 0.5
    tall.key(Key.Key_F, Control)
    tall.type("conv17")
    assert tall.view.viewpoint.scale == 1.0
    assert in_the_middle(tall, "conv17")


def test_looking_around_keeps_the_search_open(tall: Hands) -> None:
    tall.key(Key.Key_F, Control)
    tall.type("conv")
    tall.wheel((0.0, 0.0), -1)
    assert field_of(tall).isVisible()


def test_a_node_that_is_gone_is_not_led_to(tall: Hands) -> None:
    tall.key(Key.Key_F, Control)
    tall.type("conv2")
    tall.view.session.select(["conv20"])
    tall.view.delete()
    press(Key.Key_Return)
    assert tall.view.session.selection == {"conv21"}
    assert field_of(tall).count_text == "2 of 29"
