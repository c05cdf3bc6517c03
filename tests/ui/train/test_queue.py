"""The queue of runs as it is used: added to, rearranged, gone through, stopped, and found again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.runs.run_folder import runs_under
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.queue_panel import QueuePanel
from cnnstudio.ui.train.queue_runner import QueueRunner
from cnnstudio.ui.train.queue_words import what_differs
from cnnstudio.ui.train.trainer import Trainer
from cnnstudio.ui.train.workspace import TrainWorkspace
from cnnstudio.zoo import templates

ChooseData = Callable[..., None]
Open = Callable[[], TrainWorkspace]


@pytest.fixture
def open_workspace(qtbot: QtBot, session: Session, jobs: Jobs, tmp_path: Path) -> Iterator[Open]:
    """Opens a workspace that keeps its queue in `state/queue.json`; one after another, as windows are."""
    opened: list[TrainWorkspace] = []

    def open_one() -> TrainWorkspace:
        made = TrainWorkspace(session, jobs, tmp_path / "runs", queue_file=tmp_path / "state" / "queue.json")
        qtbot.addWidget(made)
        made.resize(1280, 720)
        made.show()
        qtbot.waitUntil(lambda: made.page is not None and made.page.isVisible(), timeout=5000)
        opened.append(made)
        return made

    yield open_one
    for made in opened:
        made.close_down()
        made.close()


@pytest.fixture
def workspace(open_workspace: Open) -> TrainWorkspace:
    return open_workspace()


def panel_of(workspace: TrainWorkspace) -> QueuePanel:
    assert workspace.page is not None
    return workspace.page.runs.queue


def click(qtbot: QtBot, workspace: QWidget, name: str) -> None:
    button = workspace.findChild(QAbstractButton, name)
    assert button is not None, name
    assert button.isVisible(), name
    assert button.isEnabled(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def shown(workspace: TrainWorkspace) -> list[str]:
    """The second lines of the queue, in its order."""
    rows = panel_of(workspace).list
    return [str(rows.item(row).data(Qt.ItemDataRole.UserRole)) for row in range(rows.count())]


def over(workspace: TrainWorkspace) -> bool:
    return not workspace.trainer.is_training and not workspace.queue.goes_on


def states(workspace: TrainWorkspace) -> list[str]:
    """States of all runs on disk, the first one first."""
    folders = sorted(runs_under(workspace.trainer.runs_folder), key=lambda run: run.path.name)
    return [folder.state for folder in folders]


@pytest.fixture
def busy(qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData) -> TrainWorkspace:
    """A long run trains."""
    choose_data("slow", epochs=200)
    click(qtbot, workspace, "trainStart")
    run = workspace.trainer
    qtbot.waitUntil(lambda: run.run is not None and run.run.step > 2, timeout=20_000)
    return workspace


@pytest.fixture
def planned(workspace: TrainWorkspace, choose_data: ChooseData) -> TrainWorkspace:
    """Nothing trains, and one run of 4 epochs waits."""
    choose_data("fast", 4)
    assert workspace.queue.add()
    return workspace


def add(qtbot: QtBot, workspace: TrainWorkspace, session: Session, *epochs: int) -> None:
    for number in epochs:
        session.document.set_training(Params(epochs=number))
        click(qtbot, workspace, "queueAdd")


def stop(qtbot: QtBot, workspace: TrainWorkspace) -> None:
    assert workspace.page is not None
    with qtbot.waitSignal(workspace.trainer.ended, timeout=10_000):
        workspace.page.strip.stop_now.trigger()


def test_nothing_of_the_queue_is_in_the_way_until_a_run_trains(workspace: TrainWorkspace) -> None:
    assert not panel_of(workspace).isVisible()
    assert workspace.page is not None
    assert not workspace.page.strip.stop_all.isVisible()


def test_runs_are_trained_as_they_were_when_added_one_after_another(
    qtbot: QtBot, busy: TrainWorkspace, session: Session, choose_data: ChooseData
) -> None:
    choose_data("fast")
    add(qtbot, busy, session, 2, 1)
    session.document.set_training(Params(epochs=77))
    session.document.set_name("Something else")
    assert panel_of(busy).title.text() == "QUEUE · 2"
    stop(qtbot, busy)
    qtbot.waitUntil(lambda: over(busy), timeout=20_000)
    assert states(busy) == ["stopped", "finished", "finished"]
    folders = sorted(runs_under(busy.trainer.runs_folder), key=lambda run: run.path.name)
    assert [folder.record.epochs_done for folder in folders[1:]] == [2, 1]
    assert [folder.project().name for folder in folders[1:]] == ["LeNet-5", "LeNet-5"]
    assert not panel_of(busy).isVisible()


def test_each_row_says_what_differs_from_the_run_before(
    qtbot: QtBot, planned: TrainWorkspace, session: Session
) -> None:
    session.document.set_training(Params(epochs=4, learning_rate=0.01))
    click(qtbot, planned, "queueAdd")
    click(qtbot, planned, "queueAdd")
    assert shown(planned) == [
        "optimizer adam · learning_rate 0.001 · epochs 4 · batch_size 64",
        "learning_rate 0.01",
        "the same as the run before",
    ]


def test_the_order_is_changed_by_buttons_keys_and_dragging(
    qtbot: QtBot, planned: TrainWorkspace, session: Session
) -> None:
    add(qtbot, planned, session, 2, 3)

    def order() -> list[object]:
        return [run.project.training.get("epochs") for run in planned.queue.queue.runs]

    rows = panel_of(planned).list
    rows.setCurrentRow(2)
    click(qtbot, planned, "queueUp")
    assert order() == [4, 3, 2]
    assert rows.currentRow() == 1, "the run that was moved stays selected"
    qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order() == [3, 4, 2]
    qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert order() == [3, 4, 2], "the first one cannot go further"
    click(qtbot, planned, "queueDown")
    assert order() == [4, 3, 2]
    rows.dropEvent(
        QDropEvent(
            QPointF(10, rows.viewport().height() - 2),
            Qt.DropAction.MoveAction,
            QMimeData(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert order()[-1] == 3
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    assert order() == [4, 2]
    rows.setCurrentRow(0)
    click(qtbot, planned, "queueRemove")
    assert order() == [2]


def test_a_held_queue_waits_and_goes_on_when_told(
    qtbot: QtBot, busy: TrainWorkspace, session: Session, choose_data: ChooseData
) -> None:
    choose_data("fast")
    add(qtbot, busy, session, 1)
    click(qtbot, busy, "queueSwitch")
    stop(qtbot, busy)
    qtbot.wait(50)
    assert not busy.trainer.is_training
    assert "Paused" in panel_of(busy).text.text()
    assert panel_of(busy).switch.text() == "Start queue"
    with qtbot.waitSignal(busy.trainer.ended, timeout=20_000):
        click(qtbot, busy, "queueSwitch")
    assert states(busy) == ["stopped", "finished"]


def test_stopping_all_keeps_what_waits(qtbot: QtBot, busy: TrainWorkspace, session: Session) -> None:
    add(qtbot, busy, session, 1)
    assert busy.page is not None
    assert busy.page.strip.stop_all.isVisible()
    with qtbot.waitSignal(busy.trainer.ended, timeout=10_000):
        busy.page.strip.stop_all.trigger()
    qtbot.wait(50)
    assert over(busy)
    assert states(busy) == ["stopped"]
    assert len(busy.queue.queue.waiting) == 1


def test_what_fails_is_marked_and_the_queue_goes_on(
    qtbot: QtBot, busy: TrainWorkspace, session: Session, choose_data: ChooseData, tmp_path: Path
) -> None:
    for kind in ("fail", "gone", "die", "fast"):
        choose_data(kind, 2)
        click(qtbot, busy, "queueAdd")
    (tmp_path / "data" / "gone").rmdir()
    stop(qtbot, busy)
    qtbot.waitUntil(lambda: over(busy), timeout=30_000)
    lines = shown(busy)
    assert len(lines) == 3
    for reason, line in zip(("not a number", "are not there", "engine stopped"), lines, strict=True):
        assert reason in line
    assert states(busy)[-1] == "finished"
    assert "could not be trained" in panel_of(busy).text.text()
    (tmp_path / "data" / "gone").mkdir()
    panel_of(busy).list.setCurrentRow(1)
    click(qtbot, busy, "queueRetry")
    assert [run.is_failed for run in busy.queue.queue.runs] == [True, False, True]


def test_the_queue_survives_the_window_and_waits_to_be_started(
    qtbot: QtBot, planned: TrainWorkspace, session: Session, open_workspace: Open
) -> None:
    add(qtbot, planned, session, 1)
    before = planned.queue.queue
    planned.close_down()
    planned.close()
    again = open_workspace()
    assert [run.project for run in again.queue.queue.runs] == [run.project for run in before.runs]
    assert shown(again)[1] == "epochs 1"
    assert not again.trainer.is_training
    click(qtbot, again, "queueSwitch")
    qtbot.waitUntil(lambda: over(again), timeout=20_000)
    assert states(again) == ["finished", "finished"]
    again.close_down()
    assert not list((again.trainer.runs_folder.parent / "state").glob("queue.json"))


def test_a_damaged_file_is_told_and_does_not_stand_in_the_way(
    qtbot: QtBot, open_workspace: Open, tmp_path: Path
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "queue.json").write_text("{ not json", "utf-8")
    workspace = open_workspace()
    assert workspace.page is not None
    assert workspace.page.notice.isVisible()
    assert "queue-damaged.json" in workspace.page.notice.text.text()


def test_a_place_that_cannot_be_made_is_told_and_runs_wait_all_the_same(
    session: Session, jobs: Jobs, choose_data: ChooseData, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("a file where a folder should be")
    choose_data("fast")
    trainer = Trainer(session, jobs, tmp_path / "runs")
    queue = QueueRunner(session, trainer, tmp_path / "state" / "queue.json")
    told: list[str] = []
    queue.problem.connect(lambda message: told.append(str(message)))
    queue.load()
    queue.hold()
    assert queue.add()
    assert len(queue.queue.waiting) == 1
    assert "could not be kept" in told[0]
    queue.close()


def test_a_second_window_leaves_the_queue_of_the_first_alone(
    planned: TrainWorkspace, open_workspace: Open, tmp_path: Path
) -> None:
    second = open_workspace()
    assert second.queue.queue.runs == ()
    second.queue.add()
    second.queue.close()
    planned.queue.close()
    assert (tmp_path / "state" / "queue.json").read_text("utf-8").count('"runs_folder"') == 1


def test_a_run_that_cannot_be_trained_is_not_taken_in(
    qtbot: QtBot, planned: TrainWorkspace, session: Session
) -> None:
    session.document.set_training(Params(learning_rate=-1))
    click(qtbot, planned, "queueAdd")
    assert len(planned.queue.queue.runs) == 1
    assert planned.page is not None
    assert "learning_rate" in planned.page.notice.text.text()


def test_layers_and_data_that_differ_are_told() -> None:
    lenet = Project(network=templates()["lenet5"].build(), data=Params(path="/images/one"))
    alexnet = Project(network=templates()["alexnet"].build(), data=Params(path="/images/two"))
    words = what_differs(lenet, alexnet)
    assert any(word.startswith("layers +") for word in words)
    assert "data two" in words
    assert what_differs(lenet, lenet) == []
