"""Layers from the palette: dropped on nothing, under the selected node, on a wire; and inserted by keyboard."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Edge, Network
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.canvas.geometry import card_rect
from tests.ui.canvas.conftest import Open, chain, node
from tests.ui.canvas.hands import Hands, assert_shows_document


def edge(source: str, target: str, slot: int = 0) -> Edge:
    return Edge(source=source, target=target, slot=slot)


def assert_no_cards_overlap(view: CanvasView) -> None:
    rects = [card.rect for card in view.canvas.diagram.cards.values()]
    assert not [(a, b) for number, a in enumerate(rects) for b in rects[number + 1 :] if a.intersects(b)]


def test_a_layer_dropped_on_nothing_stands_there_alone(hands: Hands) -> None:
    before = hands.network
    hands.drop_layer("Conv2D", (350.0, 250.0))
    (added,) = hands.network.nodes.keys() - before.nodes.keys()
    assert hands.network.nodes[added].position == (248.0, 208.0)  # in line with pool1
    assert hands.network.edges == before.edges
    assert hands.view.session.selection == {added}
    assert str(hands.view.session.document.undo_label) == f"Add {added}"
    hands.view.session.undo()
    assert hands.network is before


def test_a_ghost_shows_where_the_layer_will_stand_and_leaves_no_trace(hands: Hands) -> None:
    before = hands.network
    hands.drag_layer("Conv2D", (350.0, 250.0))
    assert hands.view.canvas.overlay.ghost == (248.0, 208.0)
    hands.take_layer_away()
    assert hands.view.canvas.overlay.is_empty
    assert hands.network is before


def test_a_layer_dropped_under_the_selected_last_layer_is_fed_by_it(hands: Hands) -> None:
    hands.click("fc")
    hands.drop_layer("Dense", (110.0, 550.0))
    (added,) = hands.view.session.selection
    assert edge("fc", added) in hands.network.edges
    assert hands.network.nodes[added].position == (0.0, 520.0)


def test_with_alt_held_a_dropped_layer_is_not_wired(hands: Hands) -> None:
    hands.click("fc")
    hands.drop_layer("Dense", (110.0, 550.0), Qt.KeyboardModifier.AltModifier)
    assert hands.network.edges == chain().edges


def test_a_layer_dropped_above_the_selected_node_is_not_fed_by_it(hands: Hands) -> None:
    hands.click("fc")
    hands.drop_layer("Dense", (400.0, 100.0))
    assert hands.network.edges == chain().edges


def test_a_layer_dropped_on_a_wire_splits_it_and_makes_room(hands: Hands) -> None:
    before = hands.network
    hands.drag_layer("BatchNormalization", hands.middle("conv1", "pool1"))
    assert hands.view.canvas.lit_wire == edge("conv1", "pool1")
    hands.drop_layer("BatchNormalization", hands.middle("conv1", "pool1"))
    (added,) = hands.view.session.selection
    assert {edge("conv1", added), edge(added, "pool1")} <= set(hands.network.edges)
    assert edge("conv1", "pool1") not in hands.network.edges
    assert_no_cards_overlap(hands.view)
    assert hands.network.nodes["pool1"].position == (0.0, 312.0)
    assert_shows_document(hands.view)
    hands.view.session.undo()
    assert hands.network is before


def test_an_input_layer_never_splits_a_wire(hands: Hands) -> None:
    hands.drop_layer("Input", hands.middle("conv1", "pool1"))
    assert hands.network.edges == chain().edges
    assert_no_cards_overlap(hands.view)


def test_something_else_is_not_taken(hands: Hands) -> None:
    data = QMimeData()
    data.setText("Conv2D")
    event = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(hands.view.viewport(), event)
    assert not event.isAccepted()
    assert hands.view.interaction is None


def test_layers_inserted_one_after_the_other_make_a_chain(show: Open) -> None:
    view = show(Network())
    for layer in ("Input", "Conv2D", "MaxPooling2D", "Flatten", "Dense"):
        view.insert_layer(layer)
    network = view.session.network
    order = list(network.nodes)
    assert network.edges == tuple(edge(a, b) for a, b in pairwise(order))
    tops = [network.nodes[node_id].position[1] for node_id in order]
    assert tops == [tops[0] + 104 * number for number in range(5)]
    assert len({network.nodes[node_id].position[0] for node_id in order}) == 1
    assert_no_cards_overlap(view)


def test_an_inserted_layer_is_seen(hands: Hands) -> None:
    hands.view.viewpoint.scroll_by(QPoint(3000, 3000))
    hands.view.session.select(["conv1"])
    hands.view.insert_layer("Dropout")
    (added,) = hands.view.session.selection
    assert hands.view.viewport().rect().contains(hands.view.node_place(added))


def test_inserting_after_a_node_in_the_middle_takes_its_wires_over(hands: Hands) -> None:
    hands.view.session.select(["conv1"])
    hands.view.insert_layer("Dropout")
    (added,) = hands.view.session.selection
    assert {edge("conv1", added), edge(added, "pool1")} <= set(hands.network.edges)
    assert_no_cards_overlap(hands.view)
    hands.view.session.undo()
    assert hands.network.edges == chain().edges


def test_a_merging_layer_is_fed_by_all_that_is_selected(show: Open) -> None:
    view = show(Network.of([node("a", "Input", 0, 0, shape=[8]), node("b", "Input", 300, 0, shape=[8])]))
    view.session.select(["a", "b"])
    view.insert_layer("Add")
    (added,) = view.session.selection
    assert set(view.session.network.edges) == {edge("a", added), edge("b", added, 1)}
    assert view.session.analysis.ok
    assert view.session.network.nodes[added].position == (152.0, 104.0)


def test_an_unknown_layer_is_not_inserted(view: CanvasView) -> None:
    before = view.session.network
    view.insert_layer("Nonsense")
    assert view.session.network is before


def test_the_hint_shows_on_an_empty_canvas_alone(show: Open, qtbot: QtBot) -> None:
    view = show(Network())
    hint = view.findChild(object, "canvasHint")
    assert hint.isVisible()
    view.insert_layer("Input")
    assert not hint.isVisible()
    view.session.undo()
    assert hint.isVisible()


def test_a_card_lies_inside_its_place(view: CanvasView) -> None:
    rect = card_rect(0, 104)
    place = view.node_place("conv1")
    assert place.width() in range(int(rect.width), int(rect.width) + 3)
