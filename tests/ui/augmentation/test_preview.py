"""Before and after: asked of the engine while somebody looks, anew when layers, images or the draw are others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.runs.protocol import Augment
from cnnstudio.ui.augmentation.preview import DRAWS, PICTURES, WAIT_MS, AugmentationPreview
from cnnstudio.ui.augmentation.view import AugmentationView
from cnnstudio.ui.design.inspector.inspector import Inspector
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.session import Session

ENGINE = "tests.ui.jobs.scripted_engine:serve"


class CountedJobs(Jobs):
    """Remembers what was asked."""

    asked: list[dict[str, Any]]

    def request(self, kind: type, **values: Any) -> Job:
        if kind is Augment:
            self.__dict__.setdefault("asked", []).append(values)
        return super().request(kind, **values)


@pytest.fixture
def session(qapp: object) -> Session:
    session = Session(catalogue())
    nodes = [
        Node(id="image", type="Input", params=Params(shape=(16, 16, 3))),
        Node(id="flip", type="RandomFlip"),
        Node(id="turn", type="RandomRotation", params=Params(factor=0.1)),
        Node(id="conv", type="Conv2D", params=Params(filters=2, kernel_size=3)),
    ]
    edges = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    session.document.open(Project(network=Network.of(nodes, edges)))
    return session


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[CountedJobs]:
    made = CountedJobs(ENGINE)
    yield made
    assert made.close()


@pytest.fixture
def preview(session: Session, jobs: CountedJobs) -> AugmentationPreview:
    return AugmentationPreview(session, lambda: jobs)


@pytest.fixture
def view(qtbot: QtBot, preview: AugmentationPreview) -> AugmentationView:
    view = AugmentationView(preview)
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    return view


def report(count: int, name: str = "p") -> Any:
    return SimpleNamespace(
        root=Path("images"), images=[SimpleNamespace(path=f"{name}{number}.png") for number in range(count)]
    )


class NotWalked(list[Any]):
    """Images of which single ones may be looked at."""

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("there may be a million")


def grey(view: AugmentationView) -> int:
    """What the scripted engine painted: ten times the draw, and the number of layers."""
    _, draws = view.grid.rows[0]
    return draws[0].pixelColor(0, 0).red()


def said(view: AugmentationView) -> str:
    label = view.findChild(QLabel, "augmentationSaid")
    assert label is not None
    return label.text() if label.isVisible() else ""


def test_some_images_from_all_over_the_data_are_shown_with_their_draws(
    qtbot: QtBot, preview: AugmentationPreview, view: AugmentationView, jobs: CountedJobs
) -> None:
    assert "Choose images in Data" in said(view)
    preview.show_report(report(60))
    qtbot.waitUntil(lambda: bool(view.grid.rows), timeout=20_000)
    assert not said(view)
    assert len(view.grid.rows) == PICTURES
    assert all(len(draws) == DRAWS for _, draws in view.grid.rows)
    assert [Path(path).name for path in jobs.asked[0]["paths"]] == [
        f"p{number}.png" for number in range(0, 60, 10)
    ]
    assert grey(view) == 3
    assert jobs.asked[0]["raw"] is False
    label = view.findChild(QLabel, "augmentationLayers")
    assert label is not None
    assert view.grid.seen_rows >= 3
    view.resize(500, 2000)
    assert view.grid.seen_rows == PICTURES
    assert label.text() == "Your images before and after flip, turn."


def test_only_the_images_that_are_shown_are_looked_at(
    qtbot: QtBot, preview: AugmentationPreview, view: AugmentationView
) -> None:
    many = report(60)
    many.images = NotWalked(many.images)
    preview.show_report(many)
    qtbot.waitUntil(lambda: bool(view.grid.rows), timeout=20_000)
    assert len(view.grid.rows) == PICTURES


def test_another_draw_and_other_images_are_a_click_away(
    qtbot: QtBot, preview: AugmentationPreview, view: AugmentationView, jobs: CountedJobs
) -> None:
    preview.show_report(report(60))
    qtbot.waitUntil(lambda: bool(view.grid.rows), timeout=20_000)
    qtbot.mouseClick(view.draw, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: grey(view) == 13, timeout=10_000)
    assert jobs.asked[0]["paths"] == jobs.asked[-1]["paths"]
    qtbot.mouseClick(view.others, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "p1.png" in str(jobs.asked[-1]["paths"]), timeout=10_000)


def test_parameters_are_followed_and_what_is_behind_is_not(
    qtbot: QtBot, preview: AugmentationPreview, view: AugmentationView, session: Session, jobs: CountedJobs
) -> None:
    preview.show_report(report(3))
    qtbot.waitUntil(lambda: bool(view.grid.rows), timeout=20_000)
    for number in range(20):
        session.apply(lambda n, f=number: edits.set_params(n, "turn", {"factor": f / 20}), Message("Turn"))
    qtbot.waitUntil(lambda: '"factor": 0.95' in jobs.asked[-1]["project"], timeout=10_000)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=10_000)
    assert len(jobs.asked) < 10
    count = len(jobs.asked)
    session.apply(lambda n: edits.set_params(n, "conv", {"filters": 5}), Message("Filters"))
    session.apply(lambda n: edits.remove(n, ["turn"]), Message("Remove"))
    qtbot.waitUntil(lambda: grey(view) == 2, timeout=10_000)
    assert len(jobs.asked) == count + 1
    assert "Conv2D" not in jobs.asked[-1]["project"]
    session.apply(lambda n: edits.remove(n, ["flip"]), Message("Remove"))
    qtbot.waitUntil(lambda: "no augmentation layers" in said(view), timeout=10_000)
    assert not view.grid.isVisible()
    assert not view.draw.isVisible()


def test_nothing_is_asked_for_what_nobody_looks_at(
    qtbot: QtBot, preview: AugmentationPreview, view: AugmentationView, session: Session, jobs: CountedJobs
) -> None:
    preview.show_report(report(3))
    qtbot.waitUntil(lambda: bool(view.grid.rows), timeout=20_000)
    view.hide()
    count = len(jobs.asked)
    session.apply(lambda n: edits.remove(n, ["turn"]), Message("Remove"))
    preview.show_report(report(9, "q"))
    preview.draw_anew()
    assert not preview._timer.isActive()
    assert len(jobs.asked) == count
    view.show()
    qtbot.waitUntil(lambda: grey(view) == 12, timeout=10_000)


def test_what_cannot_be_shown_is_said_and_shown_once_it_can(
    qtbot: QtBot, preview: AugmentationPreview, view: AugmentationView, session: Session
) -> None:
    preview.show_report(report(3, "broken"))
    qtbot.waitUntil(lambda: said(view) == "Nothing can be read.", timeout=20_000)
    preview.show_report(report(3))
    qtbot.waitUntil(lambda: bool(view.grid.rows), timeout=10_000)
    preview.show_report(None)
    assert "Choose images in Data" in said(view)
    session.document.set_data(Params(path="photos"))
    assert "open Data" in said(view)


def test_the_inspector_shows_it_for_layers_that_vary_pictures(
    qtbot: QtBot, preview: AugmentationPreview, session: Session
) -> None:
    inspector = Inspector(session)
    qtbot.addWidget(inspector)
    view = AugmentationView(preview, small=True)
    inspector.add_before_and_after(view)
    inspector.resize(304, 800)
    inspector.show()
    assert not view.isVisible()
    session.select(["turn"])
    assert view.isVisible()
    preview.show_report(report(9))
    qtbot.waitUntil(lambda: bool(view.grid.rows), timeout=20_000)
    assert len(view.grid.rows) == 2
    assert view.grid.width() <= 304
    session.select(["conv"])
    assert not view.isVisible()


def test_a_look_while_a_run_trains_starts_no_engine_but_says_how_to_see_the_pictures(
    qtbot: QtBot, session: Session, jobs: CountedJobs
) -> None:
    training = [True]
    preview = AugmentationPreview(
        session, lambda: jobs, would_start_another=lambda: training[0] and jobs.state == "off"
    )
    view = AugmentationView(preview)
    qtbot.addWidget(view)
    view.show()
    preview.show_report(report(60))
    qtbot.waitUntil(lambda: "A network is being trained" in said(view))
    assert jobs.state == "off"
    assert view.now.isVisible()
    preview.take_others()
    qtbot.wait(2 * WAIT_MS)
    assert jobs.state == "off"
    view.now.click()
    qtbot.waitUntil(lambda: bool(view.grid.rows), timeout=20_000)
    assert not view.now.isVisible()
    assert not said(view)
    preview.draw_anew()  # the engine is there now
    qtbot.waitUntil(lambda: len(jobs.asked) == 2, timeout=20_000)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=20_000)


def test_pictures_that_wait_come_when_the_run_is_over(
    qtbot: QtBot, session: Session, jobs: CountedJobs
) -> None:
    training = [True]
    preview = AugmentationPreview(session, lambda: jobs, would_start_another=lambda: training[0])
    view = AugmentationView(preview)
    qtbot.addWidget(view)
    view.show()
    preview.show_report(report(60))
    qtbot.waitUntil(view.now.isVisible)
    training[0] = False
    preview.look()
    qtbot.waitUntil(lambda: bool(view.grid.rows), timeout=20_000)
    assert not view.now.isVisible()


def test_layers_that_vary_images_are_offered_where_there_is_one_input(
    qtbot: QtBot, session: Session, view: AugmentationView
) -> None:
    menu = view.add.menu()
    offered = {action.text(): action for action in menu.actions()}
    assert {"RandomFlip", "RandomRotation", "RandomContrast"} <= set(offered)
    assert not {"Rescaling", "Normalization", "Conv2D"} & set(offered)
    assert all(action.toolTip() for action in offered.values())
    with qtbot.waitSignal(view.layer_wanted) as asked:
        offered["RandomContrast"].trigger()
    assert asked.args == ["RandomContrast"]
    assert view.add.isVisible()
    assert session.apply(
        lambda network: edits.add(network, [Node(id="other", type="Input")]), Message("Add an input")
    )
    qtbot.waitUntil(lambda: not view.add.isVisible())
