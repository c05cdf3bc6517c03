"""Where the keyboard is after a click: undo must reach the network, not an empty field."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.problems import Fix
from cnnstudio.ui.design.problem_card import ProblemCard
from tests.ui.window_fixtures import edit, make_window

Control = Qt.KeyboardModifier.ControlModifier


def test_undo_in_an_empty_search_is_the_networks(qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window(qtbot, tmp_path)
    window.show_workspace("design")
    before = window.session.network
    edit(window.session)
    search = window.findChild(QLineEdit, "paletteSearch")
    assert search is not None
    search.setFocus()
    qtbot.keyClicks(search, "conv")
    qtbot.keyClick(search, Qt.Key.Key_Z, Control)
    assert window.session.network is not before, "while something is typed, undo is the field's"
    search.clear()
    qtbot.keyClick(search, Qt.Key.Key_Z, Control)
    qtbot.waitUntil(lambda: window.session.network is before)


def test_after_a_fix_the_keyboard_is_at_the_canvas(qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window(qtbot, tmp_path)
    window.show_workspace("design")
    edit(window.session)
    window.session.apply(lambda n: set_params(n, "extra", {"shape": [0, 0, 0]}), Message("Break"))
    problems = window.design.panel.problems
    qtbot.waitUntil(lambda: bool(problems.findChildren(ProblemCard)))
    card = problems.findChildren(ProblemCard)[0]
    fix = Fix(label=Message("Cure it"), edit=lambda n: set_params(n, "extra", {"shape": [8, 8, 1]}))
    card.show_fixes((fix,))
    button = next(one for one in card.findChildren(QPushButton) if one.text() == "Cure it")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.focusWidget() is window.design.canvas)
