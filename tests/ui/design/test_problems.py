"""The problems panel: what is wrong, where, and fixes that are one click away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Diagnostic, Fix, Severity
from cnnstudio.layers.hints import HintContext, rules
from cnnstudio.ui.design.design_workspace import DesignWorkspace
from cnnstudio.ui.design.problem_card import ProblemCard
from cnnstudio.ui.design.problems import Problems
from cnnstudio.ui.design.rules_dialog import RulesDialog
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings import Settings


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


@pytest.mark.parametrize("severity", ["error", "warning", "hint"])
def test_every_problem_says_how_grave_then_where_then_what(qtbot: QtBot, severity: Severity) -> None:
    def told(message: str, label: str) -> str:
        problem = Diagnostic(code="odd", severity=severity, node="conv1", message=Message(message))
        card = ProblemCard(problem, label)
        qtbot.addWidget(card)
        drawn = QTextDocument()
        drawn.setHtml(card.findChildren(QLabel)[1].text())
        return drawn.toPlainText()

    word = severity.capitalize()
    assert told("The window does not fit.", "conv1") == f"{word} · conv1: The window does not fit."
    assert told("conv1 is fed by nothing.", "conv1") == f"{word} · conv1 is fed by nothing."
    assert told("The window <3> does not fit.", "") == f"{word}: The window <3> does not fit."


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


def _large_strides(session: Session) -> None:
    session.apply(lambda n: set_params(n, "conv2", {"strides": [3, 3]}), Message("Large steps"))


def test_a_card_that_is_there_tells_of_another_problem_in_every_respect(qtbot: QtBot) -> None:
    def problem(severity: Severity, code: str, hint: str) -> Diagnostic:
        return Diagnostic(
            code=code, severity=severity, node="a", message=Message(f"A {severity}."), hint=Message(hint)
        )

    def told(card: ProblemCard) -> tuple[object, ...]:
        marks = [
            label.pixmap().toImage() for label in card.findChildren(QLabel) if not label.pixmap().isNull()
        ]
        shown = [part for part in card.findChildren(QWidget) if not part.isHidden()]
        texts = [part.text() for part in shown if isinstance(part, QLabel)]
        menus = [part for part in shown if part.objectName() == "ruleMenu"]
        return (
            texts,
            marks,
            len(menus),
            card.accessibleName(),
            card.property("severity"),
            card.grab().toImage(),
        )

    three = [
        problem("error", "shape.rank", ""),
        problem("hint", next(iter(rules())), "Why"),
        problem("warning", "odd", "Because"),
    ]
    for before in three:
        for after in three:
            changed, made = ProblemCard(before, "a"), ProblemCard(after, "b")
            for card in (changed, made):
                qtbot.addWidget(card)
                card.resize(400, 80)
                card.ensurePolished()
            changed.show_problem(after, "b")
            assert changed.problem is after
            assert told(changed) == told(made)


def test_problems_that_change_or_come_keep_the_cards_that_are_there(
    qtbot: QtBot, session: Session, problems: Problems
) -> None:
    card = _break(qtbot, session, problems)
    session.apply(lambda n: set_params(n, "conv2", {"kernel_size": [21, 20]}), Message("Break"))
    qtbot.waitUntil(lambda: "21" in card.accessibleName())
    session.apply(lambda n: set_params(n, "conv1", {"filters": -1}), Message("Break"))
    qtbot.waitUntil(lambda: card.problem.node == "conv1")
    assert _cards(problems)[0] is card
    assert "conv2" not in card.accessibleName()
    session.undo()
    session.undo()
    session.undo()
    qtbot.waitUntil(lambda: not _cards(problems))


def test_hints_stand_behind_errors_and_the_network_is_still_called_sound(
    qtbot: QtBot, session: Session, problems: Problems
) -> None:
    _large_strides(session)
    qtbot.waitUntil(lambda: len(_cards(problems)) >= 1)
    assert {card.problem.severity for card in _cards(problems)} == {"hint"}
    assert any("Keras builds" in label.text() for label in problems.findChildren(QLabel) if label.isVisible())
    session.apply(lambda n: set_params(n, "dense1", {"units": 0}), Message("Break"))
    qtbot.waitUntil(lambda: [card.problem.severity for card in _cards(problems)][:1] == ["error"])
    assert _cards(problems)[-1].problem.severity == "hint"
    assert not any(
        "Keras builds" in label.text() for label in problems.findChildren(QLabel) if label.isVisible()
    )


def test_a_rule_is_switched_off_at_its_hint_and_brought_back_in_the_list_of_rules(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    def settings() -> Settings:
        return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))

    design = DesignWorkspace(session, settings())
    qtbot.addWidget(design)
    with qtbot.waitExposed(design):
        design.show()
    panel = design.panel.problems
    _large_strides(session)
    qtbot.waitUntil(lambda: "hint.stride" in [card.problem.code for card in _cards(panel)])
    card = next(card for card in _cards(panel) if card.problem.code == "hint.stride")
    button = card.findChild(QToolButton, "ruleMenu")
    assert isinstance(button, QToolButton)
    button.menu().actions()[0].trigger()
    qtbot.waitUntil(lambda: "hint.stride" not in [card.problem.code for card in _cards(panel)])
    assert settings().texts("hints/off") == ["hint.stride"]
    again = Session(session.catalogue)
    qtbot.addWidget(DesignWorkspace(again, settings()))
    assert again.rules_off == {"hint.stride"}

    dialog = RulesDialog(session.rules_off)
    qtbot.addWidget(dialog)
    listed = dialog.findChild(QListWidget, "rulesList")
    every = dialog.findChild(QPushButton, "allRules")
    assert isinstance(listed, QListWidget)
    assert isinstance(every, QPushButton)
    assert listed.count() == len(rules())
    assert dialog.rules_off == {"hint.stride"}
    qtbot.mouseClick(every, Qt.MouseButton.LeftButton)
    assert dialog.rules_off == frozenset()


def test_hints_know_the_classes_of_the_data_as_soon_as_they_are_told(
    qtbot: QtBot, session: Session, problems: Problems
) -> None:
    session.set_hint_context(HintContext(classes=7))
    qtbot.waitUntil(lambda: [card.problem.code for card in _cards(problems)] == ["hint.classes"])
    assert "has 10 units, but the data has 7 classes" in str(_cards(problems)[0].problem.message)
    session.document.set_training(Params(loss="binary_crossentropy"))
    qtbot.waitUntil(
        lambda: sorted(card.problem.code for card in _cards(problems)) == ["hint.classes", "hint.softmax"]
    )


def test_a_fix_is_previewed_while_it_is_pointed_at_and_changes_nothing(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    settings = Settings(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))
    workspace = DesignWorkspace(session, settings, offer_fixes=_offer)
    qtbot.addWidget(workspace)
    workspace.resize(1200, 800)
    with qtbot.waitExposed(workspace):
        workspace.show()
    card = _break(qtbot, session, workspace.panel.problems)
    broken = session.network
    qtbot.waitUntil(lambda: card.findChild(QPushButton, "fix0") is not None)
    button = card.findChild(QPushButton, "fix0")
    assert isinstance(button, QPushButton)
    before = workspace.canvas.viewport().grab().toImage()
    button.setFocus()
    preview = workspace.fix_preview
    qtbot.waitUntil(preview.isVisible)
    assert preview.change.updated == ("conv2",)
    assert "3" in preview.words["conv2"]
    assert workspace.canvas.viewport().grab().toImage() != before
    button.clearFocus()
    assert not preview.isVisible()
    assert session.network is broken
    button.setFocus()
    button.click()
    assert not preview.isVisible()
    assert session.analysis.ok
