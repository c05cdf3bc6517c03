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

from cnnstudio.core.change import Change, difference
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.ui.growth import pieces_between
from cnnstudio.ui.main_window import MainWindow
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
