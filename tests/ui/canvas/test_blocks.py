"""Blocks by mouse and keyboard: opening, editing inside, going up, grouping, ungrouping, copying, undo across levels."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cnnstudio.core import edits
from cnnstudio.core.block_edits import set_repeat
from cnnstudio.core.expansion import expanded
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network
from cnnstudio.core.project import Project
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.canvas.context_menu import context_menu
from cnnstudio.ui.session import Session
from tests.ui.canvas.conftest import Open, chain
from tests.ui.canvas.hands import Hands, assert_shows_document

Control = Qt.KeyboardModifier.ControlModifier
Shift = Qt.KeyboardModifier.ShiftModifier


def wires(network: Network) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in network.edges}


def grouped(hands: Hands) -> str:
    """conv1 and pool1 put into a block by keyboard; its id."""
    hands.click("conv1")
    hands.click("pool1", Control)
    hands.key(Qt.Key.Key_G, Control)
    (block_id,) = hands.view.session.selection
    return block_id


def test_control_g_puts_the_selection_into_a_block_with_its_wires(hands: Hands, session: Session) -> None:
    before = session.network
    block_id = grouped(hands)
    assert wires(session.network) == {("image", block_id), (block_id, "flatten"), ("flatten", "fc")}
    assert session.analysis.ok
    assert session.analysis.nodes[block_id].output_shape == (14, 14, 6)
    assert {key for key in expanded(session.network).nodes if "/" in key} == {
        f"{block_id}/conv1",
        f"{block_id}/pool1",
    }
    session.undo()
    assert session.network is before


def test_control_shift_g_takes_the_block_apart_again_in_one_step(hands: Hands, session: Session) -> None:
    before = session.network
    grouped(hands)
    hands.key(Qt.Key.Key_G, Control | Shift)
    assert wires(session.network) == wires(before)
    assert set(session.network.nodes) == set(before.nodes)
    assert session.selection == {"conv1", "pool1"}
    session.undo()
    session.undo()
    assert session.network is before


def test_the_command_opens_the_selected_block(hands: Hands, session: Session) -> None:
    block_id = grouped(hands)
    hands.view.open_block()
    assert session.path == (block_id,)
    assert set(session.network.nodes) == {"conv1", "pool1", "input", "output"}
    assert_shows_document(hands.view)
    assert session.analysis.nodes["conv1"].output_shape == (28, 28, 6)


def test_an_edit_inside_changes_the_layers_outside_see(hands: Hands, session: Session) -> None:
    block_id = grouped(hands)
    hands.view.open_block()
    hands.click("pool1")
    hands.key(Qt.Key.Key_Delete)
    assert set(session.network.nodes) == {"conv1", "input", "output"}
    assert session.analysis.nodes["output"].output_shape == (28, 28, 6)
    hands.key(Qt.Key.Key_Escape)
    hands.key(Qt.Key.Key_Escape)
    assert session.path == ()
    assert session.selection == {block_id}
    assert session.analysis.nodes[block_id].output_shape == (28, 28, 6)
    assert_shows_document(hands.view)


def test_undo_goes_where_the_change_was_made(hands: Hands, session: Session) -> None:
    block_id = grouped(hands)
    hands.view.open_block()
    hands.click("pool1")
    hands.key(Qt.Key.Key_Delete)
    session.leave()
    assert session.path == ()
    session.undo()
    assert session.path == (block_id,)
    assert "pool1" in session.network.nodes
    session.undo()
    assert session.path == ()
    assert block_id not in session.network.nodes
    session.redo()
    session.redo()
    assert session.path == (block_id,)
    assert "pool1" not in session.network.nodes


def test_a_new_layer_in_an_open_block_goes_in_front_of_its_output(hands: Hands, session: Session) -> None:
    grouped(hands)
    hands.view.open_block()
    hands.view.insert_layer("ReLU")
    (new,) = session.selection
    assert {("pool1", new), (new, "output")} <= wires(session.network)
    assert session.analysis.ok


def test_ids_inside_are_new_even_where_a_block_came_with_its_own(show: Open, session: Session) -> None:
    view = show(chain())
    session.select(["conv1"])
    view.insert_layer("Residual block")
    view.open_block()
    for _ in range(4):
        session.select(())
        view.insert_layer("Conv2D")
    assert len(session.network.nodes) == 13
    assert session.analysis.ok


def test_a_ready_made_block_fits_what_it_follows(hands: Hands, session: Session) -> None:
    hands.click("conv1")
    hands.view.insert_layer("Residual block")
    (block_id,) = session.selection
    assert session.analysis.ok
    assert session.analysis.nodes[block_id].output_shape == (28, 28, 6)
    assert {("conv1", block_id), (block_id, "pool1")} <= wires(session.network)


def test_a_block_dropped_on_a_wire_goes_in_between(hands: Hands, session: Session, qtbot: QtBot) -> None:
    middle = hands.middle("conv1", "pool1")
    hands.drag_layer("Squeeze-excite block", middle)
    hands.drop_layer("Squeeze-excite block", middle)
    (block_id,) = session.selection
    assert {("conv1", block_id), (block_id, "pool1")} <= wires(session.network)
    assert session.analysis.ok


def test_a_pasted_block_is_a_block_of_its_own(hands: Hands, session: Session) -> None:
    block_id = grouped(hands)
    hands.key(Qt.Key.Key_C, Control)
    assert '"BlockInput"' in QGuiApplication.clipboard().text()
    hands.key(Qt.Key.Key_V, Control)
    (copy_id,) = session.selection
    assert copy_id != block_id
    hands.view.open_block()
    hands.click("pool1")
    hands.key(Qt.Key.Key_Delete)
    original, copied = (session.document.network.nodes[key].block for key in (block_id, copy_id))
    assert original is not None
    assert copied is not None
    assert "pool1" in original.network.nodes
    assert "pool1" not in copied.network.nodes


def test_a_group_that_would_feed_itself_is_refused_with_a_reason(
    show: Open, session: Session, qtbot: QtBot
) -> None:
    view = show(chain())
    session.select(["conv1", "flatten"])
    before = session.network
    with qtbot.waitSignal(session.refused) as caught:
        view.group()
    assert "select what is on it too" in caught.args[0]
    assert session.network is before


def test_opening_what_is_no_block_says_so(hands: Hands, session: Session, qtbot: QtBot) -> None:
    hands.click("conv1")
    with qtbot.waitSignal(session.refused):
        hands.view.open_block()
    assert session.path == ()


def test_the_card_shows_the_repeat_the_sum_and_the_worst_problem_inside(
    hands: Hands, session: Session
) -> None:
    block_id = grouped(hands)
    session.apply(lambda network: set_repeat(network, block_id, 2), Message("Repeat"))
    face = hands.view.canvas.faces
    assert session.analysis.nodes[block_id].summary == "×2"
    hands.qtbot.waitUntil(lambda: face[block_id].content.summary == "×2")
    assert face[block_id].content.is_block
    assert face[block_id].content.count == f"{6 * 25 + 6 + 6 * 6 * 25 + 6:,}".replace(
        ",", face[block_id].content.count[1]
    )
    session.apply(lambda network: set_repeat(network, block_id, 9), Message("Repeat"))
    hands.qtbot.waitUntil(lambda: face[block_id].content.severity == "error")
    assert face[block_id].content.problem


def test_opening_another_project_leaves_the_block(show: Open, session: Session) -> None:
    view = show(chain())
    session.select(["conv1"])
    view.group()
    view.open_block()
    assert session.path

    session.document.open(Project(network=chain()))
    assert session.path == ()
    assert_shows_document(view)


def test_a_wire_from_a_block_s_output_is_refused(show: Open, session: Session) -> None:
    view = show(chain())
    session.select(["conv1", "pool1"])
    view.group()
    view.open_block()
    session.select(["output", "pool1"])
    session.apply(
        lambda network: edits.disconnect(network, [Edge(source="pool1", target="output")]), Message("Cut")
    )
    hands_moved = edits.move(session.network, {"pool1": (400.0, 900.0)})
    session.apply(lambda _: hands_moved, Message("Move"))
    view.connect_selection()
    assert ("output", "pool1") not in wires(session.network)


def test_many_levels_open_and_close(show: Open, session: Session) -> None:
    view: CanvasView = show(chain())
    for _ in range(3):
        session.select([next(iter(session.selection), "conv1")])
        view.group()
    for depth in range(1, 4):
        session.select([key for key, node in session.network.nodes.items() if node.block])
        view.open_block()
        assert len(session.path) == depth
        assert_shows_document(view)
    assert "conv1" in session.network.nodes
    while session.leave():
        assert_shows_document(view)
    assert session.path == ()


def test_the_context_menu_has_what_is_for_blocks_where_there_is_one(hands: Hands, session: Session) -> None:
    def offered() -> set[str]:
        names = {action.objectName() for action in context_menu(hands.view).actions()}
        return names & {"open_block", "leave_block", "group", "ungroup"}

    hands.click("conv1")
    assert offered() == {"group"}
    block_id = grouped(hands)
    assert offered() == {"open_block", "group", "ungroup"}
    session.enter(block_id)
    assert offered() == {"leave_block", "group"}
