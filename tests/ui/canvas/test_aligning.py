"""Aligning and distributing: the arithmetic, and the keys and menus that do it in one undoable step."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Network, Position
from cnnstudio.ui.canvas.alignment import Direction, Side, aligned, distributed
from cnnstudio.ui.canvas.context_menu import align_menu, context_menu
from cnnstudio.ui.canvas.geometry import card_rect
from tests.ui.canvas.conftest import Open, node
from tests.ui.canvas.hands import Hands, assert_shows_document

SIDES: tuple[Side, ...] = ("left", "centre", "right", "top", "middle", "bottom")
Control = Qt.KeyboardModifier.ControlModifier
Shift = Qt.KeyboardModifier.ShiftModifier
Alt = Qt.KeyboardModifier.AltModifier

grid = st.integers(-200, 200).map(lambda step: step * 8.0)
many_places = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2), st.tuples(grid, grid), min_size=1, max_size=12
)


def overlapping(places: dict[str, Position]) -> bool:
    return any(card_rect(*a).intersects(card_rect(*b)) for a, b in combinations(places.values(), 2))


@pytest.mark.parametrize(
    ("side", "lines"),
    [
        ("left", {0.0}),
        ("centre", {400.0}),
        ("right", {800.0}),
        ("top", {0.0}),
        ("middle", {200.0}),
        ("bottom", {400.0}),
    ],
)
def test_cards_share_the_line_of_the_chosen_side(side: Side, lines: set[float]) -> None:
    places = {"a": (0.0, 0.0), "b": (320.0, 200.0), "c": (800.0, 400.0)}
    axis = 0 if side in {"left", "centre", "right"} else 1
    after = aligned(places, side)
    assert {place[axis] for place in after.values()} == lines
    assert {i: p[1 - axis] for i, p in after.items()} == {i: p[1 - axis] for i, p in places.items()}


def test_cards_of_one_row_become_a_column_in_their_order() -> None:
    after = aligned({"a": (0.0, 0.0), "b": (248.0, 0.0), "c": (496.0, 0.0)}, "left")
    assert after == {"a": (0.0, 0.0), "b": (0.0, 104.0), "c": (0.0, 208.0)}


@given(places=many_places, side=st.sampled_from(SIDES))
def test_aligning_hides_no_card_and_again_changes_nothing(places: dict[str, Position], side: Side) -> None:
    after = aligned(places, side)
    assert after.keys() == places.keys()
    assert not overlapping(after)
    assert aligned(after, side) == after


def test_distances_become_equal_and_the_outermost_stay() -> None:
    after = distributed({"a": (0.0, 0.0), "b": (8.0, 90.0), "c": (16.0, 800.0)}, "down")
    assert after == {"a": (0.0, 0.0), "b": (8.0, 400.0), "c": (16.0, 800.0)}


def test_cards_without_room_are_spread_wider() -> None:
    after = distributed({"a": (0.0, 0.0), "b": (16.0, 0.0), "c": (96.0, 0.0)}, "across")
    assert after == {"a": (0.0, 0.0), "b": (248.0, 0.0), "c": (496.0, 0.0)}


@given(places=many_places, direction=st.sampled_from(("across", "down")))
def test_distributing_again_changes_nothing(places: dict[str, Position], direction: Direction) -> None:
    after = distributed(places, direction)
    assert after.keys() == places.keys()
    assert distributed(after, direction) == after


@pytest.fixture
def spread(show: Open, qtbot: QtBot) -> Hands:
    network = Network.of(
        [
            node("a", "Input", 0, 0, shape=[8, 8, 1]),
            node("b", "Conv2D", 120, 150, filters=2),
            node("c", "Flatten", 320, 400),
        ]
    )
    view = show(network)
    view.viewpoint.centre_on(view.canvas.content_rect().center())
    view.activateWindow()
    view.setFocus()
    return Hands(view, qtbot)


def x_of(hands: Hands) -> list[float]:
    return [placed.position[0] for placed in hands.network.nodes.values() if placed.position]


@pytest.mark.parametrize(
    ("key", "keys", "columns"),
    [
        (Qt.Key.Key_Left, Control | Shift, [0.0, 0.0, 0.0]),
        (Qt.Key.Key_Right, Control | Shift, [320.0, 320.0, 320.0]),
        (Qt.Key.Key_C, Control | Alt, [160.0, 160.0, 160.0]),
        (Qt.Key.Key_H, Control | Alt, [0.0, 248.0, 496.0]),
    ],
)
def test_keys_align_the_selection_in_one_step(
    spread: Hands, key: Qt.Key, keys: Qt.KeyboardModifier, columns: list[float]
) -> None:
    before = spread.network
    spread.key(Qt.Key.Key_A, Control)
    spread.key(key, keys)
    assert x_of(spread) == columns
    spread.view.finish_glide()
    assert_shows_document(spread.view)
    spread.view.session.undo()
    assert spread.network is before


def test_only_the_selection_is_aligned(spread: Hands) -> None:
    spread.view.session.select(["a", "b"])
    spread.key(Qt.Key.Key_Left, Control | Shift)
    assert x_of(spread) == [0.0, 0.0, 320.0]
    assert str(spread.view.session.document.undo_label) == "Align 2 layers"


@pytest.mark.parametrize(("key", "number"), [(Qt.Key.Key_Left, "two"), (Qt.Key.Key_H, "three")])
def test_too_few_layers_are_refused_with_a_sentence(spread: Hands, key: Qt.Key, number: str) -> None:
    heard: list[str] = []
    spread.view.session.refused.connect(heard.append)
    before = spread.network
    spread.view.session.select(["a"])
    spread.key(key, Control | (Shift if key == Qt.Key.Key_Left else Alt))
    assert number in heard[0]
    assert spread.network is before


def test_the_menu_aligns_and_the_context_menu_has_it(spread: Hands) -> None:
    spread.view.select_all()
    menu = align_menu(spread.view, spread.view)
    actions = {action.objectName(): action for action in menu.actions()}
    actions["align_bottom"].trigger()
    assert {placed.position[1] for placed in spread.network.nodes.values() if placed.position} == {400.0}
    actions["distribute_across"].trigger()
    assert x_of(spread) == [0.0, 248.0, 496.0]
    assert context_menu(spread.view).findChild(QMenu, "alignMenu") is not None
