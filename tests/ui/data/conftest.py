"""A data workspace around LeNet-5."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.data.data_workspace import DataWorkspace
from cnnstudio.ui.session import Session
from cnnstudio.zoo import templates


@pytest.fixture
def session(qapp: object) -> Session:
    session = Session(catalogue())
    session.document.open(Project(network=templates()["lenet5"].build()))
    return session


@pytest.fixture
def workspace(qtbot: QtBot, session: Session) -> Iterator[DataWorkspace]:
    workspace = DataWorkspace(session)
    qtbot.addWidget(workspace)
    workspace.resize(1200, 700)
    workspace.show()
    yield workspace
    workspace.stop()
