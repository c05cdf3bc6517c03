"""A scene with a network to draw."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Network
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.session import Session
from cnnstudio.zoo import templates

SceneOf = Callable[[Network], CanvasScene]


@pytest.fixture
def scene_of(qtbot: QtBot) -> SceneOf:
    kept: list[Session] = []

    def made(network: Network) -> CanvasScene:
        session = Session(catalogue())
        kept.append(session)
        session.document.open(Project(name="LeNet", network=network))
        return CanvasScene(session)

    return made


@pytest.fixture
def lenet() -> Network:
    return templates()["lenet5"].build()
