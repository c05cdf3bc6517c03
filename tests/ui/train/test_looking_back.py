"""Another run looked at while one trains: whatever is said is of the run that is chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.train.workspace import TrainWorkspace

ChooseData = Callable[..., None]


def test_what_is_said_is_of_the_chosen_run_and_of_the_one_that_trains_when_that_is_chosen(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, trainer = workspace.page, workspace.trainer
    assert page is not None
    choose_data("fast", epochs=3)
    with qtbot.waitSignal(trainer.ended, timeout=20_000):
        workspace.start()
    old = trainer.folder
    assert old is not None
    qtbot.waitUntil(lambda: page.runs.matrix.confusion is not None, timeout=10_000)

    choose_data("slow", epochs=200)
    read: list[TrainingRun | None] = []
    monkeypatch.setattr(page, "show_reading", lambda run, *_facts: read.append(run))
    workspace.start()
    live = trainer.folder

    def chosen() -> list[object]:
        return [run.path for run in page.runs.table.chosen]

    qtbot.waitUntil(lambda: chosen() == [live], timeout=20_000)
    qtbot.waitUntil(lambda: trainer.run is not None and trainer.run.step > 2, timeout=20_000)
    assert page.runs.matrix.confusion is None

    page.runs.table.choose([old])
    qtbot.waitUntil(lambda: page.runs.matrix.confusion is not None, timeout=10_000)
    assert read[-1] is not None
    assert read[-1].is_over
    told = len(read)
    page._show_epochs()
    assert len(read) == told

    page.runs.table.choose([live])
    qtbot.waitUntil(lambda: page.runs.matrix.confusion is None)
    assert read[-1] is None or read[-1] is trainer.run
    trainer.stop_now()
    qtbot.waitUntil(lambda: not trainer.is_training, timeout=20_000)
