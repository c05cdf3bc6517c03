"""SIGKILL at random moments: a resumed run equals one that was never interrupted. `KILLS=20` tries more of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.kills import JUDGED, KINDS, Killing
from cnnstudio.runs.run_folder import RunFolder

pytestmark = [pytest.mark.engine, pytest.mark.slow]


KILLS = int(os.environ.get("KILLS", "2"))


def kill_many(killing: Killing) -> list[str]:
    """What happened to each run. Each is compared with the uninterrupted one: it raises where they differ."""
    try:
        return [killing.kill_and_resume(number, KINDS[-number % len(KINDS)]) for number in range(KILLS)]
    finally:
        killing.close()


@pytest.mark.timeout(1800)
def test_a_killed_and_resumed_run_equals_an_uninterrupted_one_bit_for_bit(tmp_path: Path) -> None:
    told = kill_many(Killing(tmp_path, epochs=10, seed=int(os.environ.get("KILLS_SEED", "3"))))
    assert ["killed after" in one for one in told] == [True] * KILLS


@pytest.mark.timeout(1800)
def test_so_does_one_whose_rate_falls_and_whose_end_comes_by_what_its_epochs_were(tmp_path: Path) -> None:
    killing = Killing(tmp_path, epochs=60, seed=int(os.environ.get("KILLS_SEED", "3")), **JUDGED)
    uninterrupted = RunFolder.open(killing.reference)
    rows = uninterrupted.history()
    assert len(rows) < 60, "it was to end early"
    assert rows[-1]["learning_rate"] < rows[0]["learning_rate"], "its rate was to fall"
    told = kill_many(killing)
    assert ["killed after" in one for one in told] == [True] * KILLS
