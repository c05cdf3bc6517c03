"""SIGKILL at random moments: a resumed run equals one that was never interrupted. `KILLS=20` tries more of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.kills import KINDS, Killing

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.mark.timeout(1800)
def test_a_killed_and_resumed_run_equals_an_uninterrupted_one_bit_for_bit(tmp_path: Path) -> None:
    killing = Killing(tmp_path, epochs=10, seed=int(os.environ.get("KILLS_SEED", "3")))
    try:
        for number in range(int(os.environ.get("KILLS", "2"))):
            told = killing.kill_and_resume(number, KINDS[-number % len(KINDS)])
            assert "killed after" in told  # it compared everything, or would have raised
    finally:
        killing.close()
