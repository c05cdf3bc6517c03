"""The forecast beside the plan: memory at once, speed once it was measured, and no dashes while a run trains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import remove
from cnnstudio.core.message import Message
from cnnstudio.runs.events import BatchEnded, EpochEnded
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.control_strip import ControlStrip
from cnnstudio.ui.train.forecast_card import ForecastCard
from cnnstudio.ui.train.forecaster import Forecaster
from cnnstudio.ui.train.workspace import TrainWorkspace
from tests.ui.train.test_workspace import ChooseData, click

NAMES = ("Memory", "Batch", "Speed", "Epoch")


def shown(inside: QObject) -> dict[str, str]:
    found = {name: inside.findChild(QLabel, f"forecast{name}") for name in NAMES}
    return {name: label.text() for name, label in found.items() if isinstance(label, QLabel)}


class Asked(QObject):
    """Stands for a job."""

    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.was_cancelled = False

    def cancel(self) -> None:
        self.was_cancelled = True


class Engine(QObject):
    """Stands for `Jobs`: answers when the test says so."""

    became_ready = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.state, self.busy, self.ready = "ready", False, None
        self.asked: list[Asked] = []

    def request(self, _kind: object, **_values: object) -> Asked:
        self.asked.append(Asked())
        return self.asked[-1]


@pytest.fixture
def engine(qapp: object) -> Engine:
    return Engine()


@pytest.fixture
def forecaster(session: Session, engine: Engine) -> Iterator[Forecaster]:
    made = Forecaster(session, cast("Jobs", engine))
    made._timer.setInterval(5)
    yield made
    made.set_active(False)


def test_a_run_started_before_anything_was_forecast_shows_what_it_takes(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("slow", epochs=500)
    click(qtbot, workspace, "trainStart")
    qtbot.waitUntil(lambda: "–" not in shown(workspace).values(), timeout=20_000)
    assert workspace.trainer.is_training
    workspace.trainer.stop_now()
    qtbot.waitUntil(lambda: not workspace.trainer.is_training, timeout=20_000)
    assert workspace.page is not None
    workspace.page.set_image_count(20_000)
    qtbot.waitUntil(lambda: shown(workspace)["Epoch"] == "2.0 s", timeout=20_000)  # as the engine measured
    assert shown(workspace)["Batch"] == "40"


def test_memory_is_told_at_once_and_the_engine_is_asked_when_it_has_time(
    qtbot: QtBot, forecaster: Forecaster, engine: Engine
) -> None:
    told: list[Any] = []
    forecaster.found.connect(told.append)
    engine.busy = True
    forecaster.set_active(True)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0]["training_bytes"] > 0
    assert not engine.asked
    engine.busy = False
    qtbot.waitUntil(lambda: len(engine.asked) == 1)
    engine.asked[0].succeeded.emit({"images_per_second": 7.0})
    assert told[1:] == [{"images_per_second": 7.0}]


def test_what_was_measured_until_a_run_began_is_no_forecast_and_is_asked_for_again(
    qtbot: QtBot, forecaster: Forecaster, engine: Engine
) -> None:
    told: list[Any] = []
    forecaster.found.connect(told.append)
    forecaster.set_active(True)
    qtbot.waitUntil(lambda: len(engine.asked) == 1)
    forecaster.set_active(False)
    assert engine.asked[0].was_cancelled
    engine.asked[0].succeeded.emit({"images_per_second": 1.0})
    assert len(told) == 1
    forecaster.set_active(True)
    qtbot.waitUntil(lambda: len(engine.asked) == 2)


def test_a_network_that_cannot_train_has_no_forecast(
    qtbot: QtBot, forecaster: Forecaster, engine: Engine, session: Session
) -> None:
    told: list[Any] = []
    forecaster.found.connect(told.append)
    first = next(iter(session.network.nodes))
    session.apply(lambda network: remove(network, [first]), Message("Remove"))
    forecaster.set_active(True)
    qtbot.waitUntil(lambda: told == [None])
    assert not engine.asked


def test_a_run_tells_only_what_was_not_forecast(qtbot: QtBot) -> None:
    card = ForecastCard()
    qtbot.addWidget(card)
    run = TrainingRun(run_id="a", steps_per_epoch=10)
    run = run.apply(BatchEnded(run_id="a", epoch=1, first_step=1, losses=(1.0,), images_per_second=640.0))
    card.show_run(run)
    assert shown(card) == {"Memory": "–", "Batch": "–", "Speed": "640", "Epoch": "1.0 s"}  # 10 batches of 64
    run = run.apply(
        EpochEnded(run_id="a", epoch=1, step=10, metrics={}, learning_rate=0.1, seconds=3.0, is_best=True)
    )
    card.show_run(run)
    assert shown(card)["Epoch"] == "3.0 s"
    card.show_forecast({"images_per_second": 100.0}, 400)
    assert (shown(card)["Speed"], shown(card)["Epoch"]) == ("100", "4.0 s")
    card.show_forecast(None, 400)
    card.show_run(None)
    assert set(shown(card).values()) == {"–"}


def test_speeds_are_written_with_the_separator_of_the_other_counts(qtbot: QtBot) -> None:
    card, strip = ForecastCard(), ControlStrip()
    qtbot.addWidget(card)
    qtbot.addWidget(strip)
    run = TrainingRun(run_id="a", steps_per_epoch=10, state="running", phase="training")
    run = run.apply(BatchEnded(run_id="a", epoch=1, first_step=1, losses=(1.0,), images_per_second=4932.4))
    card.show_run(run)
    strip.show_run(run, stopping=False)
    assert shown(card)["Speed"] == "4,932"
    assert "4,932 images/s" in strip.rest.text()


def test_the_number_of_images_is_asked_for_when_nobody_knows_it(
    qtbot: QtBot, workspace: TrainWorkspace
) -> None:
    with qtbot.assertNotEmitted(workspace.image_count_wanted):
        workspace.set_image_count(50)
        workspace.hide()
        workspace.show()
    with qtbot.waitSignal(workspace.image_count_wanted):
        workspace.set_image_count(0)
    workspace.hide()
    with qtbot.waitSignal(workspace.image_count_wanted):
        workspace.show()
