"""No collections of garbage for a while."""

from __future__ import annotations

import gc

import pytest

from cnnstudio.core import collecting
from cnnstudio.core.collecting import is_held, leave_out, long_lived, no_collections


@pytest.mark.parametrize("before", [True, False])
def test_held_collections_leave_the_collector_as_it_was(before: bool) -> None:
    (gc.enable if before else gc.disable)()
    with no_collections():
        assert not gc.isenabled()
    assert gc.isenabled() is before
    gc.enable()


def test_who_asks_is_told_until_the_last_has_left() -> None:
    def fail() -> None:
        with no_collections():
            with no_collections():
                assert is_held()
            assert is_held()
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert not is_held()
    assert gc.isenabled()


def test_what_lives_long_is_left_out_where_anything_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "_leaves_out", False)
    gc.collect()
    gc.unfreeze()
    try:
        with long_lived():
            first = [[number] for number in range(1000)]
        assert gc.get_freeze_count() == 0
        leave_out()
        before = gc.get_freeze_count()
        with long_lived():
            second = [[number] for number in range(1000)]
        assert gc.get_freeze_count() >= before + 1000
        assert len(first) == len(second)
    finally:
        gc.unfreeze()
