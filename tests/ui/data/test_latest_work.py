"""Questions that follow each other quickly: one thread, the newest answer alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.message import Message
from cnnstudio.data.parallel import IsCancelled
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.ui.data.latest_work import LatestWork


@pytest.fixture
def work(qapp: object) -> Iterator[LatestWork]:
    work = LatestWork()
    yield work
    work.stop()


def held(gate: threading.Event, answer: str, done: list[str]) -> Callable[[IsCancelled], str]:
    def ask(_cancelled: IsCancelled) -> str:
        gate.wait(20)
        done.append(answer)
        return answer

    return ask


def test_only_the_newest_question_is_answered_and_those_between_are_not_worked_out(
    qtbot: QtBot, work: LatestWork
) -> None:
    gate, done, told = threading.Event(), list[str](), list[str]()
    work.answered.connect(told.append)
    with qtbot.waitSignal(work.working):  # the first holds the thread: nothing is told for a moment
        for number in range(5):
            work.ask(held(gate, f"answer {number}", done))
    gate.set()
    qtbot.waitUntil(lambda: not work.is_working)
    assert told == ["answer 4"]
    assert done == ["answer 0", "answer 4"]


def test_a_newer_question_cancels_the_one_in_work(qtbot: QtBot, work: LatestWork) -> None:
    started, told = threading.Event(), list[str]()

    def until_unwanted(cancelled: IsCancelled) -> str:
        started.set()
        while not cancelled():
            threading.Event().wait(0.005)
        raise Cancelled

    work.answered.connect(told.append)
    work.ask(until_unwanted)
    qtbot.waitUntil(started.is_set)
    work.ask(lambda _cancelled: "second")
    qtbot.waitUntil(lambda: told == ["second"])


def test_what_was_dropped_is_told_neither_as_an_answer_nor_as_a_failure(
    qtbot: QtBot, work: LatestWork
) -> None:
    gate, told = threading.Event(), list[object]()

    def fail(_cancelled: IsCancelled) -> None:
        gate.wait(20)
        raise DataError("x", Message("It is gone."), Message("Look."))

    work.answered.connect(told.append)
    work.failed.connect(told.append)
    work.ask(fail)
    work.drop()
    assert not work.is_working
    gate.set()
    work.ask(fail)
    qtbot.waitUntil(lambda: not work.is_working)
    assert [str(one) for one in told] == ["It is gone. Look."]


def test_whatever_goes_wrong_is_told_as_a_failure(qtbot: QtBot, work: LatestWork) -> None:
    told: list[object] = []
    work.answered.connect(told.append)

    def broken(_cancelled: IsCancelled) -> str:
        raise ValueError("seven is no part")

    with qtbot.waitSignal(work.failed) as failed:
        work.ask(broken)
    assert failed.args is not None
    assert "seven is no part" in str(failed.args[0].message)
    assert not told
