"""What cards show: as much as can be read, and no more than a frame has time for."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.ui.canvas import CanvasView, layers
from cnnstudio.ui.canvas.detail import MOST, Detail, detail
from cnnstudio.ui.session import Session


@pytest.mark.parametrize(
    ("scale", "cards", "shown"),
    [
        (1.0, 20, Detail.FULL),
        (0.6, MOST[Detail.FULL], Detail.FULL),
        (0.59, 20, Detail.SHAPE),
        (0.39, 20, Detail.NAME),
        (0.33, 20, Detail.BLOCK),
        (1.0, MOST[Detail.FULL] + 1, Detail.SHAPE),
        (1.0, MOST[Detail.SHAPE] + 1, Detail.NAME),
        (1.0, MOST[Detail.NAME] + 1, Detail.BLOCK),
    ],
)
def test_detail_follows_the_zoom_and_the_number_of_cards(scale: float, cards: int, shown: Detail) -> None:
    assert detail(scale, cards) is shown


def test_a_part_that_is_painted_again_has_the_detail_of_the_whole(
    view: CanvasView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session: Session = view.session
    crowd = [
        Node(
            id=f"n{number}", type="ReLU", params=Params(), position=(number % 30 * 140.0, number // 30 * 90.0)
        )
        for number in range(600)
    ]
    session.document.open(Project(network=Network.of(crowd)))
    view.resize(1600, 900)
    view.show()
    qtbot.waitExposed(view)
    view.viewpoint.zoom_to(0.35)
    view.viewpoint.centre_on(view.canvas.content_rect().center())
    told: list[Detail] = []

    def listen(*given: object) -> Detail:
        told.append(detail_in_view(*given))  # type: ignore[arg-type]
        return told[-1]

    detail_in_view = layers.detail_in_view
    monkeypatch.setattr(layers, "detail_in_view", listen)
    view.viewport().update()
    QApplication.processEvents()
    view.viewport().update(700, 400, 40, 30)
    QApplication.processEvents()
    assert len(told) == 4
    assert set(told) == {Detail.BLOCK}
