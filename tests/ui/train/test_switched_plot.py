"""The second plot draws what the run measured: accuracy, another metric, or the learning rate."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.runs.events import EpochEnded
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.train.run_curves import curves_of, quantities_of
from cnnstudio.ui.train.switched_plot import SwitchedPlot
from cnnstudio.ui.train.workspace import TrainWorkspace
from tests.ui.train.test_workspace import page_of, train


def run_of(**metrics: float) -> TrainingRun:
    run = TrainingRun(run_id="a")
    for epoch in (1, 2, 3):
        values = {name: value / epoch for name, value in metrics.items()}
        run = run.apply(
            EpochEnded(run_id="a", epoch=epoch, step=epoch, metrics=values, learning_rate=0.1 / epoch)
        )
    return run


@pytest.fixture
def plot(qtbot: QtBot) -> SwitchedPlot:
    made = SwitchedPlot()
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


def test_accuracy_comes_first_and_the_learning_rate_last() -> None:
    run = run_of(loss=1, mae=2, accuracy=1, val_accuracy=1)
    assert quantities_of([run]) == ("accuracy", "mae", "learning_rate")


def test_a_run_without_accuracy_shows_what_it_has(plot: SwitchedPlot) -> None:
    run = run_of(loss=1, mae=30, val_mae=40)
    plot.offer(quantities_of([run]))
    assert (plot.quantity, plot.title) == ("mae", "Mean absolute error")
    plot.set_curves([curves_of(run, plot.quantity, name="a", style=0)])
    plot.refresh()
    assert plot.curves[0].validation.y.tolist() == pytest.approx([40, 20, 40 / 3])
    assert plot.view.getPlotItem().getViewBox().viewRange()[1][1] > 40, "an error may exceed one"


def test_what_is_chosen_stays_while_the_run_has_it(plot: SwitchedPlot) -> None:
    plot.offer(["accuracy", "learning_rate"])
    plot.choose("learning_rate")
    plot.offer(["accuracy", "mae", "learning_rate"])
    assert plot.quantity == "learning_rate"
    plot.offer(["accuracy"])
    assert plot.quantity == "accuracy"
    assert not plot.choice.isVisible()


def test_the_learning_rate_of_a_run_is_drawn_when_chosen(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: Callable[[str], None]
) -> None:
    choose_data("fast")
    qtbot.waitUntil(page_of(workspace).strip.start.isVisible)
    train(qtbot, workspace)
    page = page_of(workspace)
    qtbot.waitUntil(page.accuracy.choice.isVisible)
    action = page.accuracy.menu.actions()[-1]
    action.trigger()
    assert page.accuracy.title == "Learning rate"
    assert page.accuracy.curves[0].training.y.tolist() == [0.001] * 3
