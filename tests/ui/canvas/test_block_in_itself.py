"""A block pasted into itself, by keys and from text: a copy of what it was, and one sentence where that must end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from cnnstudio.core.blocks import DEEPEST, count_nodes, depth_of
from cnnstudio.core.project import MOST_LAYERS
from cnnstudio.core.project_file import parse_project, project_text
from cnnstudio.ui.session import Session
from tests.ui.canvas.hands import Hands, assert_shows_document

Control = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def said(session: Session) -> list[str]:
    heard: list[str] = []
    session.refused.connect(heard.append)
    return heard


@pytest.fixture
def block(hands: Hands) -> str:
    """conv1 and pool1 in a block, which is selected and on the clipboard."""
    hands.click("conv1")
    hands.click("pool1", Control)
    hands.key(Qt.Key.Key_G, Control)
    (block_id,) = hands.view.session.selection
    hands.key(Qt.Key.Key_C, Control)
    return block_id


def only_block(session: Session) -> str:
    return next(node.id for node in session.network.nodes.values() if node.block is not None)


def test_a_block_pasted_into_itself_holds_what_it_was_when_copied(
    hands: Hands, session: Session, block: str, said: list[str]
) -> None:
    copied = session.network.nodes[block].block
    assert copied is not None
    hands.view.open_block()
    assert session.path == (block,)
    hands.key(Qt.Key.Key_V, Control)
    assert not said
    assert depth_of(session.document.network) == 2
    inner = session.network.nodes[only_block(session)].block
    assert inner is not None
    assert inner.network == copied.network
    cards = hands.view.canvas.diagram.cards
    pasted = cards[only_block(session)].rect
    assert not any(
        card.rect.intersects(pasted) for name, card in cards.items() if name != only_block(session)
    )
    assert_shows_document(hands.view)
    session.undo()
    assert depth_of(session.document.network) == 1


def test_pasting_deeper_and_deeper_ends_with_one_sentence_and_loses_nothing(
    hands: Hands, session: Session, block: str, said: list[str]
) -> None:
    for level in range(DEEPEST - 1):
        session.enter(block if level == 0 else only_block(session))
        hands.key(Qt.Key.Key_V, Control)
        assert not said
    assert depth_of(session.document.network) == DEEPEST
    session.enter(only_block(session))
    before, path = session.document.network, session.path
    hands.key(Qt.Key.Key_V, Control)
    assert said == [f"Blocks can be nested {DEEPEST} levels deep, not deeper."]
    assert session.document.network is before
    assert session.path == path
    assert_shows_document(hands.view)
    assert parse_project(project_text(session.document.project)).network == before


@pytest.mark.parametrize("levels", [DEEPEST + 1, 40, 4_000, 100_000])
def test_text_of_blocks_nested_too_deep_is_refused_with_one_sentence(
    hands: Hands, session: Session, said: list[str], levels: int
) -> None:
    text = '{"nodes": [{"id": "b", "type": "Block", "network": ' * levels
    QGuiApplication.clipboard().setText(text + '{"nodes": []}' + "}]}" * levels)
    before = session.network
    hands.key(Qt.Key.Key_V, Control)
    assert len(said) == 1
    assert "deep" in said[0] or "layers" in said[0]
    assert session.network is before


def test_copies_of_copies_end_before_a_project_holds_more_than_can_be_opened(
    hands: Hands, session: Session, said: list[str]
) -> None:
    for _ in range(6):  # each round takes four times as many layers: 20,000 after the sixth
        for _ in range(2):
            hands.key(Qt.Key.Key_A, Control)
            hands.key(Qt.Key.Key_D, Control)
        hands.key(Qt.Key.Key_A, Control)
        hands.key(Qt.Key.Key_G, Control)
        if said:
            break
    assert "a project can hold 5,000" in said[0]
    assert "repeat" in said[0]
    assert count_nodes(session.document.network) <= MOST_LAYERS
    before = session.document.network
    hands.key(Qt.Key.Key_A, Control)
    hands.key(Qt.Key.Key_Delete)
    assert not session.network.nodes
    session.undo()
    assert session.document.network is before
