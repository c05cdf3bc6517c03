"""The learning-rate range test in its window: drawn as it comes, given up at once, its rate taken over."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.params import Params
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.page import TrainPage
from cnnstudio.ui.train.rate_dialog import RateDialog
from cnnstudio.ui.train.workspace import TrainWorkspace

ChooseData = Callable[[str], None]


def opened(qtbot: QtBot, workspace: TrainWorkspace) -> RateDialog:
    page = workspace.findChild(TrainPage)
    assert page is not None
    qtbot.mouseClick(page.form.rate_button, Qt.MouseButton.LeftButton)
    dialog = workspace.findChild(RateDialog)
    assert dialog is not None
    return dialog


def test_the_suggested_rate_is_taken_over_into_the_plan(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData, session: Session
) -> None:
    choose_data("fast")
    dialog = opened(qtbot, workspace)
    use = dialog.findChild(QPushButton, "rateUse")
    assert use is not None
    assert not use.isEnabled()
    qtbot.waitUntil(use.isEnabled, timeout=10_000)
    assert "0.003" in dialog.verdict.text()
    assert "runs away at 1" in dialog.verdict.text()
    qtbot.mouseClick(use, Qt.MouseButton.LeftButton)
    assert session.document.project.training["learning_rate"] == 0.003


def test_closing_the_window_gives_the_test_up_at_once(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData, session: Session, jobs: Jobs
) -> None:
    choose_data("slow")
    dialog = opened(qtbot, workspace)
    qtbot.waitUntil(lambda: "Trying" in dialog.verdict.text(), timeout=10_000)
    dialog.reject()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=10_000)
    assert "learning_rate" not in session.document.project.training


def test_without_data_it_says_what_is_missing(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session
) -> None:
    session.document.set_training(Params())
    page = workspace.findChild(TrainPage)
    assert page is not None
    with qtbot.waitSignal(workspace.trainer.refused, timeout=100, raising=False):
        qtbot.mouseClick(page.form.rate_button, Qt.MouseButton.LeftButton)
    assert workspace.findChild(RateDialog) is None
    assert page.notice.isVisible()
