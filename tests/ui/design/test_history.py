"""The history panel: what was done by its name, and going there by a click or by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.design.bottom_panel import BottomPanel
from cnnstudio.ui.design.history import History
from cnnstudio.ui.session import Session


@pytest.fixture
def session(qapp: object) -> Session:
    return Session(catalogue())


@pytest.fixture
def history(session: Session, qtbot: QtBot) -> History:
    history = History(session)
    qtbot.addWidget(history)
    history.resize(300, 200)
    with qtbot.waitExposed(history):
        history.show()
    return history


def add(session: Session, name: str) -> Network:
    session.apply(lambda n: edits.add(n, [Node(id=name, type="Flatten")]), Message("Add {name}", name=name))
    return session.document.network


def rows(history: History) -> list[str]:
    model = history.model
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def click(history: History, row: int) -> None:
    place = history.list.visualRect(history.model.index(row)).center()
    QTest.mouseClick(history.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_every_step_is_listed_by_what_it_did(session: Session, history: History) -> None:
    assert rows(history) == ["Beginning"]
    add(session, "a")
    add(session, "b")
    assert rows(history) == ["Beginning", "Add a", "Add b"]
    assert history.list.currentIndex().row() == 2


def test_a_click_goes_there_and_nothing_is_lost(session: Session, history: History) -> None:
    first = session.document.network
    states = [first, add(session, "a"), add(session, "b"), add(session, "c")]
    for row in (1, 3, 0, 2):
        click(history, row)
        assert session.document.network is states[row]
        assert len(rows(history)) == 4


def test_steps_taken_back_are_muted_and_said_to_be_undone(session: Session, history: History) -> None:
    for name in "abc":
        add(session, name)
    session.undo()
    described = Qt.ItemDataRole.AccessibleDescriptionRole
    font = Qt.ItemDataRole.FontRole
    model = history.model
    assert [model.index(row).data(described) for row in range(4)] == ["", "", "The network is here", "Undone"]
    assert [model.index(row).data(font).italic() for row in range(4)] == [False, False, False, True]
    assert [model.index(row).data(font).bold() for row in range(4)] == [False, False, True, False]


def test_an_edit_after_going_back_drops_what_was_undone(session: Session, history: History) -> None:
    for name in "abc":
        add(session, name)
    click(history, 1)
    add(session, "d")
    assert rows(history) == ["Beginning", "Add a", "Add d"]


def test_keys_go_there_too(session: Session, history: History) -> None:
    states = [session.document.network, add(session, "a"), add(session, "b")]
    history.list.setFocus()
    QTest.keyClick(history.list, Qt.Key.Key_Home)
    QTest.keyClick(history.list, Qt.Key.Key_Return)
    assert session.document.network is states[0]


def test_another_project_begins_anew(session: Session, history: History) -> None:
    add(session, "a")
    session.document.open(Project())
    assert rows(history) == ["Beginning"]


def test_a_hidden_panel_costs_nothing_and_catches_up(
    session: Session, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.hide()
    asked: list[bool] = []
    monkeypatch.setattr(History, "refresh", lambda self: asked.append(True))
    add(session, "a")
    assert not asked
    monkeypatch.undo()
    history.show()
    assert rows(history) == ["Beginning", "Add a"]


def test_the_history_is_a_tab_of_the_bottom_panel(session: Session, qtbot: QtBot) -> None:
    panel = BottomPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    add(session, "a")
    panel.show_tab(3)
    assert rows(panel.history) == ["Beginning", "Add a"]
