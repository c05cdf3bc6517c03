"""The Data workspace says where images go when they are decoded, how large they are then, and what may be there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.data.keeping.limits import GIGABYTE, Keeping, Limits, set_limits
from cnnstudio.layers.head import fit_input
from cnnstudio.ui.data import image_place
from cnnstudio.ui.data.data_workspace import DataWorkspace
from cnnstudio.ui.design.section import ValueLine
from cnnstudio.ui.session import Session
from cnnstudio.zoo import templates
from tests.ui.data.test_data_workspace import make_images, scan


@pytest.fixture(autouse=True)
def _limits() -> Iterator[None]:
    set_limits(Limits(memory=GIGABYTE, file=20 * GIGABYTE))
    yield
    set_limits(None)


def shown(workspace: DataWorkspace) -> str:
    line = workspace.findChild(ValueLine, "imagesKept")
    assert line is not None
    return line.value.text()


def test_the_place_follows_the_data_the_network_and_the_limits(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
) -> None:
    told: list[Keeping | None] = []
    workspace.keeping_known.connect(told.append)
    assert shown(workspace) == "–"
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 3, "b": 2}))
    qtbot.waitUntil(lambda: shown(workspace) == "in memory\n3.9 KB, limit 1 GB")
    assert told[-1] == Keeping(where="memory", size=5 * 28 * 28, limit=GIGABYTE)
    session.apply_whole(partial(fit_input, shape=(8000, 8000, 3)), Message("Grow"))
    qtbot.waitUntil(lambda: shown(workspace) == "in memory\n960 MB, limit 1 GB")
    set_limits(Limits(memory=0, file=20 * GIGABYTE))
    workspace.tell_keeping()
    qtbot.waitUntil(lambda: shown(workspace) == "in a file\n960 MB, limit 20 GB")
    set_limits(Limits(memory=0, file=0))
    workspace.tell_keeping()
    qtbot.waitUntil(lambda: shown(workspace) == "not kept\n960 MB, decoded in each epoch")
    line = workspace.findChild(ValueLine, "imagesKept")
    assert line is not None
    assert "more than memory (0 B) and the file (0 B) may hold" in line.toolTip()


def test_of_other_data_that_nobody_looked_at_nothing_is_said(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
) -> None:
    kept: list[Keeping | None] = []
    shown_reports: list[object] = []
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 3, "b": 2}))
    qtbot.waitUntil(lambda: shown(workspace) != "–")
    workspace.keeping_known.connect(kept.append)
    workspace.report_shown.connect(shown_reports.append)
    assert session.hint_context.classes == 2
    workspace.hide()
    session.document.set_data(Params(path=str(tmp_path / "others")))
    assert kept == [None]
    assert shown_reports == [None]
    assert session.hint_context.classes is None
    session.document.set_training(Params(epochs=3))
    assert shown_reports == [None]


def test_the_place_follows_a_network_that_was_shown_piece_by_piece(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path
) -> None:
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 3, "b": 2}))
    told: list[Keeping | None] = []
    qtbot.waitUntil(lambda: shown(workspace) != "–")
    workspace.keeping_known.connect(told.append)
    network = templates()["lenet5"].build(input_shape=(64, 64, 1))
    project = replace(session.document.project, network=network)
    for _ in session.grow(session.prepare(project)()):
        assert not told
    session.document.open(project)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [Keeping(where="memory", size=5 * 64 * 64, limit=GIGABYTE)]


def test_the_disk_is_asked_beside_the_window_and_only_for_another_size(
    qtbot: QtBot, workspace: DataWorkspace, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    askers: list[threading.Thread] = []

    def used() -> int:
        askers.append(threading.current_thread())
        return 0

    monkeypatch.setattr(image_place.pixel_file, "used", used)
    scan(qtbot, workspace, make_images(tmp_path / "data", {"a": 3, "b": 2}))
    qtbot.waitUntil(lambda: shown(workspace) != "–")
    assert len(askers) == 1
    conv = next(node.id for node in session.document.network.nodes.values() if node.type == "Conv2D")
    session.apply_whole(partial(set_params, node_id=conv, values={"filters": 3}), Message("Fewer"))
    session.apply_whole(partial(fit_input, shape=(64, 64, 3)), Message("Grow"))
    qtbot.waitUntil(lambda: "61 KB" in shown(workspace))
    assert len(askers) == 2
    assert threading.main_thread() not in askers
