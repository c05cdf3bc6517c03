"""The Train page made in the background: a part in a turn, and at once for whoever wants it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.page_parts import TrainParts
from cnnstudio.ui.train.workspace import TrainWorkspace


@pytest.fixture
def hidden(qtbot: QtBot, session: Session, jobs: Jobs, tmp_path: Path) -> Iterator[TrainWorkspace]:
    made = TrainWorkspace(session, jobs, tmp_path / "runs")
    qtbot.addWidget(made)
    yield made
    made.close_down()


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many parts were there after each turn in which one was made."""
    counts: list[int] = []
    make_next = TrainParts.make_next

    def counted(parts: TrainParts) -> bool:
        made = make_next(parts)
        counts.append(sum(1 for value in vars(parts).values() if hasattr(value, "isVisible")))
        return made

    monkeypatch.setattr(TrainParts, "make_next", counted)
    return counts


def test_no_turn_of_the_event_loop_makes_more_than_one_part(
    qtbot: QtBot, hidden: TrainWorkspace, turns: list[int]
) -> None:
    hidden.prepare_by_turns()
    assert hidden.page is None
    qtbot.waitUntil(lambda: hidden.page is not None)
    assert turns == [1, 2, 3, 4, 5, 6, 7, 7]


def test_who_wants_the_page_meanwhile_gets_it_whole(
    qtbot: QtBot, hidden: TrainWorkspace, turns: list[int]
) -> None:
    hidden.prepare_by_turns()
    for _ in range(2):
        hidden._make_part()
    hidden.show()
    assert hidden.page is not None
    qtbot.waitUntil(hidden.page.form.isVisible)
    assert hidden.page.result.parent() is not None
    page = hidden.page
    hidden.prepare_by_turns()
    qtbot.wait(0)
    assert hidden.page is page
    assert len(turns) == 2


def test_nothing_more_is_made_for_a_window_that_goes(
    qtbot: QtBot, hidden: TrainWorkspace, turns: list[int]
) -> None:
    hidden.prepare_by_turns()
    for _ in range(2):
        hidden._make_part()
    hidden.close_down()
    qtbot.wait(20)
    assert len(turns) == 2
    assert hidden.page is None
