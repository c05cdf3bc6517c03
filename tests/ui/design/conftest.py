"""A session with LeNet-5 in it, for the parts of the Design workspace."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.session import Session
from cnnstudio.zoo import templates


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    made = Session(catalogue())
    made.document.open(Project(name="LeNet-5", network=templates()["lenet5"].build()))
    return made
