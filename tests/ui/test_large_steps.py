"""Edits, undo and redo of thousands of layers: shown piece by piece, and what is shown in the end is what holds."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.change import Change, difference
from cnnstudio.core.levels import network_at
from cnnstudio.core.network import Block, Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.ui.growth import pieces_between
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.opening import CancelledError, Opening
from tests.core.networks import networks
from tests.ui.canvas.hands import assert_shows_document
from tests.ui.window_fixtures import make_window

Control = Qt.KeyboardModifier.ControlModifier
COUNT = 1200


def long_chain(count: int) -> Network:
    nodes = [Node(id="image", type="Input", params=Params(shape=[8, 8, 3]), position=(0.0, 0.0))]
    for number in range(count - 1):
        place = (number * 7919 % 4000 * 1.0, number * 104729 % 9000 * 1.0)
        nodes.append(Node(id=f"n{number}", type="ReLU", position=place))
    return Network.of(nodes, [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)])


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """With 1,200 layers open."""
    window = make_window(qtbot, tmp_path)
    assert window.files.show_project(Project(network=long_chain(COUNT)))
    window.design.canvas.setFocus()
    return window


class Shown:
    """What a window shows by and by."""

    def __init__(self, window: MainWindow) -> None:
        self.pieces: list[Change] = []
        window.session.changed.connect(self.pieces.append)

    def most(self) -> int:
        return max(len(one.added) + len(one.removed) + len(one.updated) for one in self.pieces)


def press(
    window: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(window.design.canvas, key, keys)


def assert_shows_all(window: MainWindow) -> None:
    assert not window.session.is_growing
    assert window.design.canvas.updatesEnabled()
    assert_shows_document(window.design.canvas)


@given(networks(), networks(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_pieces_lead_from_one_network_to_the_other(one: Network, other: Network, both: bool) -> None:
    after = Network.of([*one.nodes.values(), *other.nodes.values()], other.edges) if both else other
    shown = one
    for part, change, share in pieces_between(one, after):
        assert difference(shown, part) == change
        assert {end for edge in part.edges for end in (edge.source, edge.target)} <= part.nodes.keys()
        assert 0 < share <= 1
        shown = part
    assert shown is after


def test_undo_and_redo_of_an_arranged_network_are_shown_in_pieces(window: MainWindow) -> None:
    session, before = window.session, window.session.network
    window.design.canvas.arrange()
    after = session.network
    assert after is not before
    assert_shows_all(window)
    shown = Shown(window)
    window.commands["undo"].trigger()
    assert session.network is before
    assert 0 < shown.most() < COUNT / 2
    assert_shows_all(window)
    window.commands["redo"].trigger()
    assert session.network is after
    assert_shows_all(window)


def test_cutting_pasting_and_undoing_all_of_it_leaves_what_was_there(window: MainWindow) -> None:
    session, before = window.session, window.session.network
    press(window, Qt.Key.Key_A, Control)
    press(window, Qt.Key.Key_X, Control)
    assert not session.network.nodes
    assert_shows_all(window)
    shown = Shown(window)
    press(window, Qt.Key.Key_V, Control)
    assert len(session.network.nodes) == COUNT
    assert len(session.selection) == COUNT
    assert shown.most() < COUNT / 2
    assert_shows_all(window)
    window.commands["undo"].trigger()
    window.commands["undo"].trigger()
    assert session.network is before
    assert_shows_all(window)
    window.commands["redo"].trigger()
    assert not session.network.nodes


def test_a_glance_at_the_history_list_goes_back_over_several_large_steps(window: MainWindow) -> None:
    session, before = window.session, window.session.network
    press(window, Qt.Key.Key_A, Control)
    press(window, Qt.Key.Key_D, Control)
    window.design.canvas.arrange()
    assert session.document.position == 2
    session.go_to(0)
    assert session.network is before
    assert_shows_all(window)
    session.go_to(2)
    assert len(session.network.nodes) == 2 * COUNT
    assert session.analysis.nodes.keys() == session.network.nodes.keys()
    assert_shows_all(window)


def test_the_view_stays_where_it_is_when_a_large_step_is_taken_back(window: MainWindow) -> None:
    canvas = window.design.canvas
    press(window, Qt.Key.Key_A, Control)
    press(window, Qt.Key.Key_Delete)
    window.commands["undo"].trigger()
    canvas.centre_node("n600")
    place = canvas.viewpoint.place
    press(window, Qt.Key.Key_A, Control)
    canvas.editing.nudge(8, 0)
    window.commands["undo"].trigger()
    assert canvas.viewpoint.place == place
    assert_shows_all(window)


def test_small_steps_in_a_large_network_are_shown_at_once(window: MainWindow) -> None:
    window.session.select(["n5"])
    shown = Shown(window)
    press(window, Qt.Key.Key_Delete)
    assert "n5" not in window.session.network.nodes
    assert len([one for one in shown.pieces if one]) == 1
    assert_shows_all(window)


# --- in blocks -----------------------------------------------------------------------------


def with_block() -> Network:
    """image → a block of one ReLU → end."""
    inner = Network.of(
        [
            Node(id="input", type="BlockInput", position=(0.0, 0.0)),
            Node(id="relu", type="ReLU", position=(0.0, 104.0)),
            Node(id="output", type="BlockOutput", position=(0.0, 208.0)),
        ],
        [Edge(source="input", target="relu"), Edge(source="relu", target="output")],
    )
    return Network.of(
        [
            Node(id="image", type="Input", params=Params(shape=[8, 8, 3]), position=(0.0, 0.0)),
            Node(id="block", type="Block", block=Block(network=inner), position=(0.0, 104.0)),
            Node(id="end", type="ReLU", position=(0.0, 208.0)),
        ],
        [Edge(source="image", target="block"), Edge(source="block", target="end")],
    )


@pytest.fixture
def in_block(window: MainWindow) -> MainWindow:
    """With 1,200 layers in the clipboard and a small block open."""
    press(window, Qt.Key.Key_A, Control)
    press(window, Qt.Key.Key_C, Control)
    assert window.files.replace(Project(network=with_block()), path=None, saved=True)
    assert window.session.enter("block")
    return window


def assert_block_shows_all(window: MainWindow, path: tuple[str, ...] = ("block",)) -> None:
    session = window.session
    assert session.path == path
    assert session.network is network_at(session.document.network, path)
    assert_shows_all(window)
    assert session.analysis.nodes.keys() == session.network.nodes.keys()
    fresh = Analyser(session.layers).analyse(session.document.network)
    assert session.whole.nodes == fresh.nodes


def test_a_paste_into_an_open_block_and_its_undo_are_shown_in_pieces(in_block: MainWindow) -> None:
    session, before = in_block.session, in_block.session.document.network
    shown = Shown(in_block)
    press(in_block, Qt.Key.Key_V, Control)
    assert len(session.network.nodes) == COUNT + 3
    assert len(session.selection) == COUNT
    assert 0 < shown.most() < COUNT
    assert_block_shows_all(in_block)
    shown = Shown(in_block)
    in_block.commands["undo"].trigger()
    assert session.document.network is before
    assert 0 < shown.most() < COUNT
    assert_block_shows_all(in_block)
    in_block.commands["redo"].trigger()
    assert len(session.network.nodes) == COUNT + 3
    assert_block_shows_all(in_block)
    session.select(["relu"])
    press(in_block, Qt.Key.Key_Delete)
    assert "relu" not in session.network.nodes
    assert_block_shows_all(in_block)


def test_a_large_block_is_entered_and_left_in_pieces(in_block: MainWindow) -> None:
    press(in_block, Qt.Key.Key_V, Control)
    session, canvas = in_block.session, in_block.design.canvas
    assert session.leave()
    assert session.selection == {"block"}
    assert_block_shows_all(in_block, ())
    told: list[object] = []
    session.path_changed.connect(told.append)
    shown = Shown(in_block)
    assert session.enter("block")
    assert 0 < shown.most() < COUNT
    assert told == [("block",)]
    assert_block_shows_all(in_block)
    seen, bounds = canvas.viewpoint.visible_rect(), canvas.canvas.diagram.bounds
    assert bounds is not None
    assert seen.intersects(bounds)
    assert seen.top < bounds.top


def test_undo_and_redo_of_a_large_step_show_the_block_where_it_was_done(in_block: MainWindow) -> None:
    before = in_block.session.document.network
    press(in_block, Qt.Key.Key_V, Control)
    in_block.session.leave()
    shown = Shown(in_block)
    in_block.commands["undo"].trigger()
    assert in_block.session.document.network is before
    assert_block_shows_all(in_block)
    in_block.session.leave()
    in_block.commands["redo"].trigger()
    assert len(in_block.session.network.nodes) == COUNT + 3
    assert shown.most() < COUNT
    assert_block_shows_all(in_block)
    in_block.session.go_to(0)
    assert_block_shows_all(in_block, ())


def test_a_large_step_in_a_block_can_be_called_off_and_changes_nothing(
    in_block: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, before = in_block.session, in_block.session.document.network

    def refused(_self: Opening, _phase: str, _function: object) -> None:
        raise CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(Opening, "wait_for", refused)
        shown = Shown(in_block)
        press(in_block, Qt.Key.Key_V, Control)
        assert session.document.network is before
        assert not [one for one in shown.pieces if one]
        assert_block_shows_all(in_block)
    press(in_block, Qt.Key.Key_V, Control)
    session.leave()
    after = session.document.network
    with monkeypatch.context() as patch:
        patch.setattr(Opening, "wait_for", refused)
        session.select(["end"])
        assert not session.enter("block")
        assert session.selection == {"end"}
    in_block.commands["undo"].trigger()
    session.leave()
    with monkeypatch.context() as patch:
        patch.setattr(Opening, "wait_for", refused)
        in_block.commands["redo"].trigger()
        assert session.document.network is before
        assert_block_shows_all(in_block, ())
    in_block.commands["redo"].trigger()
    assert session.document.network is after
    assert_block_shows_all(in_block)


def test_no_block_is_entered_in_the_middle_of_a_step(in_block: MainWindow) -> None:
    session = in_block.session
    entered: list[bool] = []
    session.changed.connect(lambda _: entered.append(session.open_level(())) if session.is_growing else None)
    press(in_block, Qt.Key.Key_V, Control)
    assert entered
    assert not any(entered)
    assert_block_shows_all(in_block)


def test_another_project_opens_over_a_large_open_block(in_block: MainWindow) -> None:
    press(in_block, Qt.Key.Key_V, Control)
    assert in_block.files.replace(Project(network=long_chain(COUNT)), path=None, saved=True)
    assert_block_shows_all(in_block, ())


def test_a_large_step_that_its_next_one_takes_back_leaves_what_was_there(window: MainWindow) -> None:
    session, canvas, before = window.session, window.design.canvas, window.session.network
    press(window, Qt.Key.Key_A, Control)
    for dx in (8, -8):
        canvas.editing.nudge(dx, 0)
    assert session.network == before
    assert_shows_all(window)
    session.select(["n5"])
    press(window, Qt.Key.Key_Delete)
    assert "n5" not in session.network.nodes
    assert_shows_all(window)
