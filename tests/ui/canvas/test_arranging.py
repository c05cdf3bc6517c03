"""Auto-arrange: cards glide from where they were, and what is costly is done once, when they rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node, Position
from cnnstudio.core.params import Params
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.canvas.diagram import Diagram
from cnnstudio.ui.motion import want_motion
from tests.ui.canvas.conftest import Open, node
from tests.ui.canvas.hands import assert_shows_document


@pytest.fixture
def strewn(show: Open) -> CanvasView:
    nodes = [
        node("image", "Input", 600, 400, shape=[28, 28, 1]),
        node("conv1", "Conv2D", 0, 0, filters=6),
        node("pool1", "MaxPooling2D", -500, 900),
        node("flatten", "Flatten", 320, -240),
    ]
    edges = [
        Edge(source=a, target=b) for a, b in [("image", "conv1"), ("conv1", "pool1"), ("pool1", "flatten")]
    ]
    return show(Network.of(nodes, edges))


@pytest.fixture
def moving() -> Iterator[None]:
    want_motion(True)
    yield
    want_motion(True)


def shown(view: CanvasView) -> dict[str, Position]:
    return {node_id: (card.x, card.y) for node_id, card in view.canvas.diagram.cards.items()}


@pytest.mark.usefixtures("moving")
def test_cards_begin_where_they_were_and_end_where_the_document_has_them(
    strewn: CanvasView, qtbot: QtBot
) -> None:
    before = strewn.places()
    strewn.arrange()
    assert strewn.is_gliding
    assert shown(strewn) == before != strewn.places()
    qtbot.waitUntil(lambda: not strewn.is_gliding)
    assert shown(strewn) == strewn.places()
    assert_shows_document(strewn)


@pytest.mark.usefixtures("moving")
def test_the_command_lays_no_wire_and_the_end_lays_each_once(
    strewn: CanvasView, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[Edge] = []
    route = Diagram.route

    def noted(self: Diagram, edges: Collection[Edge], **care: object) -> None:
        laid.extend(edges)
        route(self, edges, **care)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Diagram, "route", noted)
    strewn.arrange()
    assert not laid
    strewn.finish_glide()
    assert sorted(laid, key=str) == sorted(strewn.session.network.edges, key=str)


@pytest.mark.usefixtures("moving")
def test_undo_in_the_middle_of_a_glide_brings_back_every_place(strewn: CanvasView) -> None:
    before = strewn.places()
    strewn.arrange()
    strewn.session.undo()
    assert not strewn.is_gliding
    assert shown(strewn) == strewn.places() == before
    assert_shows_document(strewn)


@pytest.mark.usefixtures("moving")
def test_undo_brings_nodes_without_places_back_to_where_they_were_laid_out(show: Open) -> None:
    nodes = [Node(id="image", type="Input", params=Params(shape=(28, 28, 1)))]
    nodes += [Node(id=f"conv{number}", type="Conv2D", params=Params(filters=6)) for number in (1, 2)]
    view = show(Network.of(nodes, [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]))
    before = shown(view)
    assert len(set(before.values())) == 3
    aside = {name: (x + 80.0, y) for name, (x, y) in before.items()}
    view.session.apply(lambda network: edits.move(network, aside), Message("Move"))
    assert shown(view) == aside
    view.select_all()
    view.group()
    while view.session.document.can_undo:
        view.session.undo()
    assert all(one.position is None for one in view.session.network.nodes.values())
    assert shown(view) == before
    assert_shows_document(view)


def test_what_is_arranged_already_does_not_move(strewn: CanvasView) -> None:
    strewn.arrange()
    strewn.finish_glide()
    step = strewn.session.document.position
    strewn.arrange()
    assert not strewn.is_gliding
    assert strewn.session.document.position == step


@pytest.mark.usefixtures("moving")
def test_what_was_arranged_is_in_view_whole_where_it_fits(strewn: CanvasView) -> None:
    strewn.viewpoint.zoom_to(0.5)
    strewn.arrange()
    strewn.finish_glide()
    seen = strewn.viewpoint.visible_rect()
    content = strewn.canvas.content_rect()
    assert seen.left <= content.left() <= content.right() <= seen.right
    assert seen.top <= content.top() <= content.bottom() <= seen.bottom


@pytest.mark.usefixtures("moving")
def test_a_wire_that_made_way_for_a_card_takes_the_short_way_when_the_card_is_aligned_away(
    show: Open,
) -> None:
    nodes = [
        node("image", "Input", 0, 0, shape=[28, 28, 1]),
        node("aside", "Flatten", 24, 200),
        node("conv1", "Conv2D", 0, 500, filters=6),
        node("far", "Dense", 600, 200, units=2),
    ]
    view = show(Network.of(nodes, [Edge(source="image", target="conv1")]))
    (wire,) = view.canvas.diagram.wires.values()
    assert len({x for x, _ in wire.points}) > 1
    view.session.select(["aside", "far"])
    view.align("right")
    view.finish_glide()
    (wire,) = view.canvas.diagram.wires.values()
    assert len({x for x, _ in wire.points}) == 1
