"""The Train workspace forecasts where images will be kept, and tells what a run remarks on it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cnnstudio.data.keeping.limits import GIGABYTE, Keeping, Limits
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.train.workspace import TrainWorkspace
from tests.ui.train.test_workspace import click, page_of, train


def test_where_images_will_be_kept_is_forecast_and_a_remark_on_it_is_told(
    qtbot: QtBot, workspace: TrainWorkspace, jobs: Jobs, choose_data: Callable[[str], None]
) -> None:
    place = workspace.findChild(QLabel, "forecastImages")
    assert place is not None
    assert place.text() == "–"
    workspace.show_keeping(Keeping(where="file", size=3 * GIGABYTE, limit=20 * GIGABYTE))
    assert place.text() == "in a file"
    assert "3 GB, are kept in a file (limit 20 GB)" in place.toolTip()
    workspace.show_keeping(None)
    assert place.text() == "–"
    choose_data("fast")
    train(qtbot, workspace)
    assert not page_of(workspace).notice.isVisible()
    jobs.limit_images(Limits(memory=0, file=0))
    with qtbot.waitSignal(workspace.trainer.remarked, timeout=20_000):
        click(qtbot, workspace, "trainStart")
    assert page_of(workspace).notice.text.text() == "No room was left."
    qtbot.waitUntil(lambda: not workspace.trainer.is_training, timeout=20_000)
