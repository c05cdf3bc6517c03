"""The problems panel: what is wrong, where, and fixes that are one click away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.problems import Fix
from cnnstudio.layers.hints import HintContext
from cnnstudio.ui.design.problem_card import ProblemCard
from cnnstudio.ui.design.problems import Problems
from cnnstudio.ui.session import Session


def _offer(network: Network, analysis: Analysis, _analyser: Analyser, _context: HintContext) -> Analysis:
    fix = Fix(
        label=Message("Use a kernel of 3"), edit=lambda n: set_params(n, "conv2", {"kernel_size": [3, 3]})
    )
    return replace(
        analysis, diagnostics=tuple(replace(problem, fixes=(fix,)) for problem in analysis.diagnostics)
    )


@pytest.fixture
def problems(qtbot: QtBot, session: Session) -> Problems:
    made = Problems(session, offer_fixes=_offer)
    qtbot.addWidget(made)
    made.resize(700, 200)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _cards(problems: Problems) -> list[ProblemCard]:
    return [card for card in problems.findChildren(ProblemCard) if card.isVisible()]


def _break(qtbot: QtBot, session: Session, problems: Problems) -> ProblemCard:
    session.apply(lambda n: set_params(n, "conv2", {"kernel_size": [20, 20]}), Message("Break"))
    qtbot.waitUntil(lambda: len(_cards(problems)) == 1)
    return _cards(problems)[0]


def test_a_sound_network_has_none_and_says_so(problems: Problems) -> None:
    assert _cards(problems) == []
    assert any("No problems" in label.text() for label in problems.findChildren(QLabel) if label.isVisible())


def test_a_problem_is_told_with_severity_node_message_and_cure(
    qtbot: QtBot, session: Session, problems: Problems
) -> None:
    card = _break(qtbot, session, problems)
    told = " ".join(label.text() for label in card.findChildren(QLabel))
    assert "conv2" in told
    assert "Error" in told
    assert "larger than the 12×12 input" in told
    assert "Use a kernel of 12 or less" in told
    assert card.accessibleName().startswith("Error: conv2")


def test_the_number_of_problems_is_told(qtbot: QtBot, session: Session, problems: Problems) -> None:
    with qtbot.waitSignal(problems.counted, check_params_cb=lambda count: count == 1):
        session.apply(lambda n: set_params(n, "conv2", {"kernel_size": [20, 20]}), Message("Break"))


def test_a_click_shows_the_node(qtbot: QtBot, session: Session, problems: Problems) -> None:
    card = _break(qtbot, session, problems)
    with qtbot.waitSignal(problems.node_activated) as shown:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert shown.args == ["conv2"]
    with qtbot.waitSignal(problems.node_activated) as shown:
        qtbot.keyClick(card, Qt.Key.Key_Return)
    assert shown.args == ["conv2"]


def test_a_fix_is_applied_with_one_click_and_undone_with_one_step(
    qtbot: QtBot, session: Session, problems: Problems
) -> None:
    card = _break(qtbot, session, problems)
    broken = session.network
    qtbot.waitUntil(lambda: card.findChild(QPushButton, "fix0") is not None)
    fix = card.findChild(QPushButton, "fix0")
    assert isinstance(fix, QPushButton)
    qtbot.mouseClick(fix, Qt.MouseButton.LeftButton)
    assert session.analysis.ok
    assert session.document.undo_label == Message("Use a kernel of 3")
    qtbot.waitUntil(lambda: _cards(problems) == [])
    session.undo()
    assert session.network is broken


def test_cards_are_not_rebuilt_by_an_edit_that_changes_no_problem(
    qtbot: QtBot, session: Session, problems: Problems
) -> None:
    card = _break(qtbot, session, problems)
    with qtbot.waitSignal(session.analysed):
        session.apply(lambda n: set_params(n, "dense1", {"units": 99}), Message("Other"))
    assert _cards(problems) == [card]
