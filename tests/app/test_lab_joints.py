"""The Lab in the real window: made when it is wanted, fed by Data, and putting its filter into the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.app.studio import Studio
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
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


def test_the_lab_is_made_when_it_is_first_wanted(studio: Studio, qtbot: QtBot) -> None:
    assert "lab" not in studio._workspaces.__dict__
    qtbot.mouseClick(studio.window.rail.button("lab"), Qt.MouseButton.LeftButton)
    assert studio.lab.isVisible()
    assert studio.window.rail.keys[-1] == "lab"


def test_the_filter_is_put_behind_the_input_as_one_step(studio: Studio, qtbot: QtBot) -> None:
    studio.window.show_workspace("lab")
    lab, document = studio.lab, studio.session.document
    before = document.network
    lab.picture.panel.grid.cell(0, 0).selectAll()
    qtbot.keyClicks(lab.picture.panel.grid.cell(0, 0), "-1/3")
    lab.picture.panel.padding.setCurrentIndex(0)
    qtbot.mouseClick(lab.picture.panel.put, Qt.MouseButton.LeftButton)
    assert studio.window.design.isVisible()
    (added,) = document.network.nodes.keys() - before.nodes.keys()
    node = document.network.nodes[added]
    assert node.type == "FixedFilter2D"
    assert node.params == Params(filter="own", kernel="-1/3 0 1; -2 0 2; -1 0 1", padding="valid")
    source = document.network.inputs(added)[0].source
    assert document.network.nodes[source].type == "Input"
    assert studio.session.analysis.nodes[added].output_shape == (26, 26, 1)
    assert studio.session.selection == {added}
    studio.session.undo()
    assert document.network is before


def test_a_filter_can_be_put_into_an_empty_network(studio: Studio) -> None:
    studio.session.document.open(Project())
    studio.window.show_workspace("lab")
    studio.lab.picture.panel.put.click()
    assert [node.type for node in studio.session.network.nodes.values()] == ["FixedFilter2D"]


def test_the_lab_shows_a_picture_of_the_projects_data(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    for group in ("a", "b"):
        for number in range(2):
            (tmp_path / group).mkdir(exist_ok=True)
            Image.new("L", (14, 13), 60 * number + 9).save(tmp_path / group / f"{number}.png")
    studio.session.document.set_data(Params(path=str(tmp_path)))
    studio.window.show_workspace("lab")
    qtbot.waitUntil(lambda: studio.lab.picture.before.size_in_pixels == (13, 14), timeout=20_000)
    assert studio.lab.isVisible()


def test_data_that_cannot_be_read_are_told_each_time(studio: Studio, qtbot: QtBot, tmp_path: Path) -> None:
    studio.session.document.set_data(Params(path=str(tmp_path / "gone")))
    studio.window.show_workspace("lab")
    source = studio.lab.picture.source
    for _ in range(2):
        qtbot.waitUntil(lambda: source.said.property("role") == "error", timeout=20_000)
        assert "no picture in the project's data" in source.said.toolTip()
        source._on_pattern()
        source.take_from_data()
    qtbot.waitUntil(lambda: source.said.property("role") == "error", timeout=20_000)
    assert studio.lab.picture.before.size_in_pixels == (96, 96)
