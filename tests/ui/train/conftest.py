"""A window's worth of parts around the scripted engine: session, jobs, workspace, folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.workspace import TrainWorkspace
from cnnstudio.zoo import templates

ENGINE = "tests.ui.jobs.scripted_engine:serve"


@pytest.fixture
def session(qapp: object) -> Session:
    """LeNet-5, with no data chosen."""
    made = Session(catalogue())
    made.document.open(Project(name="LeNet-5", network=templates()["lenet5"].build()))
    return made


@pytest.fixture
def choose_data(session: Session, tmp_path: Path) -> Callable[[str], None]:
    """Choose a data folder whose name steers the scripted engine: fast, slow, die or fail."""

    def choose(kind: str, epochs: int = 3) -> None:
        folder = tmp_path / "data" / kind
        folder.mkdir(parents=True, exist_ok=True)
        session.document.set_data(Params(kind="image_folder", path=str(folder)))
        session.document.set_training(Params(epochs=epochs))

    return choose


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs(ENGINE)
    yield made
    assert made.close()


@pytest.fixture
def workspace(qtbot: QtBot, session: Session, jobs: Jobs, tmp_path: Path) -> Iterator[TrainWorkspace]:
    made = TrainWorkspace(session, jobs, tmp_path / "runs")
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_down()
    made.close()
