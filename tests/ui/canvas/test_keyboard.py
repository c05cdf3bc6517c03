"""The canvas by keyboard alone: walking, renaming, adding, copying, deleting, arranging, zooming."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.canvas.quick_add import QuickAdd
from tests.ui.canvas.conftest import Open, chain, node
from tests.ui.canvas.hands import Hands, assert_shows_document

Key = Qt.Key
Control = Qt.KeyboardModifier.ControlModifier
Shift = Qt.KeyboardModifier.ShiftModifier
Alt = Qt.KeyboardModifier.AltModifier


@pytest.fixture(autouse=True)
def _keyboard_is_here(hands: Hands, qtbot: QtBot) -> None:
    hands.view.activateWindow()
    hands.view.setFocus()
    qtbot.waitUntil(hands.view.hasFocus)


def edge(source: str, target: str, slot: int = 0) -> Edge:
    return Edge(source=source, target=target, slot=slot)


def selection(hands: Hands) -> set[str]:
    return set(hands.view.session.selection)


def test_arrows_walk_along_the_wires(hands: Hands) -> None:
    walked = []
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_Left):
        hands.key(key)
        walked.append(selection(hands))
    assert walked == [{"image"}, {"conv1"}, {"pool1"}, {"conv1"}, {"conv1"}]


def test_arrows_with_shift_select_along_the_way(hands: Hands) -> None:
    hands.key(Key.Key_Down)
    hands.key(Key.Key_Down, Shift)
    hands.key(Key.Key_Down, Shift)
    assert selection(hands) == {"image", "conv1", "pool1"}


def test_arrows_with_alt_move_the_selection_in_one_step(hands: Hands) -> None:
    before = hands.network
    hands.click("fc")
    for _ in range(3):
        hands.key(Key.Key_Right, Alt)
    assert hands.network.nodes["fc"].position == (24.0, 416.0)
    hands.view.session.undo()
    assert hands.network is before


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_Backspace])
def test_deleting_a_node_bridges_the_gap(hands: Hands, key: Qt.Key) -> None:
    before = hands.network
    hands.click("pool1")
    hands.key(key)
    assert "pool1" not in hands.network.nodes
    assert edge("conv1", "flatten") in hands.network.edges
    assert selection(hands) == {"conv1"}
    assert str(hands.view.session.document.undo_label) == "Delete pool1"
    assert_shows_document(hands.view)
    hands.view.session.undo()
    assert hands.network is before


def test_everything_is_selected_deleted_and_brought_back(hands: Hands) -> None:
    before = hands.network
    hands.key(Key.Key_A, Control)
    assert selection(hands) == set(before.nodes)
    hands.key(Key.Key_Delete)
    assert not hands.network.nodes
    assert_shows_document(hands.view)
    hands.view.session.undo()
    assert hands.network is before


def test_copied_layers_are_pasted_with_new_ids_and_their_wires(hands: Hands) -> None:
    before = hands.network
    hands.click("conv1")
    hands.click("pool1", Shift)
    hands.key(Key.Key_C, Control)
    text = QGuiApplication.clipboard().text()
    assert json.loads(text)["format"] == "cnnstudio.project"
    hands.key(Key.Key_V, Control)
    added = hands.network.nodes.keys() - before.nodes.keys()
    assert selection(hands) == added
    assert {hands.network.nodes[i].type for i in added} == {"Conv2D", "MaxPooling2D"}
    (wire,) = set(hands.network.edges) - set(before.edges)
    assert {wire.source, wire.target} == added
    copy = hands.network.nodes[wire.source]
    assert copy.params == before.nodes["conv1"].params
    assert copy.position == (24.0, 128.0)
    hands.key(Key.Key_V, Control)
    assert len(hands.network.nodes) == 9
    assert_shows_document(hands.view)
    hands.view.session.undo()
    hands.view.session.undo()
    assert hands.network is before


def test_cut_and_paste_bring_a_layer_back_to_its_place(hands: Hands) -> None:
    hands.click("pool1")
    hands.key(Key.Key_X, Control)
    assert "pool1" not in hands.network.nodes
    hands.key(Key.Key_V, Control)
    (added,) = selection(hands)
    assert hands.network.nodes[added].position == (0.0, 208.0)


def test_duplicate_leaves_the_clipboard_alone(hands: Hands) -> None:
    QGuiApplication.clipboard().setText("something else")
    hands.click("conv1")
    hands.key(Key.Key_D, Control)
    (added,) = selection(hands)
    assert hands.network.nodes[added].position == (24.0, 128.0)
    assert QGuiApplication.clipboard().text() == "something else"


@pytest.mark.parametrize(
    "text", ["", "hello", "[1, 2]", '{"format": "cnnstudio.project", "version": 99}', "[" * 5000]
)
def test_pasting_something_else_says_so_and_changes_nothing(hands: Hands, text: str) -> None:
    heard: list[str] = []
    hands.view.session.refused.connect(heard.append)
    before = hands.network
    QGuiApplication.clipboard().setText(text)
    hands.key(Key.Key_V, Control)
    assert hands.network is before
    assert "no layers on the clipboard" in heard[0]


def test_a_layer_of_another_window_is_pasted_into_view(hands: Hands) -> None:
    from cnnstudio.ui.canvas.clipboard import copied_text

    foreign = Network.of(
        [Node(id="x", type="Dense", params=Params(units=3), name="head", position=(9000.0, 9000.0))]
    )
    QGuiApplication.clipboard().setText(copied_text(foreign))
    hands.key(Key.Key_V, Control)
    (added,) = selection(hands)
    assert hands.network.nodes[added].name == "head"
    assert hands.view.viewport().rect().contains(hands.view.node_place(added))


def field_of(view: CanvasView) -> QLineEdit:
    field = view.findChild(QLineEdit, "renameField")
    assert field is not None
    return field


def test_f2_renames_in_place(hands: Hands) -> None:
    hands.click("conv1")
    hands.key(Key.Key_F2)
    hands.type("first")
    QTest.keyClick(field_of(hands.view), Key.Key_Return)
    assert hands.network.nodes["conv1"].name == "first"
    assert str(hands.view.session.document.undo_label) == "Rename conv1 to first"
    assert_shows_document(hands.view)
    hands.view.session.undo()
    assert hands.network.nodes["conv1"].name == ""


def test_a_layer_that_is_out_of_view_is_renamed_where_it_can_be_seen(hands: Hands) -> None:
    hands.click("conv1")
    hands.view.viewpoint.scroll_by(QPoint(0, 5000))
    hands.key(Key.Key_F2)
    view = hands.view
    assert view.viewport().rect().contains(view.node_place("conv1"))
    assert view.node_place("conv1").intersects(field_of(view).geometry())


def test_a_double_click_on_the_name_renames_and_escape_gives_up(hands: Hands) -> None:
    x, y = hands.view.canvas.diagram.cards["conv1"].rect.center
    hands.double_click((x - 60, y - 18))
    hands.type("first")
    QTest.keyClick(field_of(hands.view), Key.Key_Escape)
    assert hands.network.nodes["conv1"].name == ""
    assert hands.view.hasFocus()


def test_a_name_that_is_taken_stays_in_the_field(hands: Hands) -> None:
    hands.click("conv1")
    hands.key(Key.Key_F2)
    hands.type("fc")
    field = field_of(hands.view)
    QTest.keyClick(field, Key.Key_Return)
    assert field.isVisible()
    assert "fc" in field.toolTip()
    QTest.keyClick(field, Key.Key_Escape)
    assert hands.network.nodes["conv1"].label == "conv1"


def test_leaving_the_field_keeps_the_name(hands: Hands) -> None:
    hands.click("conv1")
    hands.key(Key.Key_F2)
    hands.type("first")
    hands.click((-300.0, 0.0))
    assert hands.network.nodes["conv1"].label == "first"


def list_of(view: CanvasView) -> QuickAdd:
    found = [popup for popup in view.findChildren(QuickAdd) if popup.isVisible()]
    assert len(found) == 1
    return found[0]


def test_slash_adds_a_layer_that_fits_after_the_selection(hands: Hands) -> None:
    hands.click("fc")
    hands.key(Key.Key_Slash)
    popup = list_of(hands.view)
    assert "Dense" in popup.shown
    assert "Conv2D" not in popup.shown  # ten numbers are no picture
    assert "Add" not in popup.shown  # needs two inputs
    assert "Input" not in popup.shown
    hands.type("dense")
    assert popup.shown[0] == "Dense"
    assert "Dropout" not in popup.shown
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)
    (added,) = selection(hands)
    assert edge("fc", added) in hands.network.edges
    assert hands.view.hasFocus()
    assert hands.view.session.analysis.ok


def test_escape_closes_quick_add_and_changes_nothing(hands: Hands) -> None:
    before = hands.network
    hands.key(Key.Key_Slash)
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    assert not [popup for popup in hands.view.findChildren(QuickAdd) if popup.isVisible()]
    assert hands.network is before
    assert hands.view.hasFocus()


def test_quick_add_on_an_empty_canvas_offers_inputs(show: Open) -> None:
    view = show(Network())
    view.quick_add()
    assert "Input" in list_of(view).shown
    assert "Conv2D" not in list_of(view).shown


def test_a_wire_let_go_over_nothing_asks_what_to_put_there(hands: Hands) -> None:
    hands.drag(hands.output("fc"), (300.0, 560.0))
    popup = list_of(hands.view)
    assert "Dense" in popup.shown
    hands.type("Dropout")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)
    (added,) = selection(hands)
    assert edge("fc", added) in hands.network.edges
    assert hands.network.nodes[added].type == "Dropout"
    assert hands.network.nodes[added].position == (192.0, 560.0)
    assert hands.view.canvas.overlay.is_empty


def test_two_selected_layers_are_connected_by_a_key(hands: Hands) -> None:
    hands.view.session.select(["image", "flatten"])
    hands.key(Key.Key_C)
    assert edge("image", "flatten") in hands.network.edges
    assert edge("pool1", "flatten") not in hands.network.edges


def test_connecting_by_key_asks_for_two(hands: Hands) -> None:
    heard: list[str] = []
    hands.view.session.refused.connect(heard.append)
    hands.view.session.select(["image"])
    hands.key(Key.Key_C)
    assert len(heard) == 1


def test_arranging_glides_and_is_one_step(hands: Hands, qtbot: QtBot) -> None:
    hands.drag("pool1", (504.0, 301.0))
    before = hands.network
    hands.key(Key.Key_L, Control)
    arranged = hands.network
    assert arranged is not before
    card = hands.view.canvas.diagram.cards["pool1"]
    assert (card.x, card.y) != arranged.nodes["pool1"].position
    qtbot.waitUntil(lambda: (card.x, card.y) == arranged.nodes["pool1"].position)
    hands.view.session.undo()
    assert hands.network is before


def test_fit_and_full_size(hands: Hands) -> None:
    hands.view.viewpoint.zoom_to(3.0)
    hands.key(Key.Key_F)
    assert hands.view.viewpoint.scale <= 1.0
    content = hands.view.mapFromScene(hands.view.canvas.content_rect()).boundingRect()
    assert hands.view.viewport().rect().contains(content)
    hands.key(Key.Key_Plus, Control)
    hands.key(Key.Key_0, Control)
    assert hands.view.viewpoint.scale == 1.0


def test_escape_lets_go_of_the_selection_and_then_of_the_key(hands: Hands) -> None:
    hands.click("conv1")
    hands.key(Key.Key_Escape)
    assert not selection(hands)


def test_enter_activates_the_current_node(hands: Hands, qtbot: QtBot) -> None:
    hands.click("conv1")
    with qtbot.waitSignal(hands.view.node_activated) as heard:
        hands.key(Key.Key_Return)
    assert heard.args == ["conv1"]


def test_nodes_without_a_place_are_laid_out_and_keep_it_after_the_first_edit(
    show: Open, qtbot: QtBot
) -> None:
    bare = Network.of(
        (Node(id=n.id, type=n.type, params=n.params) for n in chain().nodes.values()), chain().edges
    )
    view = show(bare)
    places = view.places()
    assert len(set(places.values())) == 5
    assert not view.session.document.can_undo
    hands = Hands(view, qtbot)
    hands.click("fc")
    hands.key(Key.Key_Right, Alt)
    assert view.session.network.nodes["conv1"].position == places["conv1"]
    assert view.session.network.nodes["fc"].position == (places["fc"][0] + 8, places["fc"][1])


def test_nodes_from_elsewhere_without_a_place_stand_below(show: Open) -> None:
    from cnnstudio.core import edits
    from cnnstudio.core.message import Message

    view = show(Network.of([node("image", "Input", 0, 0, shape=[8, 8, 1])]))
    view.session.apply(
        lambda network: edits.add(network, [Node(id="more", type="Flatten")], [edge("image", "more")]),
        Message("Fix it"),
    )
    assert view.places()["more"][1] > 64
