"""No collections of garbage for a while."""

from __future__ import annotations

import gc

import pytest

from cnnstudio.core.collecting import is_held, no_collections


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
