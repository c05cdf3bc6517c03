"""What a screen reader is told of the canvas, asked through Qt's own interfaces."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.session import Session
from cnnstudio.ui.shape_text import shape_order
from tests.ui.canvas.conftest import Open, chain, node
from tests.ui.canvas.hands import Hands

Name, Description = QAccessible.Text.Name, QAccessible.Text.Description
DO = Message("Do something")


@pytest.fixture(autouse=True)
def _somebody_listens(qapp: object) -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def heard(view: CanvasView) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(view)


def names(view: CanvasView) -> list[str]:
    interface = heard(view)
    return [interface.child(i).text(Name) for i in range(interface.childCount())]


def test_the_canvas_is_a_named_list_of_its_nodes_in_the_order_of_the_data(view: CanvasView) -> None:
    interface = heard(view)
    assert interface.role() == QAccessible.Role.List
    assert interface.text(Name) == "Network canvas"
    assert "Arrow keys" in interface.text(Description)
    assert interface.childCount() == 5
    assert [name.split(",")[0] for name in names(view)] == ["image", "conv1", "pool1", "flatten", "fc"]
    assert {interface.child(i).role() for i in range(5)} == {QAccessible.Role.ListItem}


def test_a_node_says_name_type_parameters_output_and_problems(show: Open) -> None:
    nodes = [
        node("image", "Input", 0, 0, shape=[28, 28, 1]),
        node("conv1", "Conv2D", 0, 104, filters=6, kernel_size=5),
        node("conv2", "Conv2D", 0, 208, filters=8, kernel_size=[3, 5], strides=2, padding="same"),
        node("odd", "NotALayer", 300, 0),
    ]
    wires = [Edge(source="image", target="conv1"), Edge(source="conv1", target="conv2")]
    said = {name.split(",")[0]: name for name in names(show(Network.of(nodes, wires)))}
    assert (
        said["conv1"].removesuffix(", 1 hint")
        == "conv1, Conv2D, 6 filters 5 by 5, output 24 by 24 by 6, no problems"
    )
    assert (
        said["conv2"]
        == "conv2, Conv2D, 8 filters 3 by 5 stride 2 padding same, output 12 by 12 by 8, no problems"
    )
    assert said["odd"].startswith("odd, NotALayer, unknown layer, output not known, 1 problem")


def test_wires_are_part_of_the_description(view: CanvasView) -> None:
    description = heard(view).child(2).text(Description)
    assert "Fed by conv1 (28 by 28 by 6)." in description
    assert "Feeds flatten." in description
    assert "Fed by nothing." in heard(view).child(0).text(Description)
    assert "Feeds nothing." in heard(view).child(4).text(Description)


def test_a_node_s_children_are_the_wires_into_it(show: Open) -> None:
    nodes = [
        node("image", "Input", 0, 0, shape=[28, 28, 1]),
        node("conv1", "Conv2D", 0, 104, filters=6, kernel_size=5),
        node("add", "Add", 0, 208),
    ]
    wires = [
        Edge(source="image", target="conv1"),
        Edge(source="image", target="add"),
        Edge(source="conv1", target="add", slot=1),
    ]
    view = show(Network.of(nodes, wires))
    interface = heard(view)
    image, conv1, add = (interface.child(number) for number in range(3))
    assert image.childCount() == 0
    wire = conv1.child(0)
    assert wire.text(Name) == "wire from image to conv1, 28 by 28 by 1, no problems"
    assert wire.role() == QAccessible.Role.Graphic
    assert wire.parent() is conv1
    assert conv1.indexOfChild(wire) == 0
    assert not wire.state().invalid
    said = [add.child(number).text(Name) for number in range(add.childCount())]
    assert [text.split(",")[0] for text in said] == [
        "wire from image to input 1 of add",
        "wire from conv1 to input 2 of add",
    ]
    at_fault = [number for number in range(2) if add.child(number).state().invalid]
    assert len(at_fault) == 1
    assert said[at_fault[0]].endswith("1 problem")
    assert said[1 - at_fault[0]].endswith("no problems")
    view.canvas.choose_wire(wires[0])
    assert wire.state().selected
    assert wire.rect().top() >= image.rect().bottom() - 1
    assert wire.rect().bottom() <= conv1.rect().top() + 1
    view.editing.disconnect_wires([wires[0]])
    assert not wire.isValid()
    assert wire.text(Name) == ""
    assert conv1.childCount() == 0


def test_a_problem_is_said_in_full(view: CanvasView) -> None:
    view.session.apply(lambda n: edits.set_params(n, "conv1", {"kernel_size": 99, "padding": "valid"}), DO)
    item = heard(view).child(1)
    assert item.text(Name).endswith("1 problem")
    assert str(view.session.analysis.of("conv1")[0].message) in item.text(Description)
    assert item.state().invalid


def test_shapes_are_said_in_the_chosen_order(view: CanvasView) -> None:
    shape_order().choose(True)
    try:
        assert "output 6 by 14 by 14" in names(view)[2]
    finally:
        shape_order().choose(False)


def test_states_tell_selection_focus_and_what_is_out_of_view(view: CanvasView, hands: Hands) -> None:
    view.activateWindow()
    view.setFocus()
    hands.qtbot.waitUntil(view.hasFocus)
    hands.key(Qt.Key.Key_Down)
    hands.key(Qt.Key.Key_Down)
    states = [heard(view).child(i).state() for i in range(5)]
    assert [bool(state.selected) for state in states] == [False, True, False, False, False]
    assert [bool(state.focused) for state in states] == [False, True, False, False, False]
    assert not states[1].offscreen
    assert heard(view).focusChild().text(Name).startswith("conv1")
    view.viewpoint.scroll_by(QPoint(0, 5000))
    assert heard(view).child(1).state().offscreen


def test_a_node_is_where_its_card_is_on_the_screen(view: CanvasView) -> None:
    item = heard(view).child(3)
    middle = item.rect().center()
    assert view.viewport().mapFromGlobal(middle) == view.node_place("flatten").center()
    assert heard(view).childAt(middle.x(), middle.y()).text(Name).startswith("flatten")
    corner = view.viewport().mapToGlobal(QPoint(3, 3))
    assert heard(view).childAt(corner.x(), corner.y()) is None


def test_children_know_their_parent_and_their_place(view: CanvasView) -> None:
    interface = heard(view)
    for index in range(5):
        child = interface.child(index)
        assert child.parent() is interface
        assert interface.indexOfChild(child) == index
    assert interface.child(5) is None
    assert interface.child(-1) is None


def test_the_children_follow_the_document(view: CanvasView) -> None:
    gone = heard(view).child(2)
    assert gone.text(Name).startswith("pool1")
    view.session.select(["pool1"])
    view.delete()
    assert [name.split(",")[0] for name in names(view)] == ["image", "conv1", "flatten", "fc"]
    view.session.undo()
    assert [name.split(",")[0] for name in names(view)] == ["image", "conv1", "pool1", "flatten", "fc"]
    del gone
    gc.collect()
    view.session.document.open(Project())
    assert heard(view).childCount() == 0
    view.session.document.open(Project(network=chain()))
    assert len(names(view)) == 5


def test_a_renamed_node_is_said_by_its_new_name_and_can_be_renamed_from_there(view: CanvasView) -> None:
    view.editing.rename("conv1", "edges")
    assert names(view)[1].startswith("edges, Conv2D")
    heard(view).child(1).setText(Name, "again")
    assert view.session.network.nodes["conv1"].name == "again"


def test_what_lies_over_the_canvas_is_heard_too(view: CanvasView, qtbot: QtBot) -> None:
    view.quick_add()
    assert names(view)[-1] == "Add a layer"
    assert view.popup is not None
    QTest.keyClick(view.popup.findChild(object, "quickAddSearch"), Qt.Key.Key_Escape)
    assert len(names(view)) == 5


def test_the_focus_is_announced_with_the_node_it_went_to(
    view: CanvasView, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[QAccessible.Event, str]] = []

    def listen(event: object) -> None:
        interface = event.accessibleInterface()  # type: ignore[attr-defined]
        said.append((event.type(), interface.text(Name).split(",")[0]))  # type: ignore[attr-defined]

    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    view.activateWindow()
    view.setFocus()
    hands.qtbot.waitUntil(view.hasFocus)
    said.clear()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        hands.key(key)
    assert said == [(QAccessible.Event.Focus, name) for name in ("image", "conv1", "pool1")]


def test_canvases_come_and_go_without_leaving_anything_to_trip_over(qapp: object) -> None:
    for _ in range(20):
        session = Session(catalogue())
        session.document.open(Project(network=chain()))
        view = CanvasView(session)
        kept = [heard(view).child(i) for i in range(5)]
        session.document.open(Project())
        delete(view)
        delete(session)
        assert not kept[0].isValid()
        del kept
        gc.collect()
