"""Collections happen in the window's thread alone, the long ones while nobody edits; nothing is left lying about for ever."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from cnnstudio.core.collecting import no_collections
from cnnstudio.ui import housekeeping
from cnnstudio.ui.housekeeping import Housekeeping


class Ring:
    """Something that only a collection frees."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def keeper(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Housekeeping]:
    monkeypatch.setattr(
        housekeeping, "mouse_is_down", lambda: False
    )  # whatever a test before has left pressed
    monkeypatch.setattr(housekeeping, "PAUSE_MS", 0)
    monkeypatch.setattr(housekeeping, "REST", 0)
    made = Housekeeping()
    made.begin()
    made.settle()
    qtbot.wait(2)
    yield made
    made.end()
    gc.unfreeze()


def ring(age: int = 0) -> weakref.ref[Ring]:
    """A ring that has survived collections up to this generation, and is garbage now."""
    kept = Ring()
    for generation in range(age):
        gc.collect(generation)
    return weakref.ref(kept)


def make_young() -> list[list[int]]:
    """More young objects than Python lets be."""
    return [[number] for number in range(2 * gc.get_threshold()[0])]


def make_due(generation: int) -> None:
    """Let so many younger collections go by that one of this generation is due."""
    while gc.get_count()[generation] <= gc.get_threshold()[generation]:
        gc.collect(generation - 1)


def expect_collected(found: weakref.ref[Ring], qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: found() is None)


def test_no_thread_but_the_windows_collects(keeper: Housekeeping) -> None:
    """What a thread makes is garbage until the window's thread looks."""
    found: list[weakref.ref[Ring]] = []

    def work() -> None:
        found.extend(ring() for _ in range(10_000))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert all(one() is not None for one in found)
    assert keeper.look() == 0
    assert all(one() is None for one in found)


def test_young_garbage_goes_by_itself(keeper: Housekeeping, qtbot: QtBot) -> None:
    keeper.note_work()
    found = ring()
    kept = make_young()
    expect_collected(found, qtbot)
    assert kept


def test_young_garbage_waits_for_a_pause_unless_there_is_too_much(
    keeper: Housekeeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "PAUSE_MS", 60_000)
    keeper.note_work()
    found, kept = ring(), make_young()
    assert keeper.look() is None
    assert found() is not None
    monkeypatch.setattr(housekeeping, "MOST_YOUNG", 1000)
    assert keeper.look() == 0
    assert found() is None
    assert kept


def test_old_garbage_goes_when_nobody_has_edited_for_a_while(
    keeper: Housekeeping, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 60)
    found = ring(age=2)
    make_due(2)
    keeper.note_work()
    assert keeper.look() in {None, 0}
    assert found() is not None
    expect_collected(found, qtbot)


def test_old_garbage_waits_while_a_view_is_scrolled(keeper: Housekeeping, qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    keeper.spare(area)
    for bar in (area.horizontalScrollBar(), area.verticalScrollBar()):
        bar.setRange(0, 100)
        keeper._since_work.invalidate()  # nobody did anything for ever
        make_due(2)
        bar.setValue(50)
        assert keeper.look() in {None, 0}
        keeper._since_work.invalidate()
        assert keeper.look() == 2


def test_middle_garbage_goes_when_it_is_due(
    keeper: Housekeeping, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 0)
    found = ring(age=1)
    make_due(1)
    assert found() is not None
    expect_collected(found, qtbot)


def test_nothing_is_collected_where_collections_are_held(keeper: Housekeeping) -> None:
    with no_collections():
        found, kept = ring(), make_young()
        assert keeper.look() is None
        assert found() is not None
    assert keeper.look() == 0
    assert found() is None
    assert kept


def test_what_is_old_waits_while_something_is_dragged(
    keeper: Housekeeping, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 0)
    monkeypatch.setattr(housekeeping, "mouse_is_down", lambda: True)
    found = ring(age=2)
    make_due(2)
    qtbot.wait(200)
    assert found() is not None


def test_full_collections_take_a_thousandth_of_the_time(
    keeper: Housekeeping, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 0)
    monkeypatch.setattr(housekeeping, "REST", 1_000_000)
    kept = [[number] for number in range(300_000)]  # a few milliseconds
    make_due(2)
    assert keeper.look() == 2
    make_due(2)
    qtbot.wait(20)
    assert keeper.look() != 2
    assert kept


def test_nothing_is_collected_before_it_is_due(keeper: Housekeeping) -> None:
    gc.collect()
    assert keeper.look() is None


def test_what_is_old_waits_while_images_are_looked_at(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 0)
    monkeypatch.setattr(housekeeping, "mouse_is_down", lambda: False)
    monkeypatch.setattr(housekeeping, "REST", 0)
    going_on = [True]
    keeper = Housekeeping(wait_while=lambda: going_on[0])
    keeper.begin()
    keeper.settle()
    try:
        found, younger = ring(age=2), ring(age=1)
        make_due(2)
        make_due(1)
        expect_collected(younger, qtbot)  # put off, it would be much at once
        assert found() is not None
        going_on[0] = False
        expect_collected(found, qtbot)
    finally:
        keeper.end()
        gc.unfreeze()


def test_threads_take_short_turns_until_the_end(qtbot: QtBot) -> None:
    usual = sys.getswitchinterval()
    keeper = Housekeeping()
    keeper.begin()
    try:
        assert sys.getswitchinterval() == pytest.approx(housekeeping.SWITCH_SECONDS)
        assert not gc.isenabled()
    finally:
        keeper.end()
    assert sys.getswitchinterval() == pytest.approx(usual)
    assert gc.isenabled()
