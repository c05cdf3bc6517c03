"""What the canvas shows: only what changed is made anew, at every zoom, in both themes, near and far."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network
from cnnstudio.core.project import Project
from cnnstudio.ui.canvas import CanvasView, look, routing
from cnnstudio.ui.shape_text import shape_order
from cnnstudio.ui.theme import DARK, LIGHT, theme_state
from tests.ui.canvas.conftest import Open, chain, node
from tests.ui.canvas.hands import Hands, assert_shows_document

DO = Message("Do something")


def picture(view: CanvasView) -> QImage:
    return view.viewport().grab().toImage()


def colors_in(view: CanvasView) -> set[str]:
    """Every colour that can be seen."""
    image = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return {QColor.fromRgb(pixel).name() for pixel in set(memoryview(image.constBits()).cast("I"))}


def test_an_edit_makes_only_the_faces_anew_of_which_something_changed(view: CanvasView, qtbot: QtBot) -> None:
    before = dict(view.canvas.faces)
    view.session.apply(lambda n: edits.set_params(n, "fc", {"units": 12}), DO)
    qtbot.waitUntil(lambda: view.canvas.faces["fc"].content.shape == "12")
    assert {node_id for node_id, face in view.canvas.faces.items() if face is not before[node_id]} == {"fc"}


def test_zooming_and_coming_back_leaves_every_letter_as_it_was(view: CanvasView) -> None:
    """Cards that say the same share their texts, which Qt lays out for one zoom at a time."""
    place = view.viewpoint.place

    def at(scale: float) -> QImage:
        view.viewpoint.zoom_to(scale)
        view.viewpoint.centre_on(view.canvas.content_rect().center())
        return picture(view)

    scales = (0.37, 0.5, 0.7, 1.0, 1.3)
    first = {scale: at(scale) for scale in scales}
    assert {scale: at(scale) for scale in reversed(scales)} == first
    view.canvas.restyle()  # nothing is kept
    assert {scale: at(scale) for scale in scales} == first
    view.viewpoint.zoom_to(place[0])


def test_texts_are_laid_out_once_and_not_kept_without_end(
    view: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = view.canvas.look.label
    assert label.laid_out("28 × 28")[0] is label.laid_out("28 × 28")[0]
    assert label.laid_out("28 × 28")[1] == label.metrics.horizontalAdvance("28 × 28")
    monkeypatch.setattr(look, "MOST_TEXTS", 10)
    before = {number: label.laid_out(f"{number}")[0] for number in range(50)}
    assert sum(label.laid_out(f"{number}")[0] is static for number, static in before.items()) <= 10


def test_a_card_says_name_type_parameters_shape_and_count(view: CanvasView) -> None:
    content = view.canvas.faces["conv1"].content
    assert (content.name, content.type, content.shape, content.count) == (
        "conv1",
        "Conv2D",
        "28 × 28 × 6",
        "156",
    )
    assert "5×5" in content.summary


def test_a_broken_node_says_what_is_wrong_and_the_nodes_behind_it_nothing(
    view: CanvasView, qtbot: QtBot
) -> None:
    view.session.apply(lambda n: edits.set_params(n, "conv1", {"filters": -1}), DO)
    qtbot.waitUntil(lambda: view.canvas.faces["conv1"].content.severity == "error")
    assert view.canvas.faces["conv1"].content.problem
    assert view.canvas.faces["pool1"].content.shape == ""
    assert view.canvas.faces["pool1"].content.severity is None
    assert "filters" in view.canvas.known.tooltip(view.canvas.diagram.hit(50.0, 150.0))


@pytest.mark.parametrize("scale", [0.02, 0.1, 0.33, 0.35, 0.5, 0.61, 1.0, 1.7, 4.0])
def test_cards_are_painted_at_every_zoom(view: CanvasView, scale: float) -> None:
    view.viewpoint.zoom_to(scale)
    view.viewpoint.centre_on(view.canvas.content_rect().center())
    image = picture(view)
    middle = view.mapFromScene(view.canvas.content_rect().center())
    around = [image.pixelColor(middle + QPoint(x, y)).name() for x in range(-6, 7) for y in range(-6, 7)]
    assert set(around) - {LIGHT.canvas, LIGHT.canvas_dot}


def test_the_selection_can_be_seen_at_every_zoom(view: CanvasView) -> None:
    for scale in (0.1, 0.4, 1.0):
        view.viewpoint.zoom_to(scale)
        view.viewpoint.centre_on(view.canvas.content_rect().center())
        view.session.select(())
        assert LIGHT.accent not in colors_in(view)
        view.session.select(["pool1"])
        assert LIGHT.accent in colors_in(view)


def test_the_theme_changes_while_it_is_open(view: CanvasView) -> None:
    assert LIGHT.canvas in colors_in(view)
    try:
        theme_state().choose("dark")
        dark = colors_in(view)
    finally:
        theme_state().choose("light")
    assert {DARK.canvas, DARK.surface} <= dark
    assert not {LIGHT.canvas, LIGHT.surface} & dark
    assert LIGHT.canvas in colors_in(view)


def test_shapes_follow_the_order_of_axes_that_was_chosen(view: CanvasView) -> None:
    try:
        shape_order().choose(True)
        assert view.canvas.faces["conv1"].content.shape == "6 × 28 × 28"
        assert_shows_document(view)
    finally:
        shape_order().choose(False)
    assert view.canvas.faces["conv1"].content.shape == "28 × 28 × 6"


def test_a_wire_that_parts_shows_its_shape_and_no_label_covers_a_card(show: Open, qtbot: QtBot) -> None:
    network = Network.of(
        [*chain().nodes.values(), node("side", "Conv2D", 248, 208, filters=4)],
        [*chain().edges, Edge(source="conv1", target="side")],
    )
    view = show(network)
    view.viewpoint.centre_on(view.canvas.content_rect().center())
    picture(view)
    labels = {
        edge: rect for edge in network.edges if (rect := view.canvas.wire_faces.known_label(edge)) is not None
    }
    assert {(edge.source, edge.target) for edge in labels} == {("conv1", "pool1"), ("conv1", "side")}
    cards = [view.canvas.diagram.cards[node_id].rect for node_id in network.nodes]
    for rect in labels.values():
        assert not [
            c
            for c in cards
            if c.left < rect.right()
            and rect.left() < c.right
            and c.top < rect.bottom()
            and rect.top() < c.bottom
        ]
    first, second = labels.values()
    assert not first.intersects(second)


def test_no_label_covers_the_wire_beside_its_own(show: Open) -> None:
    nodes = [node("image", "Input", 0, 0, shape=[32, 32, 3]), node("add", "Add", 0, 200)]
    edges = [Edge(source="image", target="add", slot=slot) for slot in range(4)]
    view = show(Network.of(nodes, edges))
    picture(view)
    labels = [view.canvas.wire_faces.known_label(edge) for edge in edges]
    crossed = [
        rect
        for edge, rect in zip(edges, labels, strict=True)
        for other, wire in view.canvas.diagram.wires.items()
        if rect is not None
        and other != edge
        and any(rect.contains(QPointF(*routing.point_along(wire.points, part / 40))) for part in range(41))
    ]
    assert not crossed


def test_long_names_are_cut_with_a_tooltip_that_says_all(show: Open) -> None:
    name = "a very long name that cannot fit on any card at all"
    view = show(Network.of([node(name, "GlobalAveragePooling2D", 0, 0)]))
    assert view.canvas.faces[name].is_elided
    assert name in view.canvas.known.tooltip(view.canvas.diagram.hit(50.0, 30.0))


def test_a_node_far_outside_the_canvas_is_shown_at_its_edge(show: Open) -> None:
    network = Network.of(
        [node("near", "Input", 0, 0, shape=[4]), node("far", "Dense", 9e6, -9e6)],
        [Edge(source="near", target="far")],
    )
    view = show(network)
    view.fit()
    card = view.canvas.diagram.cards["far"]
    assert view.canvas.sceneRect().contains(card.x, card.y)


def test_opening_another_project_shows_it_from_its_top(view: CanvasView, qtbot: QtBot) -> None:
    view.viewpoint.scroll_by(QPoint(5000, 5000))
    nodes = [node(f"n{number}", "Identity", 4000, 104.0 * number) for number in range(60)]
    nodes[0] = node("n0", "Input", 4000, 0, shape=[4])
    view.session.document.open(Project(network=Network.of(nodes)))
    assert view.viewport().rect().contains(view.node_place("n0"))
    assert view.viewpoint.scale == 1.0


def test_a_gesture_near_the_edge_scrolls_until_it_ends(hands: Hands, qtbot: QtBot) -> None:
    view = hands.view
    before = view.verticalScrollBar().value()
    hands.press((-300.0, 300.0))
    edge_of_view = QPoint(100, view.viewport().height() - 4)
    QTest.mouseMove(view.viewport(), QPoint(100, 500))
    QTest.mouseMove(view.viewport(), edge_of_view)
    qtbot.waitUntil(lambda: view.verticalScrollBar().value() > before + 60)
    QTest.mouseRelease(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, edge_of_view
    )
    after = view.verticalScrollBar().value()
    qtbot.wait(60)
    assert view.verticalScrollBar().value() == after


def test_problems_are_told_apart_by_shape_not_by_colour_alone(qapp: object) -> None:
    from PySide6.QtGui import QPainter, QPixmap

    from cnnstudio.ui.canvas.look import make_look
    from cnnstudio.ui.canvas.node_face import paint_badge

    look = make_look(LIGHT)
    outlines = []
    for severity in ("error", "warning", "hint"):
        pixmap = QPixmap(16, 16)
        pixmap.fill(QColor("white"))
        painter = QPainter(pixmap)
        paint_badge(painter, severity, 1, 1, look)
        painter.end()
        image = pixmap.toImage()
        outlines.append(
            tuple(image.pixelColor(x, y) != QColor("white") for y in range(16) for x in range(16))
        )
    assert len(set(outlines)) == 3


def test_the_first_look_shows_the_whole_network_and_follows_the_size_until_one_looks_elsewhere(
    view: CanvasView,
) -> None:
    view._show_start()
    for height in (420, 330):
        view.resize(700, height)
        content, seen = view.canvas.content_rect(), view.viewpoint.visible_rect()
        assert seen.top < content.top()
        assert content.bottom() < seen.bottom
    view.viewpoint.scroll_by(QPoint(0, 40))
    scale = view.viewpoint.scale
    view.resize(700, 420)
    assert view.viewpoint.scale == scale


def test_from_afar_a_card_still_says_its_shape_where_it_can_be_read(view: CanvasView, qtbot: QtBot) -> None:
    view.resize(900, 700)
    for zoom, is_said in ((0.48, True), (0.38, False)):
        view.viewpoint.zoom_to(zoom)
        view.viewpoint.centre_on(view.canvas.content_rect().center())
        view.session.apply(lambda n: edits.set_params(n, "fc", {"units": 12}), DO)
        qtbot.waitUntil(lambda: view.canvas.faces["fc"].content.shape == "12")
        before = picture(view)
        view.session.apply(lambda n: edits.set_params(n, "fc", {"units": 77}), DO)
        qtbot.waitUntil(lambda: view.canvas.faces["fc"].content.shape == "77")
        assert (picture(view) != before) == is_said
