"""Blocks with several outputs: a port for each, wires that leave from their own, drawn and moved by mouse, read out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.layout import CARD_WIDTH
from cnnstudio.core.network import Block, Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.canvas.diagram import Diagram, Hit
from cnnstudio.ui.canvas.look import make_look
from cnnstudio.ui.canvas.node_face import Content, NodeFace
from cnnstudio.ui.canvas.output_list import OutputList
from cnnstudio.ui.canvas.quick_add import QuickAdd
from cnnstudio.ui.canvas.spoken import spoken_description, spoken_name
from cnnstudio.ui.design.inspector.cost_section import CostSection
from cnnstudio.ui.design.summary_model import SummaryModel, summary_rows
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import theme
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


def choose_two(hands: Hands, first: str, second: str) -> None:
    """Select two nodes by keys: walk to the first, and on to the second with Ctrl."""
    hands.view.setFocus()
    hands.view.session.select([first])
    hands.view.canvas.set_current(second, has_focus=True)
    hands.key(Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert hands.view.session.selection == {first, second}


def output_list(hands: Hands) -> OutputList:
    return next(one for one in hands.view.findChildren(OutputList) if one.isVisible())


@pytest.mark.parametrize(
    ("keys", "output"),
    [
        ((Qt.Key.Key_1,), 0),
        ((Qt.Key.Key_2,), 1),
        ((Qt.Key.Key_Return,), 1),  # the first that feeds nothing yet
        ((Qt.Key.Key_Up, Qt.Key.Key_Return), 0),
        ((Qt.Key.Key_Tab, Qt.Key.Key_Enter), 0),
    ],
)
def test_keys_connect_from_the_output_that_is_chosen(
    hands: Hands, keys: tuple[Qt.Key, ...], output: int
) -> None:
    choose_two(hands, "fork", "right")
    hands.key(Qt.Key.Key_C)
    assert output_list(hands).shown == ["1   26 × 26 × 8   feeds left", "2   26 × 26 × 2"]
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)
    assert ("fork", output, "right") in wires(hands)
    assert hands.view.hasFocus()
    assert hands.view.popup is None
    hands.view.session.undo()
    assert wires(hands) == {("fork", 0, "left")}
    assert_shows_document(hands.view)


def test_escape_leaves_the_outputs_without_a_wire(hands: Hands) -> None:
    choose_two(hands, "fork", "right")
    hands.key(Qt.Key.Key_C)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert hands.view.popup is None
    assert hands.view.hasFocus()
    assert wires(hands) == {("fork", 0, "left")}


def test_a_click_chooses_an_output_too(hands: Hands) -> None:
    choose_two(hands, "fork", "right")
    hands.key(Qt.Key.Key_C)
    rows = output_list(hands).findChild(QListWidget, "outputListRows")
    assert rows is not None
    where = rows.visualItemRect(rows.item(1)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    assert ("fork", 1, "right") in wires(hands)


def test_slash_asks_for_the_output_and_then_for_the_layer(hands: Hands) -> None:
    hands.view.setFocus()
    hands.view.session.select(["fork"])
    hands.key(Qt.Key.Key_Slash)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_2)
    hands.type("Softmax")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert wires(hands) == {("fork", 0, "left"), ("fork", 1, "softmax1")}
    assert hands.view.hasFocus()
    assert_shows_document(hands.view)


def test_a_layer_after_the_first_output_takes_over_that_output_s_wires_alone(hands: Hands) -> None:
    hands.drag(hands.output("fork", 1), "right")
    hands.view.setFocus()
    hands.view.session.select(["fork"])
    hands.key(Qt.Key.Key_Slash)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_1)
    hands.type("Softmax")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert wires(hands) == {("fork", 0, "softmax1"), ("fork", 1, "right")}
    assert {edge.source for edge in hands.network.inputs("left")} == {"softmax1"}
    assert_shows_document(hands.view)


def test_a_layer_from_the_palette_goes_on_from_the_output_that_is_free(hands: Hands) -> None:
    hands.view.session.select(["fork"])
    hands.view.insert_layer("Softmax")
    assert wires(hands) == {("fork", 0, "left"), ("fork", 1, "softmax1")}


def test_a_layer_dropped_on_the_wire_of_the_second_output_is_fed_by_it(hands: Hands) -> None:
    hands.drag(hands.output("fork", 1), "right")
    hands.drop_layer("Softmax", hands.middle("fork", "right"))
    assert wires(hands) == {("fork", 0, "left"), ("fork", 1, "softmax1")}
    assert hands.view.session.analysis.nodes["softmax1"].output_shape == (26, 26, 2)
    assert_shows_document(hands.view)


def test_a_wire_tells_the_shape_of_its_own_output(hands: Hands) -> None:
    hands.drag(hands.output("fork", 1), "right")
    told = {edge.target: hands.view.canvas.known.wire_text(edge) for edge in hands.network.outputs("fork")}
    assert told == {"left": "26 × 26 × 8", "right": "26 × 26 × 2"}


def test_a_card_shows_the_shapes_of_all_outputs(hands: Hands) -> None:
    face = hands.view.canvas.faces["fork"]
    assert face.texts == ("fork", "Block", "100", "26×26×8, 26×26×2")
    told = hands.view.canvas.known.tooltip(Hit("card", "fork"))
    assert "Output 1: 26 × 26 × 8\nOutput 2: 26 × 26 × 2" in told


@pytest.mark.parametrize(
    ("shapes", "written", "most_lines"),
    [
        (("10", "2"), "10, 2", 1),
        (("28 × 28 × 6",) * 3, "28×28×6, 28×28×6, 28×28×6", 2),
        (("112 × 112 × 64",) * 4, "112×112×64, 112×112×64, 112×112×64, 112×112×64", 2),
        (("28 × 28 × 6", "–"), "28×28×6, –", 1),
    ],
)
def test_shapes_of_outputs_take_one_line_or_two(
    shapes: tuple[str, ...], written: str, most_lines: int
) -> None:
    """How many fit into a line is the font's affair."""
    content = Content(name="b", type="Block", category="", shape=shapes[0], more_shapes=shapes[1:])
    look = make_look(theme())
    face = NodeFace(lambda: content, look)
    lines = face.texts[2:]
    assert " ".join(lines) == written
    assert len(lines) <= most_lines
    assert all(look.mono.metrics.horizontalAdvance(line) <= CARD_WIDTH for line in lines)
    assert not face.is_elided


