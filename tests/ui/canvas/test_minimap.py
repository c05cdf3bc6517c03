"""The map in the corner of the canvas: when it is there, what it shows, and dragging in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Network
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.canvas.minimap import Minimap
from tests.ui.canvas.conftest import Open, node
from tests.ui.canvas.hands import Hands

Left = Qt.MouseButton.LeftButton


@pytest.fixture
def tall(show: Open) -> CanvasView:
    """Forty layers in a column, far more than the window shows."""
    nodes = [node(f"conv{i}", "Conv2D", 300.0 * (i % 3), 104 * i, filters=4) for i in range(1, 40)]
    view = show(Network.of([node("image", "Input", 0, 0, shape=[64, 64, 3]), *nodes]))
    view.viewpoint.centre_on(view.canvas.content_rect().topLeft())
    view.minimap.renew()
    return view


def middle(view: CanvasView) -> tuple[float, float]:
    return view.viewpoint.visible_rect().center


def test_it_is_hidden_while_everything_is_in_view(view: CanvasView) -> None:
    view.minimap.renew()
    assert view.minimap.isHidden()


def test_it_appears_when_something_leaves_the_view_and_goes_when_all_is_back(tall: CanvasView) -> None:
    assert tall.minimap.isVisible()
    tall.fit()
    assert tall.minimap.isHidden()
    tall.zoom_reset()
    assert tall.minimap.isVisible()


def test_it_appears_after_an_edit_that_needs_it(view: CanvasView, hands: Hands, qtbot: QtBot) -> None:
    assert view.minimap.isHidden()
    view.session.select(["fc"])
    for _ in range(100):
        view.editing.nudge(0, 80)
    qtbot.waitUntil(view.minimap.isVisible)


def test_it_stands_in_the_corner_and_follows_the_size_of_the_canvas(tall: CanvasView) -> None:
    for size in ((900, 700), (1300, 600), (640, 420)):
        tall.resize(*size)
        place = tall.minimap.geometry()
        assert tall.rect().contains(place)
        corner = tall.rect().bottomRight() - place.bottomRight()
        assert 8 <= corner.x() <= 16
        assert 8 <= corner.y() <= 16


def test_a_canvas_too_small_for_it_has_none(tall: CanvasView) -> None:
    tall.resize(100, 100)
    assert tall.minimap.isHidden()


def test_a_click_shows_that_part_of_the_network(tall: CanvasView) -> None:
    minimap = tall.minimap
    QTest.mouseClick(minimap, Left, pos=QPoint(minimap.width() // 2, minimap.height() - 12))
    low = middle(tall)[1]
    QTest.mouseClick(minimap, Left, pos=QPoint(minimap.width() // 2, 12))
    high = middle(tall)[1]
    content = tall.canvas.content_rect()
    assert low == pytest.approx(content.bottom(), abs=200)
    assert high == pytest.approx(content.top(), abs=200)


def test_the_rectangle_is_dragged_without_a_jump(tall: CanvasView) -> None:
    minimap = tall.minimap
    QTest.mouseClick(minimap, Left, pos=minimap.rect().center())
    before, frame = middle(tall), minimap.frame()
    grip = frame.center().toPoint() + QPoint(2, 3)
    QTest.mousePress(minimap, Left, pos=grip)
    assert middle(tall) == pytest.approx(before, abs=30)
    QTest.mouseMove(minimap, grip + QPoint(0, 20))
    QTest.mouseRelease(minimap, Left, pos=grip + QPoint(0, 20))
    assert minimap.frame().center().y() == pytest.approx(frame.center().y() + 20, abs=1.5)
    assert not tall.session.document.can_undo


def test_the_rectangle_follows_scrolling(tall: CanvasView) -> None:
    before = tall.minimap.frame()
    tall.viewpoint.scroll_by(QPoint(0, 500))
    moved = tall.minimap.frame().top() - before.top()
    assert moved == pytest.approx(500 * before.height() / tall.viewpoint.visible_rect().height, rel=0.05)


def test_switched_off_it_stays_away(tall: CanvasView) -> None:
    tall.minimap.switch(False)
    assert tall.minimap.isHidden()
    tall.viewpoint.scroll_by(QPoint(0, 500))
    tall.resize(700, 500)
    assert tall.minimap.isHidden()
    tall.minimap.switch(True)
    assert tall.minimap.isVisible()


def test_it_makes_way_while_a_gesture_runs(tall: CanvasView, qtbot: QtBot) -> None:
    hands = Hands(tall, qtbot)
    start = tall.canvas.diagram.cards["image"].output()
    hands.press(start)
    assert tall.interaction is not None
    assert tall.minimap.isHidden()
    tall.minimap.renew()
    assert tall.minimap.isHidden()
    QTest.keyClick(tall, Qt.Key.Key_Escape)
    assert tall.minimap.isVisible()
    hands.release(start)


def test_it_leaves_the_selected_card_uncovered(tall: CanvasView) -> None:
    card = "conv20"
    tall.viewpoint.scroll_by(tall.node_place(card).center() - tall.minimap.geometry().center())
    before = tall.minimap.geometry()
    assert tall.node_place(card).intersects(before)
    tall.session.select([card])
    assert tall.minimap.isVisible()
    assert not tall.node_place(card).intersects(tall.minimap.geometry())
    tall.session.select([])
    assert tall.minimap.geometry() == before


def test_an_empty_network_has_no_map(show: Open) -> None:
    view = show(Network())
    view.minimap.renew()
    assert view.findChild(Minimap, "minimap").isHidden()


@pytest.mark.parametrize("hurried", [False, True])
def test_it_shows_where_cards_came_to_rest_that_glided(
    tall: CanvasView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, hurried: bool
) -> None:
    monkeypatch.setattr("cnnstudio.ui.canvas.commands.may_move", lambda: True)
    tall.session.select(tall.session.network.nodes)
    tall.align("left")
    assert tall.is_gliding
    if hurried:
        tall.finish_glide()
    qtbot.waitUntil(lambda: not tall.is_gliding and not tall.minimap.is_waiting)
    shown = tall.minimap.grab().toImage()
    tall.minimap.renew()
    assert tall.minimap.grab().toImage() == shown


def test_many_edits_draw_it_once(tall: CanvasView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bool] = []
    real = Minimap._draw

    def counted(self: Minimap) -> object:
        drawn.append(True)
        return real(self)

    monkeypatch.setattr(Minimap, "_draw", counted)
    tall.session.select(["conv3"])
    for _ in range(50):
        tall.editing.nudge(8, 0)
    qtbot.waitUntil(lambda: bool(drawn))
    assert len(drawn) <= 2


@pytest.fixture
def narrow(show: Open) -> CanvasView:
    """Two hundred layers in one column: the map cannot be as narrow as they are."""
    view = show(Network.of(node(f"conv{i}", "Conv2D", 0, 104 * i, filters=4) for i in range(200)))
    view.viewpoint.centre_on(view.canvas.content_rect().topLeft())
    view.minimap.renew()
    return view


def test_a_narrow_network_stands_in_the_middle_of_the_map(narrow: CanvasView) -> None:
    narrow.viewpoint.centre_on(narrow.canvas.content_rect().center())
    frame, size = narrow.minimap.frame().center(), narrow.minimap.size()
    assert frame.x() == pytest.approx(size.width() / 2, abs=0.5)
    assert frame.y() == pytest.approx(size.height() / 2, abs=0.5)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("height", [0.02, 0.5, 0.98])
def test_a_click_anywhere_on_the_map_shows_layers(narrow: CanvasView, share: float, height: float) -> None:
    minimap = narrow.minimap
    place = QPoint(round(minimap.width() * share), round(minimap.height() * height))
    QTest.mouseClick(minimap, Left, pos=place)
    seen = narrow.viewpoint.visible_rect()
    assert len(narrow.canvas.diagram.cards_in(seen)) >= 3
    assert middle(narrow)[0] == pytest.approx(104, abs=2)
