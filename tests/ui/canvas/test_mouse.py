"""Gestures of the mouse: each does one thing, takes it back with undo, and leaves no trace after Escape."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Edge, Network
from cnnstudio.ui.canvas import CanvasView
from tests.ui.canvas.conftest import Open, chain, node
from tests.ui.canvas.hands import Hands, assert_shows_document

Escape = Qt.Key.Key_Escape
Shift = Qt.KeyboardModifier.ShiftModifier
Control = Qt.KeyboardModifier.ControlModifier
Alt = Qt.KeyboardModifier.AltModifier


def last_label(hands: Hands) -> str:
    return str(hands.view.session.document.undo_label)


def test_a_click_selects_the_node_and_a_click_beside_it_nothing(hands: Hands) -> None:
    hands.click("conv1")
    assert hands.view.session.selection == {"conv1"}
    hands.click((-200.0, 200.0))
    assert not hands.view.session.selection
    assert not hands.view.session.document.can_undo


def test_a_click_with_shift_adds_and_takes_away(hands: Hands) -> None:
    hands.click("conv1")
    hands.click("pool1", Shift)
    assert hands.view.session.selection == {"conv1", "pool1"}
    hands.click("conv1", Shift)
    assert hands.view.session.selection == {"pool1"}


def test_moving_a_node_is_one_step_on_the_grid(hands: Hands) -> None:
    before = hands.network
    hands.drag("pool1", (404.0, 301.0))
    assert hands.network.nodes["pool1"].position == (304.0, 272.0)
    assert last_label(hands) == "Move pool1"
    assert_shows_document(hands.view)
    hands.view.session.undo()
    assert hands.network is before


def test_nothing_changes_in_the_document_while_a_node_moves(hands: Hands) -> None:
    before = hands.network
    hands.carry("pool1", (404.0, 301.0))
    card = hands.view.canvas.diagram.cards["pool1"]
    assert hands.network is before
    assert (card.x, card.y) == (304.0, 272.0)
    hands.key(Escape)
    assert (card.x, card.y) == (0.0, 208.0)
    hands.release((404.0, 301.0))
    assert hands.network is before


def test_selected_nodes_move_together(hands: Hands) -> None:
    hands.click("flatten")
    hands.click("fc", Shift)
    hands.drag("fc", (424.0, 464.0))
    assert hands.network.nodes["flatten"].position == (320.0, 328.0)
    assert hands.network.nodes["fc"].position == (320.0, 432.0)
    assert last_label(hands) == "Move 2 layers"


def test_a_node_snaps_into_line_and_a_guide_shows_it(hands: Hands) -> None:
    hands.drag("fc", (425.0, 448.0))
    hands.carry("fc", (109.0, 552.0))
    assert hands.view.canvas.overlay.guides
    hands.release((109.0, 552.0))
    assert hands.network.nodes["fc"].position == (0.0, 520.0)


def test_a_rubber_band_selects_what_it_touches(hands: Hands) -> None:
    hands.drag((-60.0, 90.0), (60.0, 240.0))
    assert hands.view.session.selection == {"conv1", "pool1"}
    assert not hands.view.session.document.can_undo


def test_escape_ends_a_rubber_band_with_the_selection_of_before(hands: Hands) -> None:
    hands.click("fc")
    hands.carry((-60.0, 90.0), (60.0, 240.0))
    hands.key(Escape)
    hands.release((60.0, 240.0))
    assert hands.view.session.selection == {"fc"}


@pytest.fixture
def loose(show: Open, qtbot: QtBot) -> Hands:
    """Two convolutions and an Add, nothing wired but the image."""
    network = Network.of(
        [
            node("image", "Input", 0, 0, shape=[28, 28, 1]),
            node("left", "Conv2D", -160, 120, filters=4, padding="same"),
            node("right", "Conv2D", 160, 120, filters=4, padding="same", strides=2),
            node("add", "Add", 0, 280),
            node("second", "Input", 320, 0, shape=[28, 28, 1]),
        ]
    )
    view = show(network)
    view.viewpoint.centre_on(view.canvas.content_rect().center())
    return Hands(view, qtbot)


def edge(source: str, target: str, slot: int = 0) -> Edge:
    return Edge(source=source, target=target, slot=slot)


def test_a_wire_is_drawn_from_an_output_to_a_card(loose: Hands) -> None:
    before = loose.network
    loose.drag(loose.output("image"), "left")
    assert loose.network.edges == (edge("image", "left"),)
    assert last_label(loose) == "Connect image to left"
    assert_shows_document(loose.view)
    loose.view.session.undo()
    assert loose.network is before


def test_a_wire_is_drawn_backwards_from_a_free_input(loose: Hands) -> None:
    loose.drag(loose.input("left"), "image")
    assert loose.network.edges == (edge("image", "left"),)


def test_a_merging_layer_takes_wire_after_wire(loose: Hands) -> None:
    loose.drag(loose.output("left"), "add")
    loose.drag(loose.output("right"), "add")
    loose.drag(loose.output("image"), loose.input("add", 0))
    assert set(loose.network.edges) == {edge("left", "add"), edge("right", "add", 1), edge("image", "add", 2)}
    assert loose.view.canvas.diagram.cards["add"].inputs == 3


def test_the_wire_that_causes_a_mismatch_is_red(loose: Hands) -> None:
    for source, target in (("image", "left"), ("image", "right"), ("left", "add"), ("right", "add")):
        loose.drag(loose.output(source), target)
    assert_shows_document(loose.view)
    assert loose.view.canvas.wire_faces.at_fault == {edge("right", "add", 1)}
    assert loose.view.canvas.faces["add"].content.severity == "error"


def test_valid_targets_glow_while_a_wire_is_drawn(loose: Hands) -> None:
    loose.drag(loose.output("image"), "left")
    loose.carry(loose.output("left"), (0.0, 230.0))
    assert loose.view.canvas.glowing == {"right", "add"}
    loose.key(Escape)
    loose.release((0.0, 230.0))
    assert loose.network.edges == (edge("image", "left"),)


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("left", "image", "left"),
        ("left", "left", "A layer cannot feed itself."),
        ("left", "second", "second takes no input."),
    ],
)
def test_an_invalid_target_says_why_and_is_not_wired(
    loose: Hands, source: str, target: str, reason: str
) -> None:
    loose.drag(loose.output("image"), "left")
    before = loose.network
    heard: list[str] = []
    loose.view.session.refused.connect(heard.append)
    loose.carry(loose.output(source), target)
    assert reason in loose.view.canvas.overlay.word
    loose.release(target)
    assert reason in heard[0]
    assert loose.network is before


def test_a_target_whose_shape_does_not_fit_is_warned_of_while_hovering(loose: Hands) -> None:
    for source, target in (("image", "left"), ("image", "right"), ("left", "add")):
        loose.drag(loose.output(source), target)
    loose.carry(loose.output("right"), "add")
    assert "14" in loose.view.canvas.overlay.word
    loose.key(Escape)
    loose.release("add")
    assert_shows_document(loose.view)


def test_the_end_of_a_wire_moves_to_another_layer(hands: Hands) -> None:
    before = hands.network
    hands.drag(hands.input("flatten"), "fc")
    assert edge("pool1", "fc") in hands.network.edges
    assert edge("pool1", "flatten") not in hands.network.edges
    assert edge("flatten", "fc") not in hands.network.edges
    hands.view.session.undo()
    assert hands.network is before


def test_the_end_of_a_wire_let_go_over_nothing_takes_the_wire_away(hands: Hands) -> None:
    hands.drag(hands.input("flatten"), (300.0, 300.0))
    assert edge("pool1", "flatten") not in hands.network.edges
    assert last_label(hands) == "Disconnect pool1 from flatten"
    hands.view.session.undo()
    assert hands.network.edges == chain().edges


def test_the_end_of_a_wire_put_back_changes_nothing(hands: Hands) -> None:
    before = hands.network
    hands.carry(hands.input("flatten"), (300.0, 300.0))
    hands.hover(hands.input("flatten"))
    hands.release(hands.input("flatten"))
    assert hands.network is before


def test_escape_puts_the_end_of_a_wire_back(hands: Hands) -> None:
    before = hands.network
    hands.carry(hands.input("flatten"), (300.0, 300.0))
    assert hands.view.canvas.hidden_wire == edge("pool1", "flatten")
    hands.key(Escape)
    hands.release((300.0, 300.0))
    assert hands.network is before


def test_a_chosen_wire_is_deleted(hands: Hands) -> None:
    hands.click(hands.middle("conv1", "pool1"))
    assert hands.view.canvas.chosen_wire == edge("conv1", "pool1")
    hands.key(Qt.Key.Key_Delete)
    assert edge("conv1", "pool1") not in hands.network.edges
    assert hands.view.canvas.chosen_wire is None


def test_a_wire_dragged_near_its_beginning_gets_another_source(hands: Hands) -> None:
    before = hands.network
    x, y = hands.output("conv1")
    hands.carry((x, y + 16), "image")
    assert hands.view.canvas.hidden_wire == edge("conv1", "pool1")
    hands.release("image")
    assert edge("image", "pool1") in hands.network.edges
    assert edge("conv1", "pool1") not in hands.network.edges
    assert edge("image", "conv1") in hands.network.edges
    assert last_label(hands) == "Feed pool1 from image and not from conv1"
    assert_shows_document(hands.view)
    hands.view.session.undo()
    assert hands.network is before


def test_a_chosen_wire_is_taken_by_its_beginning_at_the_port(hands: Hands) -> None:
    hands.click(hands.middle("conv1", "pool1"))
    hands.drag(hands.output("conv1"), "image")
    assert edge("image", "pool1") in hands.network.edges


def test_the_beginning_of_a_wire_keeps_its_place_among_the_inputs(loose: Hands) -> None:
    for source, target in (("image", "left"), ("image", "right"), ("left", "add"), ("right", "add")):
        loose.drag(loose.output(source), target)
    loose.view.canvas.choose_wire(edge("left", "add"))
    loose.drag(loose.output("left"), "second")
    assert {edge("second", "add"), edge("right", "add", 1)} <= set(loose.network.edges)
    assert edge("left", "add") not in loose.network.edges


def test_the_beginning_of_a_wire_cannot_close_a_circle_and_says_so(hands: Hands) -> None:
    before = hands.network
    x, y = hands.output("conv1")
    hands.carry((x, y + 16), "fc")
    assert "circle" in hands.view.canvas.overlay.word
    hands.release("fc")
    assert hands.network is before


def test_the_beginning_of_a_wire_let_go_over_nothing_takes_the_wire_away(hands: Hands) -> None:
    x, y = hands.output("conv1")
    hands.drag((x, y + 16), (400.0, 200.0))
    assert edge("conv1", "pool1") not in hands.network.edges


def test_escape_puts_the_beginning_of_a_wire_back(hands: Hands) -> None:
    before = hands.network
    x, y = hands.output("conv1")
    hands.carry((x, y + 16), (400.0, 200.0))
    hands.key(Escape)
    hands.release((400.0, 200.0))
    assert hands.network is before


def test_dragging_with_alt_leaves_a_copy(hands: Hands) -> None:
    before = hands.network
    hands.click("conv1")
    hands.click("pool1", Shift)
    x, y = hands.view.canvas.diagram.cards["conv1"].rect.center
    hands.press((x, y))
    hands.move((x + 160, y))
    hands.move((x + 320, y), Alt)
    assert hands.view.canvas.diagram.cards["conv1"].x == 0  # it stays, its ghost moves
    assert hands.view.canvas.overlay.ghost in {(320.0, 104.0), (320.0, 208.0)}
    assert hands.network is before
    hands.release((x + 320, y), Alt)
    added = hands.network.nodes.keys() - before.nodes.keys()
    assert hands.view.session.selection == added
    assert {hands.network.nodes[i].position for i in added} == {(320.0, 104.0), (320.0, 208.0)}
    assert {hands.network.nodes[i].type for i in added} == {"Conv2D", "MaxPooling2D"}
    assert len(hands.network.edges) == len(before.edges) + 1
    assert last_label(hands) == "Copy 2 layers"
    assert_shows_document(hands.view)
    hands.view.session.undo()
    assert hands.network is before


def test_control_pressed_while_dragging_leaves_a_copy_too(hands: Hands) -> None:
    before = hands.network
    x, y = hands.view.canvas.diagram.cards["pool1"].rect.center
    hands.press("pool1")
    hands.move((x + 100, y))
    hands.move((x + 320, y), Control)
    hands.release((x + 320, y), Control)
    (copy,) = hands.network.nodes.keys() - before.nodes.keys()
    assert hands.network.nodes[copy].type == "MaxPooling2D"
    assert hands.network.nodes["pool1"] == before.nodes["pool1"]
    assert str(hands.view.session.document.undo_label) == f"Copy {copy}"


def test_control_held_before_a_drag_adds_to_what_is_moved(hands: Hands) -> None:
    before = hands.network
    x, y = hands.view.canvas.diagram.cards["pool1"].rect.center
    hands.click("conv1")
    hands.press("pool1", Control)
    hands.move((x + 100, y), Control)
    hands.move((x + 320, y), Control)
    hands.release((x + 320, y), Control)
    assert hands.network.nodes.keys() == before.nodes.keys()
    assert [hands.network.nodes[name].position for name in ("conv1", "pool1")] == [(320, 104), (320, 208)]


def test_letting_go_of_alt_moves_the_layers_after_all(hands: Hands) -> None:
    hands.press("pool1")
    hands.move((304.0, 240.0), Alt)
    hands.move((424.0, 240.0))
    hands.release((424.0, 240.0))
    assert len(hands.network.nodes) == 5
    assert hands.network.nodes["pool1"].position == (320.0, 208.0)


def test_a_loose_node_dropped_on_a_wire_splits_it(show: Open, qtbot: QtBot) -> None:
    network = Network.of([*chain().nodes.values(), node("drop", "Dropout", 320, 0)], chain().edges)
    hands = Hands(show(network), qtbot)
    hands.view.viewpoint.centre_on(hands.view.canvas.content_rect().center())
    hands.carry("drop", hands.middle("conv1", "pool1"))
    assert hands.view.canvas.lit_wire == edge("conv1", "pool1")
    hands.release(hands.middle("conv1", "pool1"))
    assert {edge("conv1", "drop"), edge("drop", "pool1")} <= set(hands.network.edges)
    assert last_label(hands) == "Put drop between conv1 and pool1"


def test_the_middle_button_pans(hands: Hands) -> None:
    before = hands.at("conv1")
    start = hands.view.mapToScene(100, 100)
    end = hands.view.mapToScene(160, 140)
    hands.drag((start.x(), start.y()), (end.x(), end.y()), Qt.MouseButton.MiddleButton)
    moved = hands.at("conv1") - before
    assert (moved.x(), moved.y()) == (60, 40)


def test_space_makes_the_left_button_pan(hands: Hands, qtbot: QtBot) -> None:
    before = hands.at("conv1")
    network = hands.network
    qtbot.keyPress(hands.view, Qt.Key.Key_Space)
    centre = hands.view.canvas.diagram.cards["conv1"].rect.center
    hands.drag(centre, (centre[0] + 50, centre[1] + 30))
    qtbot.keyRelease(hands.view, Qt.Key.Key_Space)
    moved = hands.at("conv1") - before
    assert (moved.x(), moved.y()) == (50, 30)
    assert hands.network is network


def test_the_wheel_scrolls_and_with_control_zooms_to_the_cursor(hands: Hands) -> None:
    place = hands.view.canvas.diagram.cards["flatten"].rect.center
    before = hands.at(place)
    zooms: list[float] = []
    hands.view.zoom_changed.connect(zooms.append)
    hands.wheel(place, 2, Control)
    assert zooms == pytest.approx([1.44])
    assert (hands.at(place) - before).manhattanLength() <= 2
    hands.wheel(place, -2, Control)
    hands.wheel(place, -1)
    assert hands.at(place).y() == before.y() - 90


def test_hovering_a_port_a_wire_and_a_card_tells_them_apart(hands: Hands) -> None:
    kinds = []
    for place in (hands.output("conv1"), hands.middle("conv1", "pool1"), "conv1", (-300.0, 0.0)):
        hands.hover(place)
        kinds.append(hands.view.canvas.hovered.kind)
    assert kinds == ["output", "wire", "card", "empty"]


def test_an_edit_from_elsewhere_ends_a_gesture(hands: Hands) -> None:
    hands.carry("pool1", (404.0, 301.0))
    hands.view.delete()
    assert hands.view.interaction is None
    hands.release((404.0, 301.0))
    assert "pool1" not in hands.network.nodes


def test_a_double_click_on_a_card_activates_it(hands: Hands, qtbot: QtBot) -> None:
    x, y = hands.view.canvas.diagram.cards["conv1"].rect.center
    with qtbot.waitSignal(hands.view.node_activated) as heard:
        hands.double_click((x, y + 12))
    assert heard.args == ["conv1"]


def test_the_context_menu_offers_what_can_be_done(hands: Hands) -> None:
    from cnnstudio.ui.canvas.context_menu import context_menu

    menu: dict[str, bool] = {a.objectName(): a.isEnabled() for a in context_menu(hands.view).actions()}
    assert not menu["delete"]
    assert menu["select_all"]
    hands.click("conv1")
    actions = {a.objectName(): a for a in context_menu(hands.view).actions()}
    assert actions["delete"].isEnabled()
    actions["delete"].trigger()
    assert "conv1" not in hands.network.nodes


def test_the_tooltip_of_a_card_says_everything(view: CanvasView) -> None:
    hit = view.canvas.diagram.hit(100.0, 140.0)
    text = view.canvas.known.tooltip(hit)
    assert text.startswith("conv1 · Conv2D")
    assert "28 × 28 × 6" in text
    assert "156" in text