@pytest.mark.parametrize("count", [6, 9, 14])
def test_shapes_that_do_not_fit_are_counted_and_none_is_cut_in_the_middle(count: int) -> None:
    shapes = ("224 × 224 × 16",) * count
    content = Content(
        name="b", type="Block", category="", shape=shapes[0], more_shapes=shapes[1:], count="1,344"
    )
    look = make_look(theme())
    face = NodeFace(lambda: content, look)
    first, second = face.texts[2:]
    shown, _, more = f"{first} {second}".partition(" +")
    assert {shape.strip(" ") for shape in shown.split(",")} == {"224×224×16"}
    assert shown.count("224×224×16") + int(more) == count
    assert max(look.mono.metrics.horizontalAdvance(line) for line in (first, second)) <= CARD_WIDTH
    assert face.is_elided
    for size in (1.0, 1.6):
        far = face.shape(size).text()
        shown, _, more = far.partition(" +")
        assert shown.count("224×224×16") + int(more) == count
        assert look.mono.metrics.horizontalAdvance(far) * size <= CARD_WIDTH


def test_summary_and_inspector_tell_all_outputs(hands: Hands) -> None:
    session = hands.view.session
    rows = summary_rows(session.network, session.analysis)
    model = SummaryModel()
    model.show_rows(rows)
    fork = next(number for number, row in enumerate(rows) if row.node == "fork")
    assert model.texts(fork)[2] == "26 × 26 × 8, 26 × 26 × 2"
    assert rows[fork].memory == 26 * 26 * (8 + 2) * 4
    section = CostSection(session)
    section.show_node(session.network.nodes["fork"], session.analysis.nodes["fork"])
    assert "26 × 26 × 8\n26 × 26 × 2" in {label.text() for label in section.findChildren(QLabel)}
