"""A canvas in a window, hands for it, and a check after every test that it shows exactly what the document holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.session import Session
from tests.ui.canvas.hands import Hands, assert_shows_document

SIZE = (900, 700)


def node(node_id: str, layer: str, x: float, y: float, **params: object) -> Node:
    return Node(id=node_id, type=layer, params=Params(params), position=(x, y))


def chain() -> Network:
    """image → conv1 → pool1 → flatten → fc, one below the other."""
    nodes = [
        node("image", "Input", 0, 0, shape=[28, 28, 1]),
        node("conv1", "Conv2D", 0, 104, filters=6, kernel_size=5, padding=2),
        node("pool1", "MaxPooling2D", 0, 208),
        node("flatten", "Flatten", 0, 312),
        node("fc", "Dense", 0, 416, units=10),
    ]
    return Network.of(nodes, [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)])


Open = Callable[[Network], CanvasView]


@pytest.fixture
def session(qapp: object) -> Session:
    return Session(catalogue())


@pytest.fixture
def show(session: Session, qtbot: QtBot) -> Iterator[Open]:
    """Shows a network; when the test is over, the canvas must show what the document holds."""
    shown: list[CanvasView] = []

    def open_network(network: Network) -> CanvasView:
        session.document.open(Project(network=network))
        view = CanvasView(session)
        qtbot.addWidget(view)
        view.resize(*SIZE)
        view.show()
        qtbot.waitExposed(view)
        view.zoom_reset()
        view.viewpoint.centre_on(view.mapToScene(QPoint(0, 0)) - view.mapToScene(QPoint(0, 0)))
        shown.append(view)
        return view

    yield open_network
    for view in shown:
        view.finish_glide()
        assert_shows_document(view)


@pytest.fixture
def view(show: Open) -> CanvasView:
    """The chain, at 100 %."""
    canvas = show(chain())
    canvas.viewpoint.centre_on(canvas.canvas.content_rect().center())
    return canvas


@pytest.fixture
def hands(view: CanvasView, qtbot: QtBot) -> Hands:
    return Hands(view, qtbot)
