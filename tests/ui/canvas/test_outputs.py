"""Blocks with several outputs: a port for each, wires that leave from their own, drawn and moved by mouse, read out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Block, Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.canvas.diagram import Diagram, Hit
from cnnstudio.ui.canvas.quick_add import QuickAdd
from cnnstudio.ui.canvas.spoken import spoken_description, spoken_name
from cnnstudio.ui.session import Session
from tests.ui.canvas.hands import Hands, assert_shows_document

FORK = Network.of(
    [
        Node(id="in", type="BlockInput"),
        Node(id="wide", type="Conv2D", params=Params(filters=8)),
        Node(id="narrow", type="Conv2D", params=Params(filters=2)),
        Node(id="out1", type="BlockOutput"),
        Node(id="out2", type="BlockOutput"),
    ],
    [
        Edge(source="in", target="wide"),
        Edge(source="in", target="narrow"),
        Edge(source="wide", target="out1"),
        Edge(source="narrow", target="out2"),
    ],
)


@pytest.fixture
def hands(qtbot: QtBot) -> Hands:
    session = Session(catalogue())
    view = CanvasView(session)
    qtbot.addWidget(view)
    view.resize(900, 700)
    nodes = [
        Node(id="image", type="Input", position=(0, 0)),
        Node(id="fork", type="Block", block=Block(network=FORK), position=(0, 128)),
        Node(id="left", type="ReLU", position=(-304, 304)),
        Node(id="right", type="ReLU", position=(304, 304)),
    ]
    edges = [Edge(source="image", target="fork"), Edge(source="fork", target="left")]
    session.document.open(Project(name="Fork", network=Network.of(nodes, edges)))
    with qtbot.waitExposed(view):
        view.show()
    view.fit()
    return Hands(view, qtbot)


def wires(hands: Hands) -> set[tuple[str, int, str]]:
    return {(edge.source, edge.output, edge.target) for edge in hands.network.edges if edge.source == "fork"}


def test_every_output_has_a_port_of_its_own() -> None:
    diagram = Diagram()
    diagram.put_card("fork", 0, 0, 1, 2)
    card = diagram.cards["fork"]
    first, second = card.output(0), card.output(1)
    assert first[0] < second[0]
    assert diagram.hit(*first) == Hit("output", "fork", port=0)
    assert diagram.hit(*second) == Hit("output", "fork", port=1)
    assert card.output(7) == second


def test_a_wire_is_drawn_from_the_second_output(hands: Hands) -> None:
    hands.drag(hands.output("fork", 1), "right")
    assert wires(hands) == {("fork", 0, "left"), ("fork", 1, "right")}
    shapes = {name: hands.view.session.analysis.nodes[name].output_shape for name in ("left", "right")}
    assert shapes == {"left": (26, 26, 8), "right": (26, 26, 2)}
    assert_shows_document(hands.view)
    hands.view.session.undo()
    assert wires(hands) == {("fork", 0, "left")}
    assert_shows_document(hands.view)


def test_a_wire_is_drawn_backwards_to_the_second_output(hands: Hands) -> None:
    hands.drag(hands.input("right"), hands.output("fork", 1))
    assert ("fork", 1, "right") in wires(hands)
    assert_shows_document(hands.view)


def test_the_beginning_of_a_wire_moves_to_the_other_output(hands: Hands) -> None:
    hands.click(hands.middle("fork", "left"))
    hands.drag(hands.output("fork", 0), hands.output("fork", 1))
    assert wires(hands) == {("fork", 1, "left")}
    assert_shows_document(hands.view)


def test_the_end_of_a_wire_from_the_second_output_keeps_its_beginning(hands: Hands) -> None:
    hands.drag(hands.output("fork", 1), "right")
    hands.drag(hands.input("right"), "left")
    assert wires(hands) == {("fork", 1, "left")}
    assert_shows_document(hands.view)


def test_a_layer_put_behind_the_second_output_is_fed_by_it(hands: Hands) -> None:
    hands.drag(hands.output("fork", 1), (104.0, 330.0))
    popup = next(one for one in hands.view.findChildren(QuickAdd) if one.isVisible())
    assert "Softmax" in popup.shown
    hands.type("Softmax")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert ("fork", 1, "softmax1") in wires(hands)
    assert hands.view.session.analysis.nodes["softmax1"].output_shape == (26, 26, 2)
    assert_shows_document(hands.view)


def test_outputs_are_read_out_by_number(hands: Hands) -> None:
    hands.drag(hands.output("fork", 1), "right")
    session = hands.view.session
    network, known = session.network, session.analysis.nodes
    told = spoken_description(network.nodes["fork"], network, known["fork"], ())
    assert "left from output 1" in told
    assert "right from output 2" in told
    assert "output 2 of fork" in spoken_description(network.nodes["right"], network, known["right"], ())
    name = spoken_name(network.nodes["fork"], session.catalogue, known["fork"], ())
    assert "output 2 26 by 26 by 2" in name
