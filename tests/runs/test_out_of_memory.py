"""The batch size to try after a run was out of memory."""

from __future__ import annotations

import pytest

from cnnstudio.core.message import Message
from cnnstudio.runs.out_of_memory import KILLED, OUT_OF_MEMORY, batch_size_to_try, is_about_memory


@pytest.mark.parametrize(
    ("failed", "largest", "wanted"),
    [(64, None, 32), (64, 40, 32), (64, 1000, 32), (65, 1000, 64), (64, 0, 0), (1, None, 0), (3, None, 1)],
)
def test_the_size_to_try_is_smaller_than_what_failed_and_fits(
    failed: int, largest: int | None, wanted: int
) -> None:
    assert batch_size_to_try(failed, largest) == wanted


def test_a_killed_engine_and_a_failed_allocation_are_about_memory_and_others_are_not() -> None:
    assert is_about_memory(OUT_OF_MEMORY)
    assert is_about_memory(Message("The training engine stopped: {reason}.", reason=KILLED))
    assert not is_about_memory(
        Message("The training engine stopped: {reason}.", reason=Message("it crashed"))
    )
    assert not is_about_memory(Message("The disk is full."))
