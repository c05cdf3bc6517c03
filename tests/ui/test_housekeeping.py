"""Full collections wait until nobody edits; nothing is left lying about for ever."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

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
    before = gc.get_threshold()
    made = Housekeeping()
    made.begin()
    yield made
    made.end()
    gc.unfreeze()
    assert gc.get_threshold() == before


def old_ring() -> weakref.ref[Ring]:
    """A ring that has survived the small collections, and is garbage now."""
    ring = Ring()
    gc.collect(0)
    gc.collect(1)
    return weakref.ref(ring)


def make_due() -> None:
    while gc.get_count()[2] < 10:
        gc.collect(1)


def test_python_itself_makes_no_full_collection(keeper: Housekeeping) -> None:
    before = gc.get_stats()[2]["collections"]
    for _ in range(30):
        kept = [[] for _ in range(20_000)]
    assert kept
    assert gc.get_stats()[2]["collections"] == before


def test_old_garbage_goes_when_nobody_has_edited_for_a_while(
    keeper: Housekeeping, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 60)
    ring = old_ring()
    make_due()
    keeper.note_edit()
    assert not keeper.look()
    assert ring() is not None
    qtbot.wait(80)
    assert keeper.look()
    assert ring() is None


def test_nothing_is_collected_while_collecting_is_switched_off(
    keeper: Housekeeping, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 0)
    make_due()
    qtbot.wait(5)
    gc.disable()  # as while a large network is opened
    try:
        assert not keeper.look()
    finally:
        gc.enable()
    assert keeper.look()


def test_a_start_without_collections_ends_with_the_housekeeping() -> None:
    keeper = Housekeeping()
    gc.disable()
    keeper.begin()
    try:
        assert gc.isenabled()
    finally:
        keeper.end()
        gc.unfreeze()


def test_nothing_is_collected_while_something_is_dragged(
    keeper: Housekeeping, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 0)
    monkeypatch.setattr(housekeeping, "mouse_is_down", lambda: True)
    make_due()
    qtbot.wait(5)
    assert not keeper.look()


def test_nothing_is_collected_before_it_is_due(
    keeper: Housekeeping, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 0)
    gc.collect()
    qtbot.wait(5)
    assert not keeper.look()


def test_nothing_is_collected_while_images_are_looked_at(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "QUIET_MS", 0)
    monkeypatch.setattr(housekeeping, "mouse_is_down", lambda: False)
    going_on = [True]
    keeper = Housekeeping(wait_while=lambda: going_on[0])
    keeper.begin()
    try:
        ring = old_ring()
        make_due()
        qtbot.wait(5)
        assert not keeper.look()
        assert ring() is not None
        going_on[0] = False
        assert keeper.look()
        assert ring() is None
    finally:
        keeper.end()
        gc.unfreeze()


def test_threads_take_short_turns_until_the_end(qtbot: QtBot) -> None:
    usual = sys.getswitchinterval()
    keeper = Housekeeping()
    keeper.begin()
    try:
        assert sys.getswitchinterval() == pytest.approx(housekeeping.SWITCH_SECONDS)
    finally:
        keeper.end()
        gc.unfreeze()
    assert sys.getswitchinterval() == pytest.approx(usual)
