"""Drawing by turns: one thing a turn, each as long as there is news, and rest."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from cnnstudio.ui.train.turns import MOST_MS, TURN_MS, Turns, pause_after


def test_things_take_turns_and_rest_when_each_has_had_its_own(qtbot: QtBot) -> None:
    owner = QObject()
    done: list[str] = []
    turns = Turns((lambda: done.append("loss"), lambda: done.append("numbers")), owner)
    for _ in range(100):
        turns.news()
    qtbot.waitUntil(lambda: len(done) == 2)
    qtbot.waitUntil(lambda: turns.resting)
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
    qtbot.waitUntil(lambda: turns.resting)
    assert done == ["loss", "numbers", "loss"]


def test_slow_drawings_are_fewer_but_never_cease() -> None:
    pauses = [pause_after(took) for took in (0.0, 1.0, 2.5, 5.0, 10.0, 100.0)]
    assert pauses[0] == pauses[2] == TURN_MS
    assert pauses == sorted(pauses)
    assert pause_after(8.0) == 160
    assert pauses[-1] == MOST_MS


def test_things_are_drawn_as_long_as_there_is_news(qtbot: QtBot) -> None:
    owner = QObject()
    done: list[str] = []
    turns = Turns((lambda: done.append("loss"), lambda: done.append("numbers")), owner)
    for count in range(1, 6):
        turns.news()
        qtbot.waitUntil(lambda least=count: len(done) > least)
    qtbot.waitUntil(lambda: turns.resting)
    assert done[:4] == ["loss", "numbers"] * 2
