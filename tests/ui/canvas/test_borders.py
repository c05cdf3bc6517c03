"""What happens near the borders of the canvas: scrolling, words that stay inside, a window that grows."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import disconnect
from cnnstudio.core.message import Message
from tests.ui.canvas.hands import Hands


def test_a_target_near_the_border_is_not_scrolled_away(qtbot: QtBot, hands: Hands) -> None:
    view = hands.view
    edge = next(edge for edge in hands.network.edges if edge.target == "fc")
    view.session.apply(lambda network: disconnect(network, [edge]), Message("Disconnect"))
    view.viewpoint.scroll_by(QPoint(0, hands.at(hands.input("fc")).y() - view.viewport().height() + 10))
    hands.carry(hands.output("pool1"), hands.input("fc"))
    interaction = view.interaction
    assert interaction is not None
    assert interaction.is_over_target
    assert not view._pointing._edge_scroll._timer.isActive()
    empty = view.mapToScene(QPoint(40, view.viewport().height() - 4))
    hands.move((empty.x(), empty.y()))
    before = view.verticalScrollBar().value()
    qtbot.waitUntil(lambda: view.verticalScrollBar().value() > before)
    hands.view._pointing.cancel()


def test_a_word_beside_the_pointer_stays_inside_the_canvas(hands: Hands) -> None:
    overlay, view = hands.view.canvas.overlay, hands.view
    for corner in (QPoint(2, 2), QPoint(view.viewport().width() - 2, view.viewport().height() - 2)):
        point = view.mapToScene(corner)
        box = QRectF(26, 22, 280, 32)
        shift = overlay._shift_inside(box, (point.x(), point.y()), view.viewpoint.scale)
        seen = box.translated(shift).translated(QPointF(corner))
        assert QRectF(view.viewport().rect()).contains(seen)


def test_what_is_in_the_middle_stays_there_when_the_canvas_grows_wider(qtbot: QtBot, hands: Hands) -> None:
    view = hands.view
    middle, height = view.viewport().width() / 2, hands.at("conv1").y()
    away = hands.at("conv1").x() - middle
    view.resize(1300, 700)
    qtbot.waitUntil(lambda: view.viewport().width() > 1200)
    assert abs(hands.at("conv1").x() - view.viewport().width() / 2 - away) <= 1
    assert hands.at("conv1").y() == height
    view.hide()
    view.resize(1000, 700)
    view.show()
    qtbot.waitUntil(lambda: view.viewport().width() < 1100)
    assert abs(hands.at("conv1").x() - view.viewport().width() / 2 - away) <= 2
