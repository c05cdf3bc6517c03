"""What the command Train says it does, and does, while nothing trains, a run trains, and runs wait."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.params import Params
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.workspace import TrainWorkspace

ChooseData = Callable[..., None]


@pytest.fixture
def told(workspace: TrainWorkspace) -> list[str]:
    """Each offer that was told, in its order."""
    offers: list[str] = []
    workspace.offer.changed.connect(offers.append)
    return offers


def test_what_trains_already_is_not_offered_again_and_another_plan_goes_to_the_queue(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session, choose_data: ChooseData, told: list[str]
) -> None:
    choose_data("slow", epochs=200)
    assert workspace.offer.current == "train"
    workspace.start()
    assert workspace.offer.current == "trains"
    workspace.start()
    assert workspace.queue.queue.waiting == ()
    session.document.set_training(Params(epochs=7))
    assert workspace.offer.current == "queue"
    workspace.start()
    assert [run.project.training for run in workspace.queue.queue.waiting] == [Params(epochs=7)]
    assert workspace.offer.current == "waits"
    workspace.start()
    assert len(workspace.queue.queue.waiting) == 1
    trainer = workspace.trainer
    qtbot.waitUntil(lambda: trainer.run is not None and trainer.run.step > 2, timeout=20_000)
    workspace.queue.stop_all()
    qtbot.waitUntil(lambda: not workspace.trainer.is_training, timeout=20_000)
    assert told == ["trains", "queue", "waits", "train"]
