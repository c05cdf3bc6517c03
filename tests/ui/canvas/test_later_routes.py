"""Many wires at once: laid in haste, then with care."""

from __future__ import annotations

from itertools import pairwise

from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import remove
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas.diagram import Diagram
from cnnstudio.ui.canvas.scene import MOST_AT_ONCE, CanvasScene
from cnnstudio.ui.session import Session


def crowded(count: int) -> Network:
    """Rows of layers wired from left to right, so that every wire has to return past its neighbours."""
    nodes = [
        Node(
            id=f"n{number}",
            type="ReLU",
            params=Params(),
            position=(number % 20 * 220.0, number // 20 * 120.0),
        )
        for number in range(count)
    ]
    return Network.of(nodes, [Edge(source=a.id, target=b.id, slot=0) for a, b in pairwise(nodes)])


def careful(scene: CanvasScene) -> Diagram:
    """The same cards and wires, all laid with care."""
    diagram = Diagram()
    for node_id, card in scene.diagram.cards.items():
        diagram.put_card(node_id, card.x, card.y, card.inputs)
    for edge, wire in scene.diagram.wires.items():
        diagram.put_wire(edge, wire.port)
    diagram.route(tuple(scene.diagram.wires))
    return diagram


def test_wires_laid_in_haste_are_all_there_and_soon_laid_with_care(qtbot: QtBot) -> None:
    session = Session(catalogue())
    session.document.open(Project(network=crowded(MOST_AT_ONCE + 20)))
    scene = CanvasScene(session)
    assert len(scene.diagram.wires) == len(session.network.edges)
    assert len(scene.later_routes) > 0
    qtbot.waitUntil(lambda: len(scene.later_routes) == 0, timeout=20_000)
    wanted = careful(scene)
    assert {edge: wire.points for edge, wire in scene.diagram.wires.items()} == {
        edge: wire.points for edge, wire in wanted.wires.items()
    }


def test_a_wire_that_is_gone_before_its_turn_is_forgotten(qtbot: QtBot) -> None:
    session = Session(catalogue())
    session.document.open(Project(network=crowded(MOST_AT_ONCE + 20)))
    scene = CanvasScene(session)
    session.changed.connect(scene.follow)
    gone = [f"n{number}" for number in range(100, 150)]
    session.document.apply(lambda network: remove(network, gone), Message("Delete"))
    qtbot.waitUntil(lambda: len(scene.later_routes) == 0, timeout=20_000)
    assert set(scene.diagram.wires) == set(session.network.edges)
