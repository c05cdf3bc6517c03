"""What one part of the program asks for, another does: joined in the real window, around the scripted engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.app import Studio
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.data.keeping.limits import GIGABYTE, Limits, limits
from cnnstudio.ui.augmentation.view import AugmentationView
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
