"""What one part of the program asks for, another does: joined in the real window, around the scripted engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.app.studio import Studio
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import save_project
from cnnstudio.data.keeping.limits import GIGABYTE, Limits, limits
from cnnstudio.ui.augmentation.view import AugmentationView
from cnnstudio.ui.train.trainer import Trainer
from cnnstudio.ui.understand.workspace import UnderstandWorkspace
from cnnstudio.zoo import templates


@pytest.fixture
def studio(qapp: QApplication, qtbot: QtBot) -> Iterator[Studio]:
    made = Studio(engine="tests.ui.jobs.scripted_engine:serve")
    made.window.show()
    made.window.files.show_project(Project(network=templates()["lenet5"].build()))
    yield made
    made.session.document.mark_saved(made.session.document.project)
    with qtbot.waitSignal(made.window.closed):
        made.window.close()
    made.window.deleteLater()


def test_undo_shows_the_workspace_where_it_did_something(studio: Studio) -> None:
    session = studio.session
    session.document.set_data(Params(path=""))
    session.document.set_training(Params(epochs=3))
    studio.window.show_workspace("design")
    session.undo()
    assert studio.train.isVisible()
    session.undo()
    assert studio.data.isVisible()
    session.redo()
    session.redo()
    assert studio.train.isVisible()
    assert session.document.project.training == Params(epochs=3)


def test_the_windows_train_button_follows_the_run(studio: Studio) -> None:
    studio.train.offer.changed.emit("trains")
    assert not studio.window.top_bar.train_button.isEnabled()
    studio.train.offer.changed.emit("train")
    assert studio.window.top_bar.train_button.isEnabled()


def test_room_for_images_is_told_to_this_process_and_both_engines(studio: Studio) -> None:
    wanted = Limits(memory=3 * GIGABYTE, file=GIGABYTE)
    studio.window.image_limits_chosen.emit(wanted)
    assert limits() == wanted
    for jobs in (studio.jobs, studio.aside):
        assert jobs._environment["CNNSTUDIO_IMAGE_MEMORY"] == "3.0"


def test_before_and_after_have_their_places(studio: Studio) -> None:
    data = studio.data.findChild(AugmentationView, "augmentation")
    inspector = studio.window.design.inspector.findChild(AugmentationView, "augmentationSmall")
    assert data is not None
    assert inspector is not None


def test_a_second_engine_is_started_for_nobody_who_only_looks(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = studio.augmentation
    assert not preview._would_start_another()
    monkeypatch.setattr(Trainer, "is_training", property(lambda _: True))
    assert preview._would_start_another()
    studio.aside.start()
    assert not preview._would_start_another()


def test_understand_is_made_when_it_is_first_wanted(studio: Studio, qtbot: QtBot) -> None:
    assert studio.window.findChild(QWidget, "understand") is None
    keys = studio.window.rail.keys
    assert keys.index("train") < keys.index("understand")
    qtbot.mouseClick(studio.window.rail.button("understand"), Qt.MouseButton.LeftButton)
    shown = studio.window.findChild(UnderstandWorkspace, "understand")
    assert shown is not None
    assert shown.isVisible()
    qtbot.waitUntil(shown.findings[0].isVisible)
    assert "This engine has no weights." in shown.findings[0].text.text()
    shown.data_wanted.emit()
    assert studio.data.isVisible()


@pytest.fixture
def fresh(qapp: QApplication) -> Iterator[Studio]:
    """A studio whose window stands, with nothing asked of it yet."""
    made = Studio(engine="tests.ui.jobs.scripted_engine:serve")
    yield made
    made.window.close()
    made.window.deleteLater()


def test_data_and_train_are_made_when_the_window_stands(fresh: Studio, qtbot: QtBot) -> None:
    assert fresh.window.findChild(QWidget, "dataWorkspace") is None
    fresh.show()
    qtbot.waitUntil(lambda: fresh.window.findChild(QWidget, "trainWorkspace") is not None, timeout=20_000)
    assert fresh.window.findChild(QWidget, "dataWorkspace") is fresh.data


def test_whoever_asks_first_gets_the_workspace_at_once(fresh: Studio, qtbot: QtBot) -> None:
    fresh.window.show()
    qtbot.mouseClick(fresh.window.rail.findChild(QAbstractButton, "dataRail"), Qt.MouseButton.LeftButton)
    assert fresh.data.isVisible()


def test_runs_of_a_project_opened_before_are_looked_for_beside_it(
    fresh: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "mine.cnn"
    save_project(Project(network=templates()["lenet5"].build()), path)
    fresh.window.open_path(path)
    assert fresh.train.trainer.runs_folder == tmp_path / "runs"


def test_a_window_closed_at_once_makes_nothing_more(fresh: Studio, qtbot: QtBot) -> None:
    fresh.show()
    fresh.window.close()
    qtbot.wait(300)
    assert fresh.window.findChild(QWidget, "dataWorkspace") is None


def test_a_layer_that_varies_images_is_put_behind_the_input_from_data_in_one_step(studio: Studio) -> None:
    session, before = studio.session, studio.session.network
    entry = next(node.id for node in before.nodes.values() if node.type == "Input")
    first = before.outputs(entry)[0].target
    studio.window.show_workspace("data")
    view = studio.data.findChild(AugmentationView, "augmentation")
    assert view is not None
    next(action for action in view.add.menu().actions() if action.text() == "RandomFlip").trigger()
    (wire,) = session.network.outputs(entry)
    assert session.network.nodes[wire.target].type == "RandomFlip"
    assert [edge.target for edge in session.network.outputs(wire.target)] == [first]
    assert session.analysis.ok
    assert studio.data.isVisible()
    session.undo()
    assert session.network == before
