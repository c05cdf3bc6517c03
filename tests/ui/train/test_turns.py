"""Drawing by turns: one thing a turn, each as long as there is news, and rest."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cnnstudio.ui.train.turns import Turns


def test_things_take_turns_and_rest_when_each_has_had_its_own(qtbot: QtBot) -> None:
    owner = QObject()
    done: list[str] = []
    turns = Turns((lambda: done.append("loss"), lambda: done.append("numbers")), owner)
    for _ in range(100):
        turns.news()
    qtbot.waitUntil(lambda: len(done) == 2)
    qtbot.waitUntil(lambda: not turns._timer.isActive())
    assert done == ["loss", "numbers"]
    turns.news()
    qtbot.waitUntil(lambda: len(done) == 4)
    assert done == ["loss", "numbers"] * 2


def test_news_in_the_middle_is_drawn_by_all(qtbot: QtBot) -> None:
    owner = QObject()
    done: list[str] = []
    turns = Turns((lambda: done.append("loss"), lambda: done.append("numbers")), owner)
    turns.news()
    qtbot.waitUntil(lambda: len(done) == 1)
    turns.news()
    qtbot.waitUntil(lambda: not turns._timer.isActive())
    assert done == ["loss", "numbers", "loss"]
